package suture.build.linux;

import org.jspecify.annotations.Nullable;

import suture.build.CompileDatabase;
import suture.build.CompilerIdentity;
import suture.build.Unit;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * A kernel that units can be compiled of. Nothing in its directories is ever changed.
 *
 * @param release what {@code uname -r} says when it runs
 * @param source the source directory, as a real path
 * @param build the directory the commands run in, as a real path; it holds the generated headers
 *     and may be the source directory
 * @param config its configuration
 * @param units all units
 * @param glue the command that compiles a module's source outside of the tree
 * @param symvers its {@code Module.symvers}
 * @param dependents finds the units that a file reaches
 * @param prerequisites makes what {@code make prepare} does not
 * @param objects where compiled originals are kept; null where the source may change under us
 */
public record KernelTree(
        String release,
        Path source,
        Path build,
        KernelConfig config,
        CompileDatabase units,
        Unit glue,
        Path symvers,
        Dependents dependents,
        Prerequisites prerequisites,
        @Nullable Path objects) {

    /** The compiler that made the running kernel, as the configuration has it. */
    public CompilerIdentity compiler() {
        return new CompilerIdentity(config.value("CC_VERSION_TEXT"));
    }

    /** A unit of the main image that is like others of its directory, for its flags. */
    Unit template(String directory) {
        return units.units().stream()
                .filter(unit -> unit.reachable() && !unit.isAssembler())
                .min(Comparator.comparingInt(unit -> distance(unit.object(), directory)))
                .orElseThrow();
    }

    private static int distance(String object, String directory) {
        Path parent = Path.of(object).getParent();
        Path wanted = Path.of(directory);
        return parent == null ? wanted.getNameCount() : wanted.relativize(parent).getNameCount();
    }
}
