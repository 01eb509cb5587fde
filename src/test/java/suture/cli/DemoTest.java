package suture.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/** The first thing that a new user runs. */
class DemoTest {
    private static String run(String... arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int status;
        System.setOut(new PrintStream(out, true, UTF_8));
        try {
            status = Main.run(arguments);
        } finally {
            System.setOut(before);
        }
        String text = out.toString(UTF_8);
        assertThat(status).as(text).isZero();
        return text;
    }

    @Test
    void processIsPatchedUnderLoad() {
        assertThat(run("demo"))
                .contains("10 pieces: 70.00", "10 pieces: 63.00", "1 discounts", " 0 lost")
                .containsPattern("changed +quote, redirected")
                .containsPattern("(?s)10 pieces: 63\\.00.*fix: applied.*10 pieces: 70\\.00");
    }

    @Test
    @Tag("emulator")
    void stockKernelIsPatchedInTheEmulator() {
        assertThat(run("demo", "linux"))
                .contains("patched-by-suture", "passed on 6.1.0-56-cloud-amd64")
                .containsPattern("(?s)exercise during.*patched-by-suture.*exercise after");
    }
}
