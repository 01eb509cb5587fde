package suture.exec;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Runs commands: in a clean environment, never through a shell, never left behind. */
public final class Runner {
    /** What a program may know of the caller's environment. */
    private static final Set<String> PASSED_ON =
            Set.of(
                    "PATH",
                    "HOME",
                    "USER",
                    "LOGNAME",
                    "TMPDIR",
                    "LD_LIBRARY_PATH",
                    "APT_CONFIG",
                    "http_proxy",
                    "https_proxy",
                    "no_proxy",
                    "XDG_CACHE_HOME",
                    "CCACHE_DIR");

    private static final Executor READERS = task -> Thread.ofVirtual().start(task);
    private static final File NOTHING = new File("/dev/null");

    private Runner() {}

    /**
     * Runs a command to its end, whatever its status.
     *
     * @throws ToolMissing if the program is not installed
     * @throws ToolFailure if it takes longer than it may
     */
    public static Result run(Command command) {
        return pipe(List.of(command));
    }

    /**
     * Runs a command that must succeed.
     *
     * @throws ToolFailure if it does not
     */
    public static Result check(Command command) {
        return check("", command);
    }

    /** The same, with what is being done for the message. */
    public static Result check(String doing, Command command) {
        Result result = run(command);
        if (!result.succeeded()) {
            throw new ToolFailure(doing, command, result);
        }
        return result;
    }

    /**
     * Runs commands at the same time, the output of each being the input of the next. The first one
     * in the row that fails gives the status.
     */
    public static Result pipe(List<Command> commands) {
        List<Process> processes = new ArrayList<>();
        try {
            List<ProcessBuilder> builders = new ArrayList<>();
            for (int i = 0; i < commands.size(); i++) {
                builders.add(builder(commands.get(i), i == 0, i == commands.size() - 1));
            }
            processes.addAll(start(commands, builders));
            return await(commands, processes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolFailure("", commands.getLast(), -1, "interrupted");
        } finally {
            processes.forEach(Runner::stop);
        }
    }

    /**
     * Says at once which of some programs are not there.
     *
     * @throws ToolMissing if any is not
     */
    public static void require(Collection<String> programs) {
        String path = new ProcessBuilder().environment().getOrDefault("PATH", "/usr/bin:/bin");
        List<String> missing =
                programs.stream().filter(program -> !onPath(path, program)).distinct().toList();
        if (!missing.isEmpty()) {
            throw new ToolMissing(missing);
        }
    }

    private static boolean onPath(String path, String program) {
        for (String directory : path.split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    private static ProcessBuilder builder(Command command, boolean first, boolean last) {
        ProcessBuilder builder = new ProcessBuilder(command.arguments());
        builder.environment().keySet().retainAll(PASSED_ON);
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(command.environment());
        if (command.directory() != null) {
            builder.directory(command.directory().toFile());
        }
        if (first) {
            builder.redirectInput(command.input() == null ? NOTHING : command.input().toFile());
        }
        if (last && command.output() != null) {
            builder.redirectOutput(Redirect.to(command.output().toFile()));
        }
        return builder;
    }

    /** What is done with the output of a command while it runs. */
    @FunctionalInterface
    public interface Reading<T> {
        T read(InputStream output) throws IOException;
    }

    /**
     * Runs a command that must succeed, and reads its output while it runs; for output that is too
     * much to be kept.
     *
     * @throws ToolFailure if it does not succeed; what the reading threw does not count then
     */
    public static <T> T read(String doing, Command command, Reading<T> reading) throws IOException {
        Process process = start(List.of(command), List.of(builder(command, true, true))).getFirst();
        try (InputStream output = process.getInputStream()) {
            CompletableFuture<String> errors = read(process.getErrorStream());
            T result = null;
            RuntimeException failure = null;
            try {
                result = reading.read(output);
                output.transferTo(OutputStream.nullOutputStream());
            } catch (RuntimeException e) {
                failure = e;
                output.transferTo(OutputStream.nullOutputStream());
            }
            int status = process.waitFor();
            if (status != 0) {
                throw new ToolFailure(doing, command, new Result(status, "", join(errors)));
            }
            if (failure != null) {
                throw failure;
            }
            return Objects.requireNonNull(result);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolFailure(doing, command, -1, "interrupted");
        } finally {
            stop(process);
        }
    }

    /** Starts one command that is not waited for. */
    static Process launch(Command command) {
        ProcessBuilder builder = builder(command, true, true).redirectError(Redirect.INHERIT);
        return start(List.of(command), List.of(builder)).getFirst();
    }

    private static List<Process> start(List<Command> commands, List<ProcessBuilder> builders) {
        try {
            return builders.size() == 1
                    ? List.of(builders.getFirst().start())
                    : ProcessBuilder.startPipeline(builders);
        } catch (IOException e) {
            require(
                    commands.stream()
                            .map(Command::program)
                            .filter(program -> !program.contains("/"))
                            .toList());
            throw new UncheckedIOException(e);
        }
    }

    private static Result await(List<Command> commands, List<Process> processes)
            throws InterruptedException {
        CompletableFuture<String> output = read(processes.getLast().getInputStream());
        List<CompletableFuture<String>> errors =
                processes.stream().map(process -> read(process.getErrorStream())).toList();
        long end = System.nanoTime() + commands.getLast().timeout().toNanos();
        for (int i = 0; i < processes.size(); i++) {
            long left = Math.max(0, end - System.nanoTime());
            if (!processes.get(i).waitFor(left, TimeUnit.NANOSECONDS)) {
                processes.forEach(Runner::stop);
                throw new ToolFailure(
                        "",
                        commands.get(i),
                        -1,
                        "stopped after " + commands.getLast().timeout().toSeconds() + " s");
            }
        }
        for (int i = 0; i < processes.size(); i++) {
            if (processes.get(i).exitValue() != 0) {
                return new Result(processes.get(i).exitValue(), join(output), join(errors.get(i)));
            }
        }
        return new Result(0, join(output), join(errors.getLast()));
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                READERS);
    }

    private static String join(CompletableFuture<String> text) {
        try {
            return text.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException io) {
                throw io;
            }
            throw e;
        }
    }

    private static void stop(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
