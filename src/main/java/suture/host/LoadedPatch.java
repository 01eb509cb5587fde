package suture.host;

import java.util.List;

/**
 * A payload that a running thing holds.
 *
 * @param name its name
 * @param enabled whether it is in force, or going to be
 * @param inTransition whether some tasks are still on the other side
 * @param functions what it replaces, as {@code object/function,position}
 */
public record LoadedPatch(
        String name, boolean enabled, boolean inTransition, List<String> functions) {
    public LoadedPatch {
        functions = List.copyOf(functions);
    }
}
