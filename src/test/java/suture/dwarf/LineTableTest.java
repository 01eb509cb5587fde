package suture.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Section;
import suture.elf.Tool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** The line table says what readelf says. */
class LineTableTest {
    static final String SOURCE =
            """
            extern int external(int, const char *);
            extern void report(int line);
            struct pair { int a; long b; char c[7]; };
            static inline __attribute__((always_inline)) int inner(int a)
            {
                if (a > 7)
                    report(__LINE__);
                return a * 3;
            }
            static inline __attribute__((always_inline)) int middle(int a, struct pair *p)
            {
                int r = inner(a + 1);
                p->b += r;
                return r + inner(p->a);
            }
            static __attribute__((noinline)) int helper(int a)
            {
                return external(a, "text") + 1;
            }
            __attribute__((section(".init.text"))) int start(int a)
            {
                return external(a, "start") + 2;
            }
            int entry(int a, struct pair *p)
            {
                int r = 0;
                for (int i = 0; i < a; i++)
                    r += middle(i, p) + helper(r);
                if (__builtin_expect(r < 0, 0))
                    report(__LINE__);
                return r;
            }
            """;

    @TempDir Path scratch;

    @ParameterizedTest
    @CsvSource({
        "gcc-12,              -O2 -g",
        "gcc-12,              -O2 -g -gdwarf-4 -ffunction-sections",
        "gcc-12,              -O2 -g -gz -m32",
        "gcc-11,              -O2 -g -ffunction-sections",
        "gcc-11,              -O1 -g -gdwarf-3",
        "clang-16,            -O2 -g -ffunction-sections",
        "clang-16,            -O2 -g -gdwarf-4",
        "s390x-linux-gnu-gcc, -O2 -g -ffunction-sections",
        "aarch64-linux-gnu-gcc, -O2 -g",
        "powerpc64le-linux-gnu-gcc, -O2 -g",
        "riscv64-linux-gnu-gcc, -O2 -g",
        "riscv64-linux-gnu-gcc, -O2 -g -gdwarf-4 -ffunction-sections",
        "clang-19,            -O2 -g --target=riscv64-linux-gnu",
        "clang-19,            -O2 -g --target=loongarch64-linux-gnu",
    })
    void rowsAreThoseOfReadelf(String compiler, String options) throws Exception {
        ElfObject object = compile(compiler, options);
        LineTable table = LineTable.read(object);
        List<String> rows = new ArrayList<>();
        for (LineTable.Rows row = table.rows(); row.next(); ) {
            SourceLine line = row.line();
            assertThat(line.file()).isEqualTo("t.o.c");
            rows.add("%d %x".formatted(line.line(), row.offset()));
        }
        assertThat(rows.stream().sorted()).isEqualTo(decoded().stream().sorted().toList());
        assertThat(rows).hasSizeGreaterThan(15);
    }

    private List<String> decoded() {
        String text = Tool.run(scratch, "readelf", "--debug-dump=decodedline", "-W", "t.o");
        Pattern row = Pattern.compile("(?m)^t\\.o\\.c +(\\d+) +(?:0x)?([0-9a-f]+)(?!.*END)");
        return row.matcher(text)
                .results()
                .map(m -> m.group(1) + " " + Long.toHexString(Long.parseLong(m.group(2), 16)))
                .toList();
    }

    private ElfObject compile(String compiler, String options) throws Exception {
        return ElfReader.read(
                Tool.compile(scratch, compiler, SOURCE, "t.o", options.strip().split(" +")));
    }

    @ParameterizedTest
    @CsvSource({"gcc-12, -gdwarf-5", "clang-16, -gdwarf-5", "gcc-11, -gdwarf-4"})
    void everyInstructionHasTheLineOfAddr2line(String compiler, String version) throws Exception {
        ElfObject object = compile(compiler, "-O2 -g " + version);
        LineTable table = LineTable.read(object);
        for (String name : List.of(".text", ".init.text")) {
            Section text = Objects.requireNonNull(object.section(name));
            List<String> command =
                    new ArrayList<>(List.of("addr2line", "-e", "t.o", "-s", "-j", name));
            List<String> mine = new ArrayList<>();
            for (long i = 0; i < text.size(); i++) {
                command.add(Long.toHexString(i));
                mine.add(table.lineAt(text, i).map(SourceLine::toString).orElse("t.o.c:?"));
            }
            String[] lines =
                    Tool.run(scratch, command.toArray(String[]::new))
                            .replaceAll(" \\(discriminator \\d+\\)", "")
                            .split("\n");
            assertThat(mine).containsExactly(lines);
            assertThat(table.lineAt(text, text.size())).isEmpty();
        }
    }

    @Test
    void linkedFileAnswersTheSame() throws Exception {
        ElfObject object = compile("gcc-12", "-O2 -g -fPIC");
        Tool.run(scratch, "gcc-12", "-shared", "-nostdlib", "t.o", "-o", "t.so");
        ElfObject linked = ElfReader.read(scratch.resolve("t.so"));
        Section before = Objects.requireNonNull(object.section(".text"));
        Section after = Objects.requireNonNull(linked.section(".text"));
        LineTable old = LineTable.read(object);
        LineTable now = LineTable.read(linked);
        for (long i = 0; i < before.size(); i++) {
            assertThat(now.lineAt(after, i)).isEqualTo(old.lineAt(before, i)).isPresent();
        }
    }

    @Test
    void withoutDebugInformationThereIsNoLine() throws Exception {
        ElfObject object = compile("gcc-12", "-O2");
        LineTable table = LineTable.read(object);
        assertThat(table.isEmpty()).isTrue();
        assertThat(table.lineAt(Objects.requireNonNull(object.section(".text")), 0)).isEmpty();
    }
}
