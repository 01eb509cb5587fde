package suture.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.bytes.Bytes;
import suture.elf.Tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Real programs, compiled on the spot and patched while they serve. */
class LivePatchTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @TempDir Path directory;

    static String fixed(Path directory) throws IOException {
        Path work = Files.createDirectories(directory.resolve("fixed"));
        Files.writeString(work.resolve("server.c"), Bench.resource("server.c"));
        Files.writeString(work.resolve("fix.patch"), Bench.resource("fix.patch"));
        Tool.run(work, "patch", "-p1", "-i", "fix.patch");
        return Files.readString(work.resolve("server.c"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-O2 -fPIE|-pie",
                "-O2 -fno-pie|-no-pie",
                "-O2 -fPIE|-pie -Wl,-z,now -Wl,-z,relro",
                "-O1 -fPIE -fno-plt|-pie",
                "-Os -fcf-protection=none|-pie",
                "-O2 -fno-pie|-static",
                "-O3 -fPIE|-pie -s",
            })
    void fixesARunningServerAndUndoesIt(String how) throws IOException {
        String[] parts = how.split("\\|", -1);
        Bench bench =
                new Bench(
                        directory, List.of(parts[0].split(" ", -1)), List.of(parts[1].split(" ")));
        String source = Bench.resource("server.c");
        Path program = bench.executable(source);
        Bench.Built built = bench.build("fix", program, source, fixed(directory));
        assertThat(built.findings()).isEmpty();
        Files.write(directory.resolve("fix.suture"), built.payload().toArray());
        try (Bench.Running server = new Bench.Running(directory, program);
                Bench.Client client = server.client()) {
            List<Bytes> before = text(server.pid);
            assertThat(client.ask("quote 10")).startsWith("10 pieces: 70.00 (quoted so far: 10 ");
            assertThat(ProcessHost.load(server.pid, "fix", built.payload(), TIMEOUT)).isEmpty();
            assertThat(client.ask("quote 10"))
                    .isEqualTo("10 pieces: 63.00 (quoted so far: 20 pieces, 1 discounts)");
            assertThat(ProcessHost.list(server.pid)).hasSize(1);
            assertThat(ProcessHost.list(server.pid).getFirst().functions()).contains("quote");
            assertThat(text(server.pid)).isNotEqualTo(before);
            assertThat(ProcessHost.revert(server.pid, "fix", TIMEOUT)).isEmpty();
            assertThat(client.ask("quote 10")).startsWith("10 pieces: 70.00 (quoted so far: 30 ");
            assertThat(text(server.pid)).isEqualTo(before);
            assertThat(ProcessHost.unload(server.pid, "fix", TIMEOUT)).isEmpty();
            assertThat(ProcessHost.list(server.pid)).isEmpty();
            assertThat(client.ask("stats")).contains("1 connections (1 open), 3 quotes");
            assertThat(text(server.pid)).isEqualTo(before);
        }
    }

    /** Every page of code of a process. */
    static List<Bytes> text(int pid) throws IOException {
        try (ProcessMemory memory = ProcessMemory.readable(pid)) {
            List<Bytes> text = new java.util.ArrayList<>();
            for (ProcFiles.Mapping mapping : ProcFiles.maps(pid)) {
                if (mapping.executable() && mapping.inode() != 0) {
                    text.add(memory.read(mapping.start(), (int) mapping.size()));
                }
            }
            return text;
        }
    }
}
