package suture.build.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import suture.build.CompileDatabase;
import suture.build.Unit;
import suture.elf.Tool;
import suture.exec.JobPool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A few sources with the recipes Kbuild would print for them; really compiled, never linked. */
final class TinyKernel {
    /** Where the build directory is. */
    enum Layout {
        APART,
        BELOW,
        IN_TREE
    }

    private static final Map<String, String> SOURCES =
            Map.of(
                    "include/tiny/a.h",
                    """
                    #define A 1
                    static inline int a(int x) { return x * A; }
                    """,
                    "lib/up.h",
                    "#define UP 5\n",
                    "kernel/local.h",
                    "#define LOCAL 7\n",
                    "kernel/main.c",
                    """
                    #include <tiny/a.h>
                    #include <conf.h>
                    #include "local.h"
                    #include "../lib/up.h"
                    const char *where(void) { return __FILE__; }
                    int f(int x) { return a(x) + UP + LOCAL + CONF; }
                    int g(int x) { return x - LOCAL; }
                    """,
                    "lib/part.c",
                    "int part(void) { return 3; }\n",
                    "lib/whole.c",
                    "#include \"part.c\"\nint whole(void) { return part() + 1; }\n",
                    "drivers/shared.c",
                    "#include \"shared_trace.h\"\nint shared(void) { return 4; }\n",
                    "drivers/shared_trace.h",
                    """
                    #define TRACE_INCLUDE_FILE shared_trace
                    #include <tiny/define.h>
                    """,
                    "include/tiny/define.h",
                    "#define UNUSED\n",
                    "boot/start.c",
                    "#include <tiny/a.h>\nint start(void) { return a(2); }\n");

    private final Path source;
    private final Path build;
    private final Layout layout;
    private final Set<String> made = ConcurrentHashMap.newKeySet();
    private String needy = "";

    private TinyKernel(Path source, Path build, Layout layout) {
        this.source = source;
        this.build = build;
        this.layout = layout;
    }

    static TinyKernel in(Path directory, Layout layout) throws IOException {
        Path source = directory.toRealPath().resolve("src");
        Path build =
                switch (layout) {
                    case APART -> directory.toRealPath().resolve("out");
                    case BELOW -> source.resolve("out");
                    case IN_TREE -> source;
                };
        TinyKernel kernel = new TinyKernel(source, build, layout);
        for (Map.Entry<String, String> file : SOURCES.entrySet()) {
            kernel.write(source.resolve(file.getKey()), file.getValue());
        }
        kernel.write(build.resolve("include/generated/conf.h"), "#define CONF 11\n");
        kernel.write(build.resolve(".config"), "CONFIG_CC_VERSION_TEXT=\"gcc-12 x\"\n");
        kernel.write(build.resolve("Module.symvers"), "");
        kernel.write(build.resolve("include/config/kernel.release"), "1.0-tiny\n");
        return kernel;
    }

    /** Has one source include a header that is not there until it is asked for. */
    void includesLate(String name) throws IOException {
        Path file = source.resolve(name);
        Files.writeString(file, "#include <late.h>\nint late = LATE;\n" + Files.readString(file));
        needy = name.replace(".c", ".o");
    }

    /** The objects whose prerequisites were asked for. */
    Set<String> made() {
        return made;
    }

    Path source() {
        return source;
    }

    Path build() {
        return build;
    }

    private void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** The name of the source directory in a recipe, with a slash. */
    private String root() {
        return switch (layout) {
            case APART -> source + "/";
            case BELOW -> "../";
            case IN_TREE -> "./";
        };
    }

    String compile(String name) {
        String object = name.replace(".c", ".o");
        String input = layout == Layout.IN_TREE ? name : root() + name;
        return "gcc-12 -Wp,-MMD,"
                + object.replaceFirst("([^/]*)$", ".$1.d")
                + " -nostdinc -I"
                + root()
                + "include -I./include/generated"
                + " -fmacro-prefix-map="
                + root()
                + "= -DKBUILD_MODNAME='\"tiny\"'"
                + " -O2 -g -c -o "
                + object
                + ' '
                + input;
    }

    static final String BUILT_IN =
            "rm -f built-in.a; printf \"./%s \" kernel/main.o lib/whole.o"
                    + " | xargs ar cDPrST ./built-in.a";

    static String mod(String name) {
        return "printf '%s\\n'   shared.o | awk '!x[$0]++ { print(\"drivers/\"$0) }' > drivers/"
                + name
                + ".mod";
    }

    /** As make -n prints a build. */
    KernelTree dryRun() throws IOException {
        KbuildOutput output = new KbuildOutput(source, build);
        for (String name : new String[] {"kernel/main.c", "lib/whole.c", "boot/start.c"}) {
            output.accept(recipe(name));
        }
        output.accept(recipe("drivers/shared.c"));
        output.accept("set -e;  echo '  AR      built-in.a';  " + BUILT_IN);
        output.accept("set -e;  " + mod("one"));
        output.accept("set -e;  " + mod("two-b"));
        Path units = source.resolveSibling("units");
        DatabaseFile.write(output.database(), units);
        CompileDatabase database = new CompileDatabase(DatabaseFile.read(units));
        Path includes = source.resolveSibling("includes");
        IncludeIndex.write(List.of(source, build), includes, new JobPool(2));
        return new KernelTree(
                "1.0-tiny",
                source,
                build,
                KernelConfig.read(build.resolve(".config")),
                database,
                database.units().iterator().next(),
                build.resolve("Module.symvers"),
                new IncludeIndex(includes, database),
                this::prerequisites,
                source.resolveSibling("objects"));
    }

    /** What only a makefile of its directory makes. */
    private boolean prerequisites(Unit unit) {
        made.add(unit.object());
        if (!unit.object().equals(needy)) {
            return false;
        }
        Trees.io(() -> write(build.resolve("include/generated/late.h"), "#define LATE 13\n"));
        return true;
    }

    /** As a build leaves it behind: objects and {@code .cmd} files. */
    KernelTree built() throws IOException {
        for (String name :
                new String[] {"kernel/main.c", "lib/whole.c", "boot/start.c", "drivers/shared.c"}) {
            String object = name.replace(".c", ".o");
            String base = object.replaceFirst("([^/]*)$", ".$1");
            Files.createDirectories(build.resolve(object).getParent());
            Tool.run(build, "sh", "-c", compile(name));
            String rule = Files.readString(build.resolve(base + ".d"));
            write(
                    build.resolve(base + ".cmd"),
                    "cmd_"
                            + object
                            + " := "
                            + compile(name).replace("$", "$$")
                            + "\n\nsource_"
                            + object
                            + " := "
                            + name
                            + "\n\ndeps_"
                            + object
                            + " := \\\n  "
                            + rule.substring(rule.indexOf(':') + 1).strip()
                            + "\n");
        }
        write(build.resolve(".built-in.a.cmd"), "cmd_built-in.a := " + BUILT_IN + '\n');
        for (String name : new String[] {"one", "two-b"}) {
            write(
                    build.resolve("drivers/." + name + ".mod.cmd"),
                    "savedcmd_drivers/" + name + ".mod := " + mod(name).replace("$", "$$") + '\n');
        }
        return BuiltTree.open(source, build);
    }

    private String recipe(String name) {
        String object = name.replace(".c", ".o");
        return "set -e;  echo '  CC      "
                + object
                + "';  trap 'rm -f "
                + object
                + "; trap - HUP; kill -s HUP $$' HUP; "
                + compile(name)
                + "; scripts/basic/fixdep .d "
                + object
                + " 'gcc-12 -c -o' > x.cmd; rm -f .d";
    }

    /** Everything in a directory, to see that nothing changed. */
    static Map<String, String> snapshot(Path directory) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
                all.put(
                        file.toString(),
                        Files.isRegularFile(file)
                                ? Files.readString(file, ISO_8859_1)
                                : "directory");
            }
        }
        return all;
    }
}
