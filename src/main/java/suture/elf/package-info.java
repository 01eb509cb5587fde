/**
 * ELF files, read and written without loss.
 *
 * <p><b>Problem.</b> A live patch is a relocatable object made out of pieces of two others, judged
 * against a third file that runs. All of them are ELF: 32 or 64 bits wide, of either byte order,
 * with up to millions of sections. What is not understood in them must survive, and what is broken
 * must be said with its place.
 *
 * <p><b>Definitions.</b> {@link suture.elf.ElfObject} is the immutable model: header, sections,
 * symbols, relocations, groups. It refers by object: a relocation holds its {@link
 * suture.elf.Symbol}, a symbol its {@link suture.elf.Section}. Indices, string-table offsets and
 * record layouts exist only in {@link suture.elf.ElfReader} and {@link suture.elf.ElfWriter};
 * {@link suture.elf.Layout} keeps where a file that was read had its parts, so that {@code
 * write(read(x))} is {@code x} byte for byte. A model that somebody built has no layout, and the
 * writer makes one.
 *
 * <p><b>Example.</b> In {@code int x; int f(void) { return x; }} compiled for x86-64, section
 * {@code .text} has one relocation: offset 2, type 2 ({@code R_X86_64_PC32}), symbol {@code x},
 * addend -4.
 *
 * <p>Sources: System V gABI 4.1 chapters 4 and 5 with the later drafts (extended numbering, {@code
 * SHF_COMPRESSED}); {@code elf.h} of glibc 2.36 for codes.
 */
@NullMarked
package suture.elf;

import org.jspecify.annotations.NullMarked;
