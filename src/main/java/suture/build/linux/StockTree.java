package suture.build.linux;

import suture.build.CompileDatabase;
import suture.build.CompilerIdentity;
import suture.build.Owner;
import suture.build.Unit;
import suture.bytes.FormatException;
import suture.exec.Command;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.exec.Result;
import suture.exec.Runner;
import suture.exec.ToolFailure;
import suture.exec.ToolMissing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Prepares a directory for compiling units of a distribution's kernel, once for each kernel.
 *
 * <pre>
 *   PLACE/build/         the output directory of Kbuild, after make prepare modules_prepare, with
 *                        what single units needed beyond that
 *   PLACE/units          every unit, from make -n
 *   PLACE/glue           the one unit of a module outside of the tree, from make -n M=
 *   PLACE/includers      who includes whom
 *   PLACE/objects/       compiled originals, by what made them
 *   PLACE/complete       the source directory; there if all of the above is
 * </pre>
 *
 * The configuration is the one of the headers package ({@code /boot/config} lacks the lines that
 * the distribution's build adds). If the tools here would make another configuration or other
 * generated headers of it than the distribution's build did, the kernel cannot be rebuilt here, and
 * that is said.
 */
public final class StockTree {
    private static final List<String> TOOLS =
            List.of("make", "gcc", "ld", "bison", "flex", "bc", "perl", "pahole");

    /** Generated headers that must come out as the distribution's build made them. */
    private static final List<String> EQUAL =
            List.of("autoconf.h", "bounds.h", "asm-offsets.h", "timeconst.h", "utsrelease.h");

    /** Generated headers that say who built the kernel, and when. */
    private static final List<String> TAKEN = List.of("compile.h", "utsversion.h", "package.h");

    private static final String INCLUDERS = "includers";
    private static final String PROBE = "suture_probe";

    private final StockKernel kernel;
    private final Path place;
    private final JobPool pool;
    private final Progress progress;

    private StockTree(StockKernel kernel, Path place, JobPool pool, Progress progress) {
        this.kernel = kernel;
        this.place = place;
        this.pool = pool;
        this.progress = progress;
    }

    /**
     * Opens a prepared tree, and prepares it first if that has not been done. Only one process may
     * do this for a place at a time.
     */
    public static KernelTree open(StockKernel kernel, Path place, JobPool pool, Progress progress)
            throws IOException {
        if (!Files.exists(place.resolve("complete"))) {
            checkTools(compiler(kernel).program());
        }
        Path own = place(kernel, place.toAbsolutePath());
        StockTree tree = new StockTree(kernel, own, pool, progress);
        Path complete = own.resolve("complete");
        String source = kernel.source().toRealPath().toString();
        if (!Files.exists(complete) || !Files.readString(complete).equals(source)) {
            tree.prepare();
            Files.writeString(complete, source);
        } else if (!Files.exists(own.resolve(INCLUDERS))) {
            // Prepared before the index had this form.
            tree.index(pool);
        }
        return tree.load();
    }

    /**
     * A compiler that is not the kernel's configures the directory in its own way, and its options
     * are others: it gets a place of its own.
     */
    private static Path place(StockKernel kernel, Path place) throws IOException {
        CompilerIdentity compiler = compiler(kernel);
        CompilerIdentity local = CompilerIdentity.local(compiler.program());
        return compiler.check(local, CompilerIdentity.Mismatch.WARN).isEmpty()
                ? place
                : place.resolveSibling(
                        place.getFileName() + "-" + Integer.toHexString(local.line().hashCode()));
    }

    /** The compiler that made a kernel, before anything is prepared. */
    public static CompilerIdentity compiler(StockKernel kernel) throws IOException {
        return new CompilerIdentity(
                KernelConfig.read(kernel.headers().resolve(".config")).value("CC_VERSION_TEXT"));
    }

    private KernelTree load() throws IOException {
        Path commands = place.resolve("units");
        CompileDatabase units = CompileDatabase.ahead(() -> DatabaseFile.read(commands));
        return new KernelTree(
                kernel.release(),
                kernel.source().toRealPath(),
                build().toRealPath(),
                KernelConfig.read(kernel.headers().resolve(".config")),
                units,
                DatabaseFile.read(place.resolve("glue")).getFirst(),
                build().resolve("Module.symvers"),
                new IncludeIndex(place.resolve(INCLUDERS), units),
                new Made(),
                place.resolve("objects"));
    }

    private Path build() {
        return place.resolve("build");
    }

    private void prepare() throws IOException {
        Path config = kernel.headers().resolve(".config");
        CompilerIdentity compiler = compiler(kernel);
        checkTools(compiler.program());
        Trees.delete(place);
        Files.createDirectories(build());
        Files.copy(config, build().resolve(".config"));
        progress.begin("preparing the build directory of " + kernel.release(), 4);
        make(compiler, kernel.source(), List.of("O=" + build(), "olddefconfig"));
        progress.advance(1);
        checkConfig(config);
        make(compiler, build(), List.of("prepare"));
        progress.advance(1);
        make(compiler, build(), List.of("modules_prepare"));
        progress.advance(1);
        adopt();
        List<Runnable> last =
                List.of(
                        () -> Trees.io(() -> learn(compiler)),
                        () -> Trees.io(() -> index(new JobPool(1))));
        pool.map(
                last,
                Progress.SILENT,
                job -> {
                    job.run();
                    return true;
                });
        progress.advance(1);
    }

    private void index(JobPool jobs) throws IOException {
        IncludeIndex.write(List.of(kernel.source(), build()), place.resolve(INCLUDERS), jobs);
    }

    private static void checkTools(String compiler) {
        List<String> tools = new ArrayList<>(TOOLS);
        tools.add(compiler);
        Runner.require(tools);
        List<String> missing = new ArrayList<>();
        if (!Files.exists(Path.of("/usr/include/gelf.h"))) {
            missing.add("libelf-dev");
        }
        if (!Files.exists(Path.of("/usr/include/openssl/opensslv.h"))) {
            missing.add("libssl-dev");
        }
        if (!missing.isEmpty()) {
            throw new ToolMissing(missing);
        }
    }

    private Command make(CompilerIdentity compiler, Path where) {
        return Command.of(
                "make",
                "-C",
                where.toString(),
                "-j" + pool.jobs(),
                "CC=" + compiler.program(),
                "KERNELRELEASE=" + kernel.release());
    }

    /**
     * Runs the unit's own makefile once, with the compiler that the directory was configured for.
     * The object that comes with what the unit needs is not used: it has debug information and
     * stands where a build wants it.
     */
    private final class Made implements Prerequisites {
        @Override
        public boolean make(Unit unit) {
            try (FileChannel file =
                            FileChannel.open(
                                    place.resolve("prerequisites.lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    FileLock _ = file.lock()) {
                CompilerIdentity compiler = compiler(kernel);
                Runner.check(
                        "making what " + unit.source() + " includes",
                        StockTree.this.make(compiler, build()).and(List.of("-s", unit.object())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return true;
        }
    }

    private void make(CompilerIdentity compiler, Path where, List<String> goals) {
        Runner.check(
                "preparing " + kernel.release(),
                make(compiler, where).and(List.of("-s")).and(goals));
    }

    private void checkConfig(Path wanted) throws IOException {
        SortedSet<String> different =
                KernelConfig.read(wanted)
                        .differences(KernelConfig.read(build().resolve(".config")));
        different.removeIf(name -> name.equals("CC_VERSION_TEXT"));
        if (!different.isEmpty()) {
            throw new FormatException(
                    kernel.release(),
                    "configuration",
                    -1,
                    "the tools here to give the distribution's configuration (the same gcc,"
                            + " binutils and pahole)",
                    "other values of CONFIG_"
                            + String.join(", CONFIG_", different)
                            + "; the kernel was made by "
                            + compiler(kernel).line()
                            + ", here is "
                            + CompilerIdentity.local(compiler(kernel).program()).line());
        }
    }

    /** Checks what was generated against the distribution's, and takes what cannot be generated. */
    private void adopt() throws IOException {
        Path theirs = kernel.headers().resolve("include/generated");
        Path ours = build().resolve("include/generated");
        for (String name : EQUAL) {
            if (Files.exists(theirs.resolve(name))
                    && !meaning(theirs.resolve(name)).equals(meaning(ours.resolve(name)))) {
                throw new FormatException(
                        ours.resolve(name).toString(),
                        "",
                        -1,
                        "the header that the package of " + kernel.release() + " has",
                        "another; are image, headers and source of one version?");
            }
        }
        for (String name : TAKEN) {
            if (Files.exists(theirs.resolve(name))) {
                Files.copy(
                        theirs.resolve(name),
                        ours.resolve(name),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.copy(kernel.headers().resolve("Module.symvers"), build().resolve("Module.symvers"));
    }

    /** A header but for the compiler's name, of which nothing is made but that string. */
    private static List<String> meaning(Path header) throws IOException {
        try (Stream<String> lines = Files.lines(header)) {
            return lines.filter(line -> !line.contains("CONFIG_CC_VERSION_TEXT")).toList();
        }
    }

    private void learn(CompilerIdentity compiler) throws IOException {
        CompileDatabase units = dryRun(compiler, List.of("vmlinux", "modules"), "units");
        checkComplete(units);
        Path probe = Files.createDirectories(place.resolve("probe"));
        Files.writeString(probe.resolve("Kbuild"), "obj-m := " + PROBE + ".o\n");
        Files.writeString(probe.resolve(PROBE + ".c"), "");
        CompileDatabase glue = dryRun(compiler, List.of("M=" + probe, "modules"), "glue");
        if (glue.units().size() != 1) {
            throw new FormatException(
                    "make -n M=" + probe,
                    "",
                    -1,
                    "one compile command",
                    String.valueOf(glue.units().size()));
        }
    }

    /** What make would do: it prints every command, and its errors do not matter. */
    private CompileDatabase dryRun(CompilerIdentity compiler, List<String> goals, String name)
            throws IOException {
        Path printed = place.resolve(name + ".txt");
        // One job: the lines of parallel makes would run into each other.
        Command command =
                make(compiler, build()).and(List.of("-j1", "-n", "-k")).and(goals).to(printed);
        Result result = Runner.run(command);
        KbuildOutput output = new KbuildOutput(kernel.source(), build());
        try (BufferedReader lines = Files.newBufferedReader(printed, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.accept(line);
            }
        }
        CompileDatabase units = output.database();
        if (units.units().isEmpty()) {
            throw new ToolFailure("asking Kbuild for its commands", command, result);
        }
        DatabaseFile.write(units, place.resolve(name));
        Files.delete(printed);
        return units;
    }

    /** Every module of the image must have units; otherwise make did not print everything. */
    private void checkComplete(CompileDatabase units) throws IOException {
        Set<String> known = new HashSet<>();
        for (Unit unit : units.units()) {
            for (Owner owner : unit.owners()) {
                if (owner instanceof Owner.Module(String path)) {
                    known.add(path);
                }
            }
        }
        TreeSet<String> missing = new TreeSet<>();
        for (String line : Files.readAllLines(kernel.modules().resolve("modules.order"))) {
            String path = line.strip().replaceFirst("^kernel/", "").replaceFirst("\\.k?o$", "");
            if (!path.isEmpty() && !known.contains(path)) {
                missing.add(path);
            }
        }
        if (!missing.isEmpty()) {
            throw new FormatException(
                    kernel.release(),
                    "make -n",
                    -1,
                    "commands for every module of the image",
                    "none for " + String.join(", ", missing));
        }
    }
}
