package suture.trial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.bytes.Bytes;
import suture.elf.Tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The archive as cpio itself reads it. */
class CpioArchiveTest {
    @TempDir Path scratch;

    private static Bytes archive() {
        return new CpioArchive()
                .directory("a")
                .file("a/odd", Bytes.of("12345"))
                .file("empty", Bytes.EMPTY)
                .characterDevice("console", 5, 1)
                .finish();
    }

    @Test
    void cpioReadsWhatIsWritten() throws IOException {
        Files.write(scratch.resolve("x.cpio"), archive().toArray());
        Tool.run(scratch, "cpio", "-i", "--quiet", "-F", "x.cpio", "a", "a/odd", "empty");
        assertThat(scratch.resolve("a/odd")).hasContent("12345").isExecutable();
        assertThat(scratch.resolve("empty")).isEmptyFile();
        String listing = Tool.run(scratch, "cpio", "-itv", "--quiet", "-F", "x.cpio");
        assertThat(listing.lines()).hasSize(4);
        assertThat(listing).containsPattern("crw-------.* 5, +1 .*1970 console");
    }

    @Test
    void sameEntriesGiveTheSameBytes() {
        assertThat(archive()).isEqualTo(archive());
        assertThat(archive().size() % 512).isZero();
    }
}
