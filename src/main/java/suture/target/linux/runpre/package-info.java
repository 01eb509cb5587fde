/**
 * Proves that a rebuilt object is what runs.
 *
 * <p><b>Problem.</b> A payload is only right if the original objects are the running code, and it
 * needs the place of everything that it refers to in that code. A boot image has neither debug
 * information nor a symbol for every object, and many names occur more than once.
 *
 * <p><b>Definitions.</b> The <i>original</i> is a relocatable object that was rebuilt from the
 * running source; the <i>running code</i> is a linked kernel or a module on disk. A linker copies
 * each section of the original in one piece, so a section has a <i>base</i>: the address of its
 * first byte in the running code. A <i>region</i> is the part of a section that a symbol covers.
 *
 * <p><b>Algorithm.</b> Run-pre matching, as Ksplice has it (Arnold and Kaashoek, EuroSys 2009), by
 * whole sections. The names of functions propose bases for code; the proposal under which most
 * regions are equal, outside of relocated fields, wins. The fields of equal regions say, as {@code
 * S = value - A}, where their symbols are: that proves the bases of further sections, whose content
 * is compared in turn, until nothing new is found. Tables that nothing refers to (jump labels, bug
 * entries) are looked up by the code they refer to. In the end each field must agree with all
 * others, each undefined symbol with a symbol of that name in the running code, and merged strings
 * in content. Nothing is taken for proven because of its name, size or position.
 *
 * <p><b>Example.</b> {@code fs/namei.o} refers to {@code .data+0x40}; the image's {@code
 * may_linkat} is equal and holds 0xffffffff82a5b1c0 there; so {@code .data} has the base
 * 0xffffffff82a5b180, and the static variable at {@code .data+0x80} is {@code 0xffffffff82a5b200},
 * the second of three symbols of its name: {@code sympos} 2.
 */
@NullMarked
package suture.target.linux.runpre;

import org.jspecify.annotations.NullMarked;
