package suture.random;

import suture.elf.Tool;
import suture.finding.Finding;
import suture.host.process.Bench;
import suture.host.process.HostException;
import suture.host.process.ProcessHost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One program with one patch: built, run, patched live, compared with its oracle. */
final class Trial {
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final int SECONDS = 10;

    private final Path directory;
    private final Compiler compiler;
    private final boolean pointers;

    /** A compiler and what it is told. */
    record Compiler(String command, String linking, List<String> options) {
        @Override
        public String toString() {
            return command + " " + String.join(" ", options);
        }
    }

    /** How it ended: {@code class} is the line of the table that it counts for. */
    record Outcome(String kind, String detail) {
        boolean diverges() {
            return kind.equals("DIVERGED");
        }
    }

    Trial(Path directory, Compiler compiler, boolean pointers) {
        this.directory = directory;
        this.compiler = compiler;
        this.pointers = pointers;
    }

    Outcome run(List<Piece> pieces) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        String original = Piece.render(pieces, Piece.Variant.ORIGINAL);
        String patched = Piece.render(pieces, Piece.Variant.PATCHED);
        String oracle = Piece.render(pieces, Piece.Variant.ORACLE);
        if (original.equals(patched)) {
            return new Outcome("no change drawn", "");
        }
        executable("oracle", oracle, Harness.ORACLE);
        String expected = output("oracle");
        if (!expected.contains("checksum")) {
            return new Outcome("program does not end by itself", expected);
        }
        Path program = executable("program", original, Harness.LIVE);
        Bench bench = new Bench(directory, compiler.command(), flags(), List.of());
        Bench.Built built = bench.build("fix", program, original, patched);
        Files.writeString(directory.resolve("patched.c"), patched);
        if (!built.findings().isEmpty()) {
            Finding first = built.findings().getFirst();
            return new Outcome("refused to build: " + first.rule(), first.toString());
        }
        return live(built, expected);
    }

    private List<String> flags() {
        List<String> flags = new ArrayList<>(compiler.options());
        flags.addAll(List.of("-w", "-isystem", "/usr/include/csmith"));
        return flags;
    }

    private Path executable(String name, String unit, String barrier) throws IOException {
        Files.writeString(directory.resolve(name + ".c"), unit);
        Files.writeString(directory.resolve(name + "_barrier.c"), barrier);
        // The unit is compiled under the one name that all its builds have.
        Bench bench = new Bench(directory, compiler.command(), flags(), List.of());
        bench.object(unit, name + ".o");
        List<String> link = new ArrayList<>(List.of(compiler.command(), compiler.linking(), "-w"));
        link.addAll(List.of("-O1", name + ".o", name + "_barrier.c", "-o", name));
        Tool.run(directory, link.toArray(String[]::new));
        return directory.resolve(name);
    }

    /** What the sanitizers say of the oracle; empty if nothing. */
    String undefined(List<Piece> pieces) throws IOException, InterruptedException {
        Files.writeString(
                directory.resolve("checked.c"), Piece.render(pieces, Piece.Variant.ORACLE));
        Tool.run(
                directory,
                "gcc-12",
                "-w",
                "-O1",
                "-fsanitize=address,undefined",
                "-fno-sanitize-recover=all",
                "-isystem",
                "/usr/include/csmith",
                "checked.c",
                "oracle_barrier.c",
                "-o",
                "checked");
        String checked = output("checked");
        return checked.equals(output("oracle")) ? "" : checked;
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private String output(String name) throws IOException, InterruptedException {
        Path out = directory.resolve(name + ".out");
        Process process =
                new ProcessBuilder("./" + name)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        if (!process.waitFor(3, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            return "out of time";
        }
        return process.exitValue() == 0 ? Files.readString(out) : "exit " + process.exitValue();
    }

    private Outcome live(Bench.Built built, String expected)
            throws IOException, InterruptedException {
        for (String name : List.of("go1", "go2", "live.out")) {
            Files.deleteIfExists(directory.resolve(name));
        }
        Tool.run(directory, "sh", "-c", "setsid ./program >live.out 2>&1 &");
        String ready = await("barrier 1 ");
        if (!ready.contains("barrier 1 ")) {
            return new Outcome("original does not reach the barrier", ready);
        }
        int pid = (int) pid(ready);
        try {
            return patched(pid, built, expected);
        } finally {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private Outcome patched(int pid, Bench.Built built, String expected)
            throws IOException, InterruptedException {
        boolean empty = built.unchanged();
        if (!empty) {
            try {
                List<Finding> findings = ProcessHost.load(pid, "fix", built.payload(), DEADLINE);
                if (!findings.isEmpty()) {
                    Finding first = findings.getFirst();
                    return new Outcome("refused to load: " + first.rule(), first.toString());
                }
            } catch (HostException e) {
                return new Outcome("refused to load: host", String.valueOf(e.getMessage()));
            }
        }
        Files.createFile(directory.resolve("go1"));
        if (!pointers) {
            if (!await("barrier 2 ").contains("barrier 2 ")) {
                return new Outcome("DIVERGED", "second barrier not reached: " + await("barrier 2"));
            }
            List<Finding> findings = empty ? List.of() : ProcessHost.revert(pid, "fix", DEADLINE);
            if (!findings.isEmpty()) {
                return new Outcome(
                        "refused to revert: " + findings.getFirst().rule(), findings.toString());
            }
            Files.createFile(directory.resolve("go2"));
        }
        String result = await("checksum = ");
        String sum =
                result.lines().filter(l -> l.startsWith("checksum")).findFirst().orElse("none");
        return sum.equals(expected.strip())
                ? new Outcome(empty ? "same, nothing to patch" : "same", sum)
                : new Outcome("DIVERGED", sum + " instead of " + expected.strip());
    }

    /** Whether the program told its number and is gone. */
    private static boolean ended(String printed) {
        return printed.startsWith("barrier 1 ")
                && printed.endsWith("\n")
                && ProcessHandle.of(pid(printed)).isEmpty();
    }

    private static long pid(String printed) {
        return Long.parseLong(printed.lines().findFirst().orElseThrow().split(" ", -1)[2]);
    }

    /** What the program printed, once that is in it and its line ends, or the time is up. */
    private String await(String text) throws IOException, InterruptedException {
        Path out = directory.resolve("live.out");
        String printed = "";
        for (int i = 0; i < SECONDS * 500; i++) {
            printed = Files.exists(out) ? Files.readString(out) : "";
            boolean there = printed.contains(text) && printed.endsWith("\n");
            if (there || ended(printed)) {
                return printed;
            }
            Thread.sleep(2);
        }
        return printed;
    }
}
