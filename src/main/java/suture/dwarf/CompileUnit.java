package suture.dwarf;

/**
 * One compile unit.
 *
 * @param name of its source file
 * @param producer the compiler's version and options, empty if not said
 * @param directory the compilation directory, empty if not said
 */
public record CompileUnit(String name, String producer, String directory) {}
