/**
 * An object file as a graph of atoms: a name is a hint, content is identity.
 *
 * <p><b>Problem.</b> A compiler numbers, orders and places things as it likes. Two builds of nearly
 * the same source agree in what their code does, and in little else: {@code CSWTCH.12} becomes
 * {@code CSWTCH.14}, strings move in their section, a jump inside a section has no relocation while
 * the same jump between sections has one.
 *
 * <p><b>Definitions.</b> An {@link suture.graph.Atom} is the smallest thing that can be replaced or
 * kept: a function with its cold part, a variable, a string literal, an anonymous constant, one
 * entry of a special section, or something that is defined elsewhere. A {@link
 * suture.graph.Reference} is a field in an atom that leads to a place in another: a relocation, or
 * a PC-relative branch that the assembler resolved. References never name sections or symbols:
 * {@code .data+8}, {@code x-4} and a plain displacement all become "offset 4 of atom x".
 *
 * <p><b>Algorithm.</b> Sections are cut at their symbols; what no symbol covers is cut by the
 * section's own grammar (strings at their terminators, constants at the entry size, special
 * sections at their entries) or else where something refers to. Then each relocation finds the atom
 * that its place lies in, after the bias of PC-relative fields (on x86-64 the distance from the
 * field to the end of its instruction) has been taken off. Last, text that several functions share
 * is decoded for branches from one function into another.
 *
 * <p>An entry of a special section (exception table, alternatives, jump labels, bug table ...)
 * belongs to the function whose site it describes, and is part of what that function does.
 *
 * <p><b>Example.</b> {@code f: mov x(%rip),%eax; ret} next to {@code static int x} is two atoms and
 * one reference: field 2 of {@code f}, four bytes, to offset 0 of {@code x}.
 */
@NullMarked
package suture.graph;

import org.jspecify.annotations.NullMarked;
