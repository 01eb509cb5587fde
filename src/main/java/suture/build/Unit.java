package suture.build;

import java.util.List;

/**
 * A translation unit.
 *
 * @param object its object, relative to the build directory
 * @param source its source as the command names it: relative to the source directory where it is
 *     below it, otherwise relative to the build directory
 * @param input its source in the words of the command
 * @param owners what the object is linked into; more than one only for modules that share it
 * @param command what makes the object
 */
public record Unit(
        String object, String source, String input, List<Owner> owners, CompileCommand command) {
    public Unit {
        owners = List.copyOf(owners);
    }

    /** Whether its source is assembler, which has no functions that could be compared. */
    public boolean isAssembler() {
        return source.endsWith(".S");
    }

    /** Whether it is part of something that a live patch can reach. */
    public boolean reachable() {
        return owners.stream().noneMatch(owner -> owner instanceof Owner.Elsewhere);
    }
}
