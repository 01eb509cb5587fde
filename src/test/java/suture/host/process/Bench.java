package suture.host.process;

import suture.bytes.Bytes;
import suture.diff.Differ;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Tool;
import suture.finding.Finding;
import suture.plan.Hooks;
import suture.plan.PatchPlan;
import suture.plan.Planner;
import suture.target.process.PayloadBuilder;
import suture.target.process.PayloadFile;
import suture.target.process.ProcessImage;
import suture.target.process.RunPre;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compiles programs and patches of them on the spot, and runs them outside of our own family. */
public final class Bench {
    private final Path directory;
    private final String compiler;
    private final List<String> options;
    private final List<String> linking;

    Bench(Path directory, List<String> options, List<String> linking) {
        this(directory, "gcc-12", options, linking);
    }

    public Bench(Path directory, String compiler, List<String> options, List<String> linking) {
        this.directory = directory;
        this.compiler = compiler;
        this.options = options;
        this.linking = linking;
    }

    static String resource(String name) {
        try (var in = Bench.class.getResourceAsStream("/demo/" + name)) {
            return new String(
                    java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public ElfObject object(String source, String name, String... more) {
        try {
            Path c = Files.writeString(directory.resolve("unit.c"), source);
            List<String> command = new ArrayList<>(List.of(compiler));
            command.addAll(options);
            command.addAll(List.of(more));
            command.addAll(List.of("-c", c.getFileName().toString(), "-o", name));
            Tool.run(directory, command.toArray(String[]::new));
            return ElfReader.read(directory.resolve(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Path executable(String source) {
        object(source, "program.o");
        List<String> command = new ArrayList<>(List.of(compiler));
        command.addAll(options);
        command.addAll(linking);
        command.addAll(List.of("program.o", "-o", "program", "-lpthread"));
        Tool.run(directory, command.toArray(String[]::new));
        return directory.resolve("program");
    }

    public record Built(Bytes payload, boolean unchanged, List<Finding> findings) {}

    /** The same stages as {@code suture build process}. */
    public Built build(String name, Path executable, String before, String after)
            throws IOException {
        ElfObject plain = object(before, "plain.o");
        ElfObject original = object(before, "original.o", "-ffunction-sections", "-fdata-sections");
        ElfObject patched = object(after, "patched.o", "-ffunction-sections", "-fdata-sections");
        PatchPlan plan =
                Planner.plan(
                        List.of(
                                new Planner.UnitDiff(
                                        "unit.c", "program", Differ.diff(original, patched))),
                        Hooks.NONE);
        RunPre.Result match = RunPre.match(plain, ProcessImage.read(executable));
        PayloadBuilder.Result result =
                PayloadBuilder.build(name, plan, Map.of(original, match.placement()));
        List<Finding> findings = new ArrayList<>(plan.findings());
        findings.addAll(match.findings());
        findings.addAll(result.findings());
        findings.removeIf(f -> !f.refuses());
        return new Built(
                PayloadFile.write(result.payload()),
                result.payload().redirects().isEmpty(),
                findings);
    }

    /** A program that runs as nobody's child of ours. */
    static final class Running implements AutoCloseable {
        final int port;
        final int pid;

        Running(Path directory, Path executable) {
            try {
                Path out = directory.resolve("port");
                Files.deleteIfExists(out);
                Tool.run(
                        directory,
                        "sh",
                        "-c",
                        "setsid ./" + executable.getFileName() + " >port 2>&1 &");
                String text = "";
                for (int i = 0; i < 500 && !text.endsWith("\n"); i++) {
                    Thread.sleep(10);
                    text = Files.exists(out) ? Files.readString(out) : "";
                }
                port = Integer.parseInt(text.strip().split(" ", -1)[0]);
                pid = Integer.parseInt(text.strip().split(" ", -1)[1]);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        Client client() throws IOException {
            return new Client(port);
        }

        boolean alive() {
            return ProcessHandle.of(pid).isPresent();
        }

        @Override
        public void close() {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** A connection to the server. */
    static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Client(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(20_000);
            in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        String ask(String line) throws IOException {
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            return String.valueOf(in.readLine());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
