package suture.plan;

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
     * @param name its symbol's name in the original object, empty if it has none
     * @param section the section of the original object it stands in
     * @param offset its first byte in that section
     * @param function whether it is code
     */
    record Running(String name, Section section, long offset, boolean function)
            implements Destination {}

    /** To a symbol that the patched object does not define, or to an absolute one. */
    record External(Symbol symbol) implements Destination {}
}
