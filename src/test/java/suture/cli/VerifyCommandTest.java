package suture.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.target.linux.image.KernelPackages;
import suture.target.linux.klp.KernelBuild;
import suture.target.linux.klp.KlpModule;
import suture.target.linux.klp.KlpModuleEmitter;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** What the commands print and return. */
@Tag("kernel")
class VerifyCommandTest {
    @TempDir static Path work;
    private static String payload;

    @BeforeAll
    static void build() throws IOException {
        KernelBuild kernel = new KernelBuild(work, "fs/proc/meminfo.o");
        KlpModule module =
                KlpModuleEmitter.emit(
                        kernel.units(
                                kernel.plan(
                                        "vmlinux",
                                        "fs/proc/meminfo.o",
                                        "\"VmallocChunk:   \", 0ul",
                                        "\"VMALLOCCHUNK:   \", 0ul")),
                        kernel.facts("lp"),
                        kernel.exports(),
                        kernel::glue);
        byte[] content = Objects.requireNonNull(module.content()).toArray();
        payload = Files.write(work.resolve("lp.ko"), content).toString();
    }

    private record Run(int status, String out) {
        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    private static Run run(String... arguments) {
        PrintStream before = System.out;
        var sink = new ByteArrayOutputStream();
        System.setOut(new PrintStream(sink, true, StandardCharsets.UTF_8));
        try {
            int status = Main.run(arguments);
            return new Run(status, sink.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(before);
        }
    }

    @Test
    void ownKernelAccepts() throws IOException {
        String root = KernelPackages.fetch("linux-image-" + KernelBuild.RELEASE).toString();
        Run run = run("verify", payload, "--release-dir", root, "--json");
        assertThat(run.status()).isZero();
        assertThat(run.json().path("outcome").asString()).isEqualTo("accepted");
        assertThat(run.json().path("findings")).isEmpty();
        Run text = run("verify", payload, "--release-dir", root);
        assertThat(text.out()).contains("accepted by Linux", "vmlinux:meminfo_proc_show,0");
    }

    @Test
    void anotherKernelRefuses() throws IOException {
        String other = "6.1.0-47-cloud-amd64";
        Path image = KernelPackages.boot(other).resolve("vmlinuz-" + other);
        Run run = run("verify", payload, "--image", image.toString(), "--json");
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.json().path("outcome").asString()).isEqualTo("refused");
        assertThat(run.out()).contains("wrong-baseline", "wrong-checksum");
    }

    @Test
    void whatIsNoModuleIsBadInput() {
        assertThat(run("verify", "/bin/ls", "--release-dir", "/").status()).isEqualTo(2);
    }

    @Test
    void theStockKernelOfThePayloadIsTheDefault() {
        assertThat(run("verify", payload).out())
                .contains("accepted by Linux " + KernelBuild.RELEASE);
    }

    @Test
    void inspectListsTheContent() {
        Run run = run("inspect", payload, "--json");
        assertThat(run.status()).isZero();
        assertThat(run.json().path("kind").asString()).isEqualTo("livepatch module");
        assertThat(run.json().path("livepatch").get(0).path("section").asString())
                .isEqualTo(".klp.rela.vmlinux..text");
        assertThat(run("inspect", "/bin/ls").status()).isZero();
    }
}
