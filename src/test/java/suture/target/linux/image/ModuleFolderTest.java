package suture.target.linux.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.elf.Tool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Which modules are there because of others. */
class ModuleFolderTest {
    @TempDir Path directory;

    private void module(String file, String depends) {
        String source =
                "const char info[] __attribute__((section(\".modinfo\"))) = \"depends=%s\";"
                        .formatted(depends);
        Tool.compile(directory, "gcc-12", source, file + ".ko");
    }

    @Test
    void whatIsNeededIsNeededByWhatNeedsIt() throws IOException {
        module("a", "b-x,c");
        module("b-x", "d");
        module("c", "");
        module("d", "a");
        module("e", "nowhere");
        ModuleFolder folder = ModuleFolder.of(List.of(directory));
        assertThat(Objects.requireNonNull(folder.open("b_x")).name()).isEqualTo("b_x");
        assertThat(folder.open("nowhere")).isNull();
        for (String needed : List.of("b_x", "c", "d")) {
            assertThat(folder.needs("a", needed)).as(needed).isTrue();
        }
        assertThat(folder.needs("a", "e")).isFalse();
        assertThat(folder.needs("c", "a")).isFalse();
        assertThat(folder.needs("e", "nowhere")).isTrue();
        assertThat(folder.needs("vmlinux", "a")).isFalse();
    }
}
