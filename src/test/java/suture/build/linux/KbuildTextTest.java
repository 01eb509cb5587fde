package suture.build.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.build.CompileCommand;
import suture.build.CompileDatabase;
import suture.build.DependencyFile;
import suture.build.Owner;
import suture.build.ShellText;
import suture.build.ShellText.Statement;
import suture.build.Unit;
import suture.elf.Tool;
import suture.exec.JobPool;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

class KbuildTextTest {
    @TempDir private Path directory;

    /** The real shell is asked what the words are. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "printf '[%s]' a 'b c' \"d e\" f\\ g ''",
                "printf '[%s]' -DX='\"tun\"' \"a\\\"b\" 'a'\\''b' a\"b\"'c'",
                "printf '[%s]' '$x' \\$y \"\\$z\" \"a\\b\" '`'",
                "printf '[%s]' one\\\ntwo   three\tfour"
            })
    void wordsAreThoseOfTheShell(String line) {
        List<Statement> statements = ShellText.statements(line);
        assertThat(statements).hasSize(1);
        StringBuilder words = new StringBuilder();
        Statement only = statements.getFirst();
        only.words()
                .subList(2, only.words().size())
                .forEach(word -> words.append('[').append(word).append(']'));
        assertThat(words.toString()).isEqualTo(Tool.run(directory, "sh", "-c", line));
        assertThat(only.expands()).isFalse();
    }

    @Test
    void statementsEndWhereTheShellEndsThem() {
        List<Statement> statements =
                ShellText.statements("set -e; a 'x;y' | b && c > d; e $X \"`f`\"\ng '$'");
        assertThat(statements.stream().map(Statement::words))
                .containsExactly(
                        List.of("set", "-e"),
                        List.of("a", "x;y"),
                        List.of("b"),
                        List.of("c", ">", "d"),
                        List.of("e", "$X", "`f`"),
                        List.of("g", "$"));
        assertThat(statements.stream().map(Statement::expands))
                .containsExactly(false, false, false, false, true, false);
    }

    private static Unit unit(KbuildOutput output, String object) {
        return Objects.requireNonNull(output.database().object(object), object);
    }

    @Test
    void stepsAreKeptUpToFixdepAndUnknownOnesAreKnownAsSuch() {
        KbuildOutput output = new KbuildOutput(Path.of("/s"), Path.of("/b"));
        output.accept(
                "set -e; gcc -Wp,-MMD,x/.a.o.d -DX='\"a b\"' -c -o x/a.o /s/x/a.c ;"
                        + " ./tools/objtool/objtool --orc x/a.o; scripts/basic/fixdep y > z; rm q");
        output.accept("gcc -c -o x/b.o x/b.c ; strange-tool x/b.o");
        output.accept("gcc -D\"A=$B\" -c -o x/c.o /s/x/c.S");
        Unit a = unit(output, "x/a.o");
        assertThat(a.source()).isEqualTo("x/a.c");
        assertThat(a.input()).isEqualTo("/s/x/a.c");
        assertThat(a.command().arguments()).containsExactly("gcc", "-DX=\"a b\"");
        assertThat(a.command().steps())
                .containsExactly(List.of("./tools/objtool/objtool", "--orc", CompileCommand.OBJECT))
                .allMatch(KbuildOutput::isKnown);
        assertThat(unit(output, "x/b.o").command().steps()).noneMatch(KbuildOutput::isKnown);
        assertThat(unit(output, "x/c.o").command().steps()).noneMatch(KbuildOutput::isKnown);
        assertThat(unit(output, "x/c.o").isAssembler()).isTrue();
    }

    @Test
    void archivesAndModuleListsSayWhoOwnsAnObject() {
        KbuildOutput output = new KbuildOutput(Path.of("/s"), Path.of("/b"));
        for (String name : List.of("fs/a", "lib/b", "fs/m/c", "efi/libstub/d", "vdso/e")) {
            output.accept("gcc -c -o " + name + ".o /s/" + name + ".c");
        }
        output.accept("rm -f fs/built-in.a; printf \"fs/%s \" a.o | xargs ar cDPrST fs/built-in.a");
        output.accept("rm -f lib/lib.a; ar cDPrsT lib/lib.a lib/b.o");
        output.accept("rm -f x; ar cDPrsT efi/libstub/lib.a efi/libstub/d.o");
        output.accept("printf '%s\\n'  c.o | awk '{ print(\"fs/m/\"$0) }' > fs/m/m.mod; x");
        assertThat(unit(output, "fs/a.o").owners()).containsExactly(new Owner.Vmlinux());
        assertThat(unit(output, "lib/b.o").owners()).containsExactly(new Owner.Vmlinux());
        assertThat(unit(output, "fs/m/c.o").owners()).containsExactly(new Owner.Module("fs/m/m"));
        assertThat(unit(output, "efi/libstub/d.o").reachable()).isFalse();
        assertThat(unit(output, "vdso/e.o").reachable()).isFalse();
    }

    @Test
    void everyFormOfIncludeIsSeen() {
        assertThat(
                        IncludeIndex.includes(
                                """
                                #include <linux/a.h>
                                  #  include "../b.h" /* x */
                                // #include "no.h"
                                #include_next <c.h>
                                #define FILE_NAME <d.h>
                                #define TRACE_INCLUDE_FILE ev
                                #include TRACE_INCLUDE(TRACE_INCLUDE_FILE)
                                .include "asm/e.inc"
                                #include "x/../f.h"\
                                """,
                                _ -> null))
                .containsExactly("asm/e.inc", "b.h", "c.h", "d.h", "ev.h", "f.h", "linux/a.h");
        assertThat(IncludeIndex.includes("#include CONFIG_FILE\n", _ -> null)).containsExactly("*");
    }

    @Test
    void aFileBesideTheDirectiveIsMeantAlone() throws Exception {
        Map<String, String> files =
                Map.of(
                        "fs/own.h", "",
                        "fs/x.c", "#include \"own.h\"\n",
                        "mm/own.h", "",
                        "mm/y.c", "#include \"own.h\"\n",
                        "mm/z.c", "#include \"sub/../own.h\"\n",
                        "mm/sub/w.c", "#include \"../own.h\"\n#define F \"own.h\"\n",
                        "net/v.c", "#include <own.h>\n",
                        "net/u.c", "#include \"fs/own.h\"\n");
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = directory.resolve("tree").resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        Files.createSymbolicLink(directory.resolve("tree/fs/link.c"), Path.of("../mm/y.c"));
        Path index = directory.resolve("index");
        IncludeIndex.write(List.of(directory.resolve("tree")), index, new JobPool(1));
        assertThat(readers(index, "fs/own.h"))
                .containsExactly("fs/link.c", "fs/x.c", "mm/sub/w.c", "net/u.c", "net/v.c");
        assertThat(readers(index, "mm/own.h"))
                .containsExactly("fs/link.c", "mm/sub/w.c", "mm/y.c", "mm/z.c", "net/v.c");
        // A file that a patch adds is looked for by its name.
        assertThat(readers(index, "net/own.h")).containsExactly("mm/sub/w.c", "net/v.c");
    }

    private static List<String> readers(Path index, String file) throws Exception {
        List<Unit> units =
                Stream.of(
                                "fs/x.c",
                                "fs/link.c",
                                "mm/y.c",
                                "mm/z.c",
                                "mm/sub/w.c",
                                "net/v.c",
                                "net/u.c")
                        .map(name -> new Unit(name, name, name, List.of(), EMPTY))
                        .toList();
        return new IncludeIndex(index, new CompileDatabase(units))
                .of(Set.of(file)).units().stream().map(Unit::source).sorted().toList();
    }

    private static final CompileCommand EMPTY = new CompileCommand(List.of(), List.of());

    @Test
    void dependencyFilesAreRead() {
        assertThat(
                        DependencyFile.parse(
                                "a.o: /s/a.c \\\n ./b.h c\\ d.h \\\n  e$$f.h\n", Path.of("/b")))
                .containsExactly(
                        Path.of("/s/a.c"),
                        Path.of("/b/./b.h"),
                        Path.of("/b/c d.h"),
                        Path.of("/b/e$f.h"));
    }
}
