package suture.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.trial.KernelHeaders;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Functions of five subsystems: extracted, compiled, converted, loaded, as they were. */
@Tag("emulator")
class ExtractCommandTest {
    @TempDir Path work;

    /** Says the same whether or not the functions are replaced by their copies. */
    private static final String EXERCISE =
            """
            #!/bin/sh
            cut -d: -f1 /proc/meminfo
            ip link set lo up
            echo over-tcp | nc -l -p 99 > /dev/null &
            sleep 1
            echo hello | nc -w 2 127.0.0.1 99
            wait
            mkdir -p /tmp; rm -f /tmp/a /tmp/b; echo linked > /tmp/a; ln /tmp/a /tmp/b; cat /tmp/b
            trap 'echo caught' USR1; kill -USR1 $$; trap - USR1
            for i in 1 2 3 4 5 6 7 8; do (true | cat); done
            [ -d /sys/class/net/dummy0 ] || exit 0
            ip link add dz type dummy; cat /sys/class/net/dz/mtu /sys/class/net/dz/flags
            ip link del dz
            """;

    private static String run(int status, String... arguments) {
        PrintStream before = System.out;
        var sink = new ByteArrayOutputStream();
        System.setOut(new PrintStream(sink, true, StandardCharsets.UTF_8));
        try {
            assertThat(Main.run(arguments)).as(List.of(arguments).toString()).isEqualTo(status);
            return sink.toString(StandardCharsets.UTF_8);
        } finally {
            System.setOut(before);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "meminfo_proc_show, fs/proc/meminfo.c, ''",
        "tcp_validate_incoming, net/ipv4/tcp_input.c, ''",
        "mprotect_fixup, mm/mprotect.c, ''",
        "copy_process, kernel/fork.c, ''",
        "dummy_setup, drivers/net/dummy.c, dummy",
    })
    void copyBehavesLikeTheOriginal(String function, String unit, String module)
            throws IOException {
        Path source = work.resolve("lp.c");
        String release = KernelHeaders.RELEASE;
        String said =
                run(0, "extract", function, "--release", release, "-o", "" + source, "--json");
        assertThat(JsonMapper.shared().readTree(said).path("unit").asString()).isEqualTo(unit);
        Path built = KernelHeaders.module(work, "lp", Files.readString(source)).file();
        Path payload = work.resolve("lp.ko");
        run(0, "convert", built.toString(), "--release", release, "-o", payload.toString());
        run(0, "verify", payload.toString());
        Path script = Files.writeString(work.resolve("exercise"), EXERCISE);
        List<String> trial = new ArrayList<>(List.of("trial", payload.toString(), "--json"));
        trial.addAll(List.of("--exercise", script.toString()));
        if (!module.isEmpty()) {
            trial.addAll(List.of("--modules", module));
        }
        JsonNode report = JsonMapper.shared().readTree(run(0, trial.toArray(String[]::new)));
        List<JsonNode> outputs = new ArrayList<>();
        for (JsonNode step : report.path("steps")) {
            if (step.path("name").asString().equals("exercise")) {
                outputs.add(step.path("output"));
            }
        }
        assertThat(outputs).hasSize(3);
        assertThat(outputs.getFirst().toString()).contains("over-tcp", "linked", "caught");
        assertThat(outputs.get(1)).isEqualTo(outputs.get(0));
        assertThat(outputs.get(2)).isEqualTo(outputs.get(0));
    }
}
