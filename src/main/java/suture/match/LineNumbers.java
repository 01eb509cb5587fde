package suture.match;

import suture.graph.Atom;

/** Tells which numbers in code are the number of a source line, by what debug information says. */
public interface LineNumbers {
    /** Knows nothing: every difference counts. */
    LineNumbers NONE = (original, patched, extent, place) -> -1;

    /**
     * End of the operand that covers the place, where in both objects it is the line of its own
     * instruction; -1 where that is not proven.
     *
     * @param extent index of the extent, the same in both
     * @param place offset of a differing byte in it
     */
    long endOfLineNumber(Atom original, Atom patched, int extent, long place);
}
