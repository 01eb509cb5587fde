package suture.dwarf;

/**
 * A line of source.
 *
 * @param file its name as the line table has it: relative to the compilation directory, or absolute
 * @param line from 1
 * @param column from 1, 0 if unknown
 */
public record SourceLine(String file, int line, int column) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
