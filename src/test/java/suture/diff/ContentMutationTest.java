package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.elf.Tool;
import suture.machine.Machine;
import suture.machine.RelocationKind;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Every byte and every relocation of what a function reaches, and every relocation of its code,
 * changed alone: the function is changed, and its neighbour is not. In each source all constants
 * are those of {@code f}.
 */
class ContentMutationTest {
    private static final List<List<String>> BUILDS =
            List.of(
                    List.of("gcc-12", "-O2", "-fno-pic", "-ffunction-sections", "-fdata-sections"),
                    List.of("gcc-12", "-O2", "-fno-pic"),
                    List.of("gcc-12", "-O2", "-fPIC", "-ffunction-sections"),
                    List.of("gcc-12", "-O2", "-mcmodel=kernel", "-fno-pic", "-ffunction-sections"),
                    List.of("gcc-12", "-O2", "-mcmodel=large", "-fno-pic", "-ffunction-sections"),
                    List.of("clang-16", "-O2", "-fno-pic", "-ffunction-sections"),
                    List.of("clang-19", "-O2", "-fPIC", "-ffunction-sections", "-fdata-sections"),
                    List.of("i686-linux-gnu-gcc", "-O2", "-fno-pic", "-ffunction-sections"),
                    List.of("i686-linux-gnu-gcc", "-O2", "-fPIC", "-ffunction-sections"),
                    List.of("aarch64-linux-gnu-gcc", "-O2", "-ffunction-sections"),
                    List.of("clang-16", "--target=aarch64-linux-gnu", "-O2", "-ffunction-sections"),
                    List.of("powerpc64le-linux-gnu-gcc", "-O2", "-ffunction-sections"),
                    List.of(
                            "powerpc64le-linux-gnu-gcc",
                            "-O2",
                            "-mcmodel=large",
                            "-ffunction-sections"),
                    List.of("powerpc64-linux-gnu-gcc", "-O2", "-mabi=elfv2", "-ffunction-sections"),
                    List.of("s390x-linux-gnu-gcc", "-O2", "-ffunction-sections"),
                    List.of("s390x-linux-gnu-gcc", "-O2", "-march=z13", "-fPIC"),
                    List.of("riscv64-linux-gnu-gcc", "-O2", "-ffunction-sections"),
                    List.of("clang-19", "--target=loongarch64-linux-gnu", "-O2"));

    private static final Map<String, String> SOURCES =
            new TreeMap<>(
                    Map.of(
                            "switch of values",
                            "int f(int x){switch(x){case 0:return 9;case 1:return 4;case 2:return"
                                    + " 77;case 3:return 12;case 4:return 8;case 5:return"
                                    + " 123;}return ext(x);}",
                            "switch of jumps",
                            "int f(int x){switch(x){case 0:return ext(4);case 1:return"
                                    + " ext2(x);case 2:return ext(x*7);case 3:return"
                                    + " ext2(1-x);case 4:return ext(x^3)+1;case 5:return"
                                    + " ext(5)-2;case 6:return ext2(x)*3;}return 0;}",
                            "string",
                            "int f(int x){out(\"a format %d\\n\", x); return 0;}",
                            "array initialiser",
                            "void sink(void*); int f(int x){long"
                                    + " a[]={9,2,3,4,5,6,7,8,9,10,11,12};sink(a);return x;}",
                            "table in rodata",
                            "static const short t[]={5,7,1,9,44,3,2,1,9,6,8,2}; int f(int x){return"
                                    + " t[x&7]+ext(x);}",
                            "table of strings",
                            "static const char*const t[]={\"red\",\"green\",\"blue\",\"grey\"};"
                                    + " int f(int x){out(t[x&3]);return 1;}",
                            "table of functions",
                            "static int(*const t[])(int)={ext,ext2,ext}; int f(int x){return"
                                    + " t[x&1](x);}",
                            "floating constants",
                            "double fl(double); int f(int x){return fl(x*1.7562)+fl(0.3331);}",
                            "variables and callees",
                            "extern int v,w; extern __thread int tv; static int s,s2; static"
                                    + " __thread int tl; static __attribute__((noinline)) int"
                                    + " loc(int x){s2+=x;return ext(x)+s2;} int*pv(void); int f(int"
                                    + " x){int r=ext(x)+ext2(x)+loc(x)+v;w+=r;s+=r;tv+=r;tl+=r;"
                                    + "sunk=&s;sunk=(void*)loc;sunk=(void*)ext;sunk=(char*)&w+12;"
                                    + "return r;}"));

    /** One source under one compiler. */
    record Case(String name, List<String> build) {
        @Override
        public String toString() {
            return name + ", " + String.join(" ", build);
        }
    }

    static Stream<Case> cases() {
        return SOURCES.keySet().stream()
                .flatMap(name -> BUILDS.stream().map(build -> new Case(name, build)));
    }

    private static final Map<String, String> DONE = new TreeMap<>();

    @ParameterizedTest
    @MethodSource("cases")
    void theUserIsChanged(Case test, @TempDir Path directory) throws IOException {
        String source =
                "extern int ext(int), ext2(int); extern void out(const char*, ...); extern void *"
                        + " volatile sunk; "
                        + SOURCES.get(test.name)
                        + " int g(int x){return ext(x+3);}";
        ElfObject object =
                ElfReader.read(
                        Tool.compile(
                                directory,
                                test.build.getFirst(),
                                source,
                                "t.o",
                                test.build.subList(1, test.build.size()).toArray(String[]::new)));
        Set<String> types = new TreeSet<>();
        int bytes = flipContent(test, object);
        int relocations = 0;
        for (RelocationSection list : object.relocationSections()) {
            if (counts(list.target())) {
                relocations += mutate(test, object, list, types);
            }
        }
        assertThat(bytes + relocations).as("%s", test).isPositive();
        DONE.put(test.toString(), bytes + " bytes, " + relocations + " relocations: " + types);
    }

    private static boolean counts(@org.jspecify.annotations.Nullable Section section) {
        return section != null
                && section.has(Elf.SHF_ALLOC)
                && !section.isNobits()
                && !section.name().startsWith(".eh_frame")
                && !section.name().startsWith(".note");
    }

    private static int flipContent(Case test, ElfObject object) {
        int count = 0;
        for (Section section : object.sections()) {
            if (!counts(section) || section.has(Elf.SHF_EXECINSTR)) {
                continue;
            }
            BitSet fields = new BitSet();
            for (Relocation r : object.relocations(section)) {
                fields.set((int) r.offset(), (int) r.offset() + kind(object, r).width());
            }
            for (int at = 0; at < section.size(); at++) {
                boolean padding =
                        section.has(Elf.SHF_STRINGS)
                                && at > 0
                                && section.content().u8(at) == 0
                                && section.content().u8(at - 1) == 0;
                if (!fields.get(at) && !padding) {
                    ElfObject mutant = Mutant.flipped(object, section, at, 0x15);
                    check(test, section + "+" + at, object, mutant, "f");
                    count++;
                }
            }
        }
        return count;
    }

    private static RelocationKind kind(ElfObject object, Relocation relocation) {
        var header = object.header();
        Machine machine =
                Objects.requireNonNull(Machine.of(header.machine(), header.is64(), header.order()));
        return Objects.requireNonNull(machine.relocation(relocation.type()));
    }

    /** Another addend, and another symbol, for each relocation that is not g's. */
    private static int mutate(
            Case test, ElfObject object, RelocationSection list, Set<String> types) {
        int count = 0;
        Section target = Objects.requireNonNull(list.target());
        for (int i = 0; i < list.entries().size(); i++) {
            Relocation r = list.entries().get(i);
            String owner = owner(object, target, r.offset());
            RelocationKind kind = kind(object, r);
            if (owner.equals("g") || kind.noop()) {
                continue;
            }
            types.add(kind.name());
            String where = target + "+" + r.offset() + " " + kind.name();
            ElfObject moved;
            if (list.explicitAddend()) {
                Relocation to =
                        new Relocation(r.offset(), r.type(), r.symbol(), r.addend() + 0x1000);
                moved = Mutant.relocated(object, list, i, to);
            } else {
                moved = Mutant.flipped(object, target, r.offset(), 4);
            }
            check(test, where + " addend", object, moved, owner);
            Relocation strange =
                    new Relocation(r.offset(), r.type(), symbol(object, r), r.addend());
            check(
                    test,
                    where + " to " + strange.symbol(),
                    object,
                    Mutant.relocated(object, list, i, strange),
                    owner);
            count += 2;
        }
        return count;
    }

    /** A symbol other than the one of the relocation, of those that stand for something. */
    private static suture.elf.Symbol symbol(ElfObject object, Relocation r) {
        String other = r.symbol().name().equals("ext") ? "g" : "ext";
        return object.symbols().stream()
                .filter(s -> s.name().equals(other))
                .findFirst()
                .orElseThrow();
    }

    /** Both functions use the TOC; everything else belongs to one. */
    private static String owner(ElfObject object, Section section, long offset) {
        if (section.name().equals(".toc")) {
            return "f loc";
        }
        return object.symbols().stream()
                .filter(s -> s.type() == Elf.STT_FUNC && s.section() == section)
                .filter(s -> offset < s.value() + s.size())
                .min(Comparator.comparingLong(suture.elf.Symbol::value))
                .map(s -> s.name().replaceFirst("\\..*", ""))
                .orElse("f");
    }

    private static void check(
            Case test, String what, ElfObject before, ElfObject after, String owner) {
        ObjectDiff diff = Differ.diff(before, after);
        assertThat(Pairs.functions(diff, Verdict.CHANGED))
                .as("%s: %s: %s", test, what, diff.functions())
                .isNotEmpty()
                .isSubsetOf(owner.split(" ", -1));
    }

    @AfterAll
    static void print() throws IOException {
        List<String> lines = new ArrayList<>();
        DONE.forEach((table, result) -> lines.add(table + "\t" + result));
        Path folder = Path.of(System.getProperty("suture.basedir", "."), "target");
        Files.write(folder.resolve("mutation-content.tsv"), lines);
    }
}
