package suture.cli;

import suture.build.process.CompileRule;
import suture.bytes.Bytes;
import suture.exec.Command;
import suture.exec.Progress;
import suture.exec.Runner;
import suture.exec.Service;
import suture.finding.Finding;
import suture.host.process.LoadedPatch;
import suture.host.process.ProcessHost;
import suture.report.TextReport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A server that runs here gets a fix while clients talk to it. */
final class ProcessDemo {
    private static final String NAME = "fix";
    private static final int CLIENTS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final DemoScreen screen = new DemoScreen();

    int run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("suture-demo");
        try {
            return run(folder, compiler());
        } finally {
            Folders.delete(folder);
        }
    }

    /** The first C compiler there is. */
    private static String compiler() {
        List<String> known = List.of("gcc", "gcc-12", "clang", "cc");
        Optional<String> found =
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                        .flatMap(place -> known.stream().map(name -> Path.of(place, name)))
                        .filter(Files::isExecutable)
                        .map(Path::toString)
                        .findFirst();
        if (found.isEmpty()) {
            Runner.require(List.of("gcc"));
        }
        return found.orElse("gcc");
    }

    private int run(Path folder, String compiler) throws IOException, InterruptedException {
        Path source = DemoScreen.file("server.c", folder);
        Path patch = DemoScreen.file("fix.patch", folder);
        Path server = folder.resolve("server");
        String compile = compiler + " -O2 -g -pthread -c {source} -o {object}";

        screen.step("A server is compiled and started. Nobody prepared it for patching.");
        Runner.check(
                "compiling the server",
                Command.of(
                        compiler,
                        "-O2",
                        "-g",
                        "-pthread",
                        "-o",
                        server.toString(),
                        source.toString()));
        // Behind a shell: the JDK waits for its own children, and would take away the stops of one.
        Command shell = Command.of("sh", "-c", "\"$0\" & wait", server.toString());
        try (Service service = Service.start(shell)) {
            String[] words = service.line().split(" ", -1);
            int port = Integer.parseInt(words[0]);
            int pid = Integer.parseInt(words[1]);
            screen.show("process %d answers on port %d".formatted(pid, port));
            try (Client client = new Client(port);
                    DemoLoad load = DemoLoad.start(port, CLIENTS)) {
                patched(pid, client, folder, patch, server, compile);
                load.stop();
                screen.step("What has it cost?");
                screen.show(client.ask("stats"));
                screen.show(
                        "%d requests by %d clients meanwhile, %d lost, slowest answer %.1f ms"
                                .formatted(load.answered(), CLIENTS, load.lost(), load.slowest()));
                if (load.lost() > 0) {
                    return ExitStatus.REFUSED.code();
                }
            }
        }
        screen.step("What to try next");
        screen.show(
                """
                ./suture build process --help    the same for a program of yours
                ./suture demo linux              the same for a stock Debian kernel, in an emulator
                ./suture diff A.o B.o            what changed between two objects, and why
                """);
        return ExitStatus.DONE.code();
    }

    private void patched(
            int pid, Client client, Path folder, Path patch, Path server, String compile)
            throws IOException {
        screen.step("It has a bug: ten pieces and more should be 10 percent off.");
        ask(client, "quote 9", "quote 10", "quote 11");

        screen.step("The fix is a source patch.");
        screen.show(
                Files.readString(patch)
                        .lines()
                        .filter(line -> line.matches("[-+](?![-+]).*"))
                        .reduce("", (a, b) -> a + b + "\n"));

        screen.step("Suture builds the live patch from it: only what behaves differently.");
        long start = System.nanoTime();
        ProcessPipeline.Output built =
                ProcessPipeline.run(
                        new ProcessPipeline.Input(
                                NAME,
                                List.of(server),
                                OptionalInt.empty(),
                                folder,
                                CompileRule.template(compile),
                                PatchedSources.of(folder, List.of(patch)),
                                Integer.MAX_VALUE),
                        Progress.SILENT);
        screen.show(TextReport.diff(built.pairs(), false));
        check(built.findings());
        screen.show("%d bytes, built in %.2f s".formatted(built.file().size(), seconds(start)));

        screen.step("It is loaded while " + CLIENTS + " clients keep asking.");
        load(pid, built.file());
        ask(client, "quote 9", "quote 10", "quote 11", "stats");
        screen.show("The count of pieces goes on: static variables keep their state.");

        screen.step("A separate run of Suture could list it, and revert it:");
        for (LoadedPatch loaded : ProcessHost.list(pid)) {
            screen.show("%s: %s, %s".formatted(loaded.name(), loaded.state(), loaded.functions()));
        }
        check(ProcessHost.revert(pid, NAME, PATIENCE));
        ask(client, "quote 10");
        check(ProcessHost.unload(pid, NAME, PATIENCE));
        screen.show("reverted and unloaded; the entry has its own bytes again");
    }

    private void load(int pid, Bytes payload) throws IOException {
        long start = System.nanoTime();
        check(ProcessHost.load(pid, NAME, payload, PATIENCE));
        screen.show("loaded into process %d in %.2f s".formatted(pid, seconds(start)));
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private void check(List<Finding> findings) {
        screen.show(TextReport.findings(findings));
        if (findings.stream().anyMatch(Finding::refuses)) {
            throw new IllegalStateException("the demo's own patch is refused: " + findings);
        }
    }

    private void ask(Client client, String... questions) throws IOException {
        for (String question : questions) {
            screen.show("> %s".formatted(question));
            screen.show("  %s".formatted(client.ask(question)));
        }
    }

    /** A connection to the server. */
    static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Client(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        /** The answer to a question. */
        String ask(String question) throws IOException {
            socket.getOutputStream().write((question + "\n").getBytes(StandardCharsets.UTF_8));
            String answer = in.readLine();
            if (answer == null) {
                throw new IOException("the server closed the connection");
            }
            return answer;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
