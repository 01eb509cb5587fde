package suture.impact;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.elf.Tool;
import suture.exec.JobPool;
import suture.exec.Progress;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The index of a folder answers as the objects themselves do, and knows which ones changed. */
class BuildIndexTest {
    @TempDir Path scratch;

    @Test
    void answersAreThoseOfTheObjects() throws Exception {
        Path build = Files.createDirectory(scratch.resolve("build"));
        List<UnitFacts> facts = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            unit(build, name, name);
            facts.add(UnitReader.read(name + ".o", build.resolve(name + ".o"), dump(build, name)));
        }
        BuildIndex.Result result = open(build);
        assertThat(result.units()).isEqualTo(3);
        assertThat(result.read()).isEqualTo(3);
        for (String name : List.of("hdr", "leaf", "only_a", "user_b", "nothing", "le")) {
            Comparator<Impacted> order =
                    Comparator.comparing((Impacted i) -> i.function().unit())
                            .thenComparing(i -> i.function().name());
            assertThat(sorted(Impact.of(result.index(), List.of(name)), order))
                    .as(name)
                    .isEqualTo(sorted(Impact.of(new MemoryIndex(facts), List.of(name)), order));
        }
        assertThat(Impact.of(result.index(), List.of("hdr")).functions())
                .extracting(i -> i.function().name())
                .contains("user_a", "user_b", "user_c");
    }

    private static List<Impacted> sorted(Impact impact, Comparator<Impacted> order) {
        return impact.functions().stream().sorted(order).toList();
    }

    @Test
    void onlyChangedObjectsAreReadAgain() throws Exception {
        Path build = Files.createDirectory(scratch.resolve("build"));
        unit(build, "a", "a");
        unit(build, "b", "b");
        assertThat(open(build).read()).isEqualTo(2);
        assertThat(open(build).read()).isZero();
        unit(build, "b", "changed");
        BuildIndex.Result again = open(build);
        assertThat(again.read()).isEqualTo(1);
        assertThat(again.index().functions("user_b")).isEmpty();
        assertThat(again.index().functions("user_changed")).isNotEmpty();
        Files.delete(build.resolve("a.o"));
        assertThat(open(build).index().functions("user_a")).isEmpty();
    }

    @Test
    void whatCannotBeReadIsSaid() throws Exception {
        Path build = Files.createDirectory(scratch.resolve("build"));
        unit(build, "a", "a");
        Files.writeString(build.resolve("bad.o"), "no object");
        Tool.compile(build, "gcc-12", "int f(int x){return x;}", "lto.o", "-O2", "-flto");
        BuildIndex.Result result = open(build);
        assertThat(result.findings()).extracting(f -> f.subject()).contains("bad.o", "lto.o");
        assertThat(result.index().functions("user_a")).isNotEmpty();
    }

    private BuildIndex.Result open(Path build) throws Exception {
        return BuildIndex.open(build, scratch.resolve("index"), new JobPool(2), Progress.SILENT);
    }

    private static Path dump(Path build, String name) {
        return build.resolve(name + ".c.000i.ipa-clones");
    }

    private void unit(Path build, String name, String suffix) throws Exception {
        Files.writeString(
                build.resolve("h.h"),
                "extern int w(int);\nstatic inline int hdr(int x){ return w(x) + 1; }\n");
        String source =
                """
                #include "h.h"
                static __attribute__((noinline)) int leaf_%1$s(int x){ return w(x) * 3; }
                static int only_%1$s(int x){ return leaf_%1$s(x) + w(x); }
                int user_%1$s(int x){ return only_%1$s(x) + hdr(x); }
                """
                        .formatted(suffix);
        Files.writeString(build.resolve(name + ".c"), source);
        Tool.run(
                build,
                "gcc-12",
                "-O2",
                "-g",
                "-fdump-ipa-clones=" + name + ".c.000i.ipa-clones",
                "-c",
                name + ".c",
                "-o",
                name + ".o");
    }
}
