package suture.plan;

import suture.elf.ElfObject;
import suture.elf.Section;
import suture.elf.Symbol;

/** Where a link of the payload goes. */
public sealed interface Destination {

    /** To another part of the payload. */
    record Travelling(Piece piece) implements Destination {}

    /**
     * To a thing that runs already, named by its place in the original object; run-pre matching
     * turns that into an address.
     *
     * @param original the object that has it: the original of the unit that refers to it, or of
     *     another unit of the patch
     * @param name its symbol's name in that object, empty if it has none
     * @param section the section of that object it stands in
     * @param offset its first byte in that section
     * @param function whether it is code
     */
    record Running(ElfObject original, String name, Section section, long offset, boolean function)
            implements Destination {}

    /**
     * To a symbol that neither the patched object nor another unit of the patch defines for it, or
     * to an absolute one.
     */
    record External(Symbol symbol) implements Destination {}
}
