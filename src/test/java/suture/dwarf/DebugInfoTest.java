package suture.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Section;
import suture.elf.Tool;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Functions, inlined calls and sizes, as the source has them and addr2line says them. */
class DebugInfoTest {
    @TempDir Path scratch;

    @ParameterizedTest
    @CsvSource({
        "gcc-12,              -O2 -g -ffunction-sections",
        "gcc-12,              -O2 -g -gdwarf-4",
        "gcc-11,              -O2 -g -gz",
        "clang-16,            -O2 -g",
        "clang-16,            -O2 -g -gdwarf-4 -ffunction-sections",
        "s390x-linux-gnu-gcc, -O2 -g",
    })
    void factsOfTheSourceAreFound(String compiler, String options) throws Exception {
        ElfObject object = compile(compiler, options);
        DebugInfo info = DebugInfo.read(object);
        assertThat(info.producer()).containsPattern(compiler.startsWith("clang") ? "clang" : "GNU");
        assertThat(info.units().getFirst().name()).isEqualTo("t.o.c");
        assertThat(info.structs()).anyMatch(s -> s.name().equals("pair") && s.size() == 24);
        assertThat(info.inlinedCalls())
                .anyMatch(c -> c.name().equals("inner") && c.call().line() == 12)
                .anyMatch(c -> c.name().equals("middle") && c.call().line() == 28)
                .allMatch(c -> c.function().equals("entry"));
        Subprogram entry =
                info.subprograms().stream()
                        .filter(s -> s.name().equals("entry"))
                        .findFirst()
                        .orElseThrow();
        assertThat(entry.declared().line()).isEqualTo(24);
        assertThat(entry.declared().file()).isEqualTo("t.o.c");
        CodeRange code = entry.code().getFirst();
        assertThat(info.functionAt(code.section(), code.offset())).isEqualTo(entry);
        assertThat(info.callSites()).anyMatch(c -> c.callee().equals("report"));
    }

    @ParameterizedTest
    @CsvSource({"gcc-12, -gdwarf-5", "gcc-11, -gdwarf-4", "clang-16, -gdwarf-4"})
    void chainOfEachInstructionIsThatOfAddr2line(String compiler, String version) throws Exception {
        ElfObject object = compile(compiler, "-O2 -g " + version);
        DebugInfo info = DebugInfo.read(object);
        Section text = Objects.requireNonNull(object.section(".text"));
        for (long i = 0; i < text.size(); i++) {
            Subprogram function = info.functionAt(text, i);
            if (function == null) {
                continue; // padding
            }
            List<InlinedCall> chain = info.inlinedAt(text, i);
            // A line of the call belongs to the function it stands in, as addr2line pairs them.
            StringBuilder mine = new StringBuilder();
            String at = "";
            for (InlinedCall call : chain) {
                mine.append(call.name()).append('\n').append(at);
                at = call.call() + "\n";
            }
            mine.append(function.name()).append('\n').append(at);
            List<String> theirs =
                    Tool.run(
                                    scratch,
                                    "addr2line",
                                    "-e",
                                    "t.o",
                                    "-f",
                                    "-i",
                                    "-s",
                                    "-j",
                                    ".text",
                                    Long.toHexString(i))
                            .replaceAll(" \\(discriminator \\d+\\)", "")
                            .lines()
                            .toList();
            StringBuilder expected = new StringBuilder();
            for (int line = 0; line < theirs.size(); line++) {
                if (line != 1) { // the instruction's own line, which the line table answers
                    expected.append(theirs.get(line)).append('\n');
                }
            }
            assertThat(mine.toString()).as("at " + i).isEqualTo(expected.toString());
        }
        assertThat(info.inlinedCalls()).isNotEmpty();
    }

    private ElfObject compile(String compiler, String options) throws Exception {
        return ElfReader.read(
                Tool.compile(
                        scratch,
                        compiler,
                        LineTableTest.SOURCE,
                        "t.o",
                        options.strip().split(" +")));
    }
}
