package suture.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.diff.Differ;
import suture.elf.ElfReader;
import suture.elf.Tool;
import suture.finding.Finding;
import suture.finding.Severity;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

class LayoutCheckTest {
    private static final Pattern EDIT = Pattern.compile("<<(.*?)\\|(.*?)>>", Pattern.DOTALL);

    private static final String SOURCE =
            """
            struct moved { char flag; <<|int extra;>> char *name; };
            struct grown { int a; int list[<<4|8>>]; };
            struct filled { char a; <<|char b;>> long c; };
            struct bits { unsigned first : 3; unsigned second : <<5|6>>; unsigned third : 4; };
            struct outer { int kind; union { int number; struct { short low; <<short high;|>> }; }; };
            struct same { int a; struct same *next; };
            struct renamed { int <<before|after>>; int other; };
            struct retyped { <<int|unsigned>> a; };
            struct moved *one; struct grown *two; struct filled *three; struct bits *four;
            struct outer *five; struct same *six; struct renamed *seven; struct retyped *eight;
            int user(int x)
            {
                return x + <<1|2>> + four->second + five->number + six->a + seven->other
                        + (three->c != 0) + (one->name != 0) + two->a + (int) eight->a;
            }
            """;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2 -g",
                "gcc-11 -O2 -gdwarf-4",
                "gcc-12 -O2 -gdwarf-2 -gstrict-dwarf",
                "clang-16 -O2 -g -gdwarf-4",
                "clang-19 -O2 -g",
                "s390x-linux-gnu-gcc -O2 -g",
                "s390x-linux-gnu-gcc -O2 -gdwarf-2 -gstrict-dwarf",
            })
    void whatIsElsewhereIsSaidAndNothingElse(String compiler) throws Exception {
        List<Finding> findings = findings(SOURCE, compiler);
        assertThat(findings).allMatch(f -> f.severity() == Severity.WARNING);
        assertThat(findings.stream().map(f -> f.subject() + ": " + f.message()))
                .containsExactlyInAnyOrder(
                        "struct bits: second has 6 bits instead of 5 bits; third is at byte 1 bit"
                                + " 1 instead of byte 1 bit 0",
                        "struct filled: b is new at byte 1",
                        "struct grown: it has 36 bytes instead of 20",
                        "struct moved: extra is new at byte 4",
                        "struct outer: high is no longer there, at byte 6");
    }

    /** On x86-64 the new member pushes another one, and the whole grows. */
    @Test
    void movesAndSizesAreNamed() throws Exception {
        String source =
                """
                struct s { int a; <<|long added;>> int b; };
                struct s *p;
                int user(void) { return p->a + p->b + <<1|2>>; }
                """;
        assertThat(findings(source, "gcc-12 -O2 -g"))
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.rule()).isEqualTo("changed-layout");
                    assertThat(f.subject()).isEqualTo("struct s");
                    assertThat(f.message())
                            .isEqualTo(
                                    "it has 24 bytes instead of 8; b is at byte 16 instead of byte"
                                            + " 4; added is new at byte 8");
                });
    }

    /** Two functions have a structure of their own under one name. */
    @Test
    void eachOfSeveralOfOneNameIsComparedWithItsLike() throws Exception {
        String source =
                """
                extern void use(void *);
                int one(int n) { struct s { int <<a|b>>; int count; } x = { n, 1 }; use(&x); return <<1|2>>; }
                int six(int n) { struct s { short low, high <<|, top>>; } x = { n, 1 }; use(&x); return <<1|2>>; }
                int two(int n) { struct s { char tag; long *list; <<|long *more;>> } x = { n }; use(&x); return <<3|4>>; }
                """;
        assertThat(findings(source, "gcc-12 -O2 -g"))
                .extracting(Finding::message)
                .containsExactlyInAnyOrder(
                        "it has 24 bytes instead of 16; more is new at byte 16",
                        "it has 6 bytes instead of 4; top is new at byte 4");
    }

    @Test
    void withoutDebugInformationNothingIsSaid() throws Exception {
        assertThat(findings(SOURCE, "gcc-12 -O2")).isEmpty();
    }

    private List<Finding> findings(String source, String compiler) throws Exception {
        String[] words = compiler.split(" ");
        String[] options = List.of(words).subList(1, words.length).toArray(String[]::new);
        Path before = directory.resolve("before");
        Path after = directory.resolve("after");
        before.toFile().mkdirs();
        after.toFile().mkdirs();
        Tool.compile(before, words[0], EDIT.matcher(source).replaceAll("$1"), "t.o", options);
        Tool.compile(after, words[0], EDIT.matcher(source).replaceAll("$2"), "t.o", options);
        Planner.UnitDiff unit =
                new Planner.UnitDiff(
                        "t.c",
                        "vmlinux",
                        Differ.diff(
                                ElfReader.read(before.resolve("t.o")),
                                ElfReader.read(after.resolve("t.o"))));
        return Planner.plan(List.of(unit), Hooks.NONE).findings().stream()
                .filter(f -> f.rule().equals("changed-layout"))
                .toList();
    }
}
