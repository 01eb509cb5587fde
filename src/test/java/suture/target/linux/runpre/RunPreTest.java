package suture.target.linux.runpre;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.elf.Tool;
import suture.finding.Finding;
import suture.target.linux.image.ModuleImage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Matching against a module that is linked on the spot from units that the test knows. */
class RunPreTest {
    private static final String COMMON =
            """
            #define NOINLINE __attribute__((noinline, noclone, noipa))
            extern int report(const char *, ...);
            extern int other(const char *, ...);
            """;

    private static final String FIRST =
            COMMON
                    + """
                    static int state = 7, second = 9;
                    static int counter;
                    int key, key2;
                    static int *volatile pointer __attribute__((section(".data"))) = 0;
                    static const int table[4] = { 1, 22, 333, 4444 };
                    NOINLINE __attribute__((weak)) int over(void) { return 1; }
                    static NOINLINE int same(int x) { return x * state + counter++; }
                    NOINLINE int lookup(int i) { return table[i & 3]; }
                    NOINLINE int point(void) { return *pointer; }
                    NOINLINE int more(void) { return second++ + state++; }
                    NOINLINE int site(void) {
                        asm goto("1: .byte 0x0f,0x1f,0x44,0,0\\n"
                            ".pushsection __jump_table,\\"aw\\"\\n.balign 8\\n"
                            ".long 1b - ., %l[away] - .\\n.quad key - .\\n.popsection" : : : : away);
                        return 1;
                    away:
                        return 2;
                    }
                    int tell(int x) { report("value %d", x); return same(x) + over(); }
                    __attribute__((no_instrument_function)) NOINLINE int untraced(int x) {
                        return x + 3;
                    }
                    __attribute__((section(".init.text"))) int start(void) { return 5; }
                    int *where(void) { return &counter; }
                    int letter(long i) { return "far behind its end"[i + 40]; }
                    int after(void) { return report("what follows it"); }
                    """;

    private static final String SECOND =
            COMMON
                    + """
                    static int state = 8;
                    NOINLINE int over(void) { return 2; }
                    static NOINLINE int same(int x) { return x + state--; }
                    int call(int x) { return same(x); }
                    static const char info[] __attribute__((section(".modinfo"), used)) =
                        "license=GPL\\0name=made_here\\0vermagic=none";
                    """;

    private static final String[] OPTIONS = {
        "-O2",
        "-g",
        "-fno-pie",
        "-mcmodel=kernel",
        "-fno-asynchronous-unwind-tables",
        "-pg",
        "-mfentry",
        "-mrecord-mcount"
    };

    @TempDir Path scratch;
    private ModuleImage module;

    @BeforeEach
    void link() throws IOException {
        compile("first.o", FIRST);
        compile("second.o", SECOND);
        module = link("first.o", "second.o");
    }

    private ModuleImage link(String... objects) throws IOException {
        List<String> command = new ArrayList<>(List.of("ld", "-r", "-o", "made.ko"));
        command.addAll(List.of(objects));
        Tool.run(scratch, command.toArray(String[]::new));
        return ModuleImage.open(scratch.resolve("made.ko"));
    }

    private ElfObject compile(String name, String source, String... more) throws IOException {
        String[] all = Arrays.copyOf(OPTIONS, OPTIONS.length + more.length);
        System.arraycopy(more, 0, all, OPTIONS.length, more.length);
        return ElfReader.read(Tool.compile(scratch, "gcc-12", source, name, all));
    }

    private Resolution match(String name, String source, String... more) throws IOException {
        return new RunPre(module).match(compile(name, source, more));
    }

    private Resolution edited(String from, String to) throws IOException {
        assertThat(FIRST).contains(from);
        return match("edited.o", FIRST.replace(from, to));
    }

    private static Symbol function(Resolution resolution, String name) {
        return resolution.functions().stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Finding> check(Resolution resolution, String... names) {
        return resolution.check(
                Arrays.stream(names).map(name -> function(resolution, name)).toList());
    }

    private static RunningPlace place(Resolution resolution, String name) {
        Symbol symbol = variable(resolution.object(), name);
        Section section = Objects.requireNonNull(symbol.section());
        return resolution.place(section, symbol.value(), name).orElseThrow();
    }

    private static void onlyMismatch(Resolution resolution, String function, String... words) {
        List<Finding> findings = check(resolution, function);
        assertThat(findings).extracting(Finding::rule).containsExactly("run-pre-mismatch");
        assertThat(findings.getFirst().place() + ": " + findings.getFirst().message())
                .contains(words);
    }

    @Test
    void unitsOfTheModuleMatch() throws IOException {
        for (String name : List.of("first.o", "second.o")) {
            Resolution resolution = new RunPre(module).match(ElfReader.read(scratch.resolve(name)));
            Resolution.Counts counts = resolution.counts();
            assertThat(counts.different()).isZero();
            assertThat(counts.overridden()).isEqualTo(name.equals("first.o") ? 1 : 0);
        }
        Resolution first = match("again.o", FIRST);
        assertThat(check(first, "same", "lookup", "point", "more", "site", "tell", "where"))
                .isEmpty();
    }

    @Test
    void repeatedNamesHaveThePositionOfTheirUnit() throws IOException {
        Resolution first = match("again1.o", FIRST);
        Resolution second = match("again2.o", SECOND);
        assertThat(place(first, "same").symbol().position()).isEqualTo(1);
        assertThat(place(second, "same").symbol().position()).isEqualTo(2);
        assertThat(place(first, "state").symbol().position()).isEqualTo(1);
        assertThat(place(second, "state").symbol().position()).isEqualTo(2);
        assertThat(place(first, "tell").symbol().position()).isZero();
        assertThat(place(first, "tell").owner()).isEqualTo("made_here");
        assertThat(place(first, "counter").symbol().name()).isEqualTo("counter");
        assertThat(place(first, "counter").offset()).isZero();
    }

    /** The livepatch core counts the symbols of initial code only while the module starts. */
    @Test
    void positionThatChangesAfterTheStartIsNotUsed() throws IOException {
        String starting =
                COMMON
                        + "static NOINLINE __attribute__((used, section(\".init.text\")))"
                        + " int same(int x) { return x / 7; }\n";
        compile("starting.o", starting);
        module = link("starting.o", "first.o", "second.o");
        Resolution before = match("again.o", FIRST);
        assertThat(check(before, "same")).isEmpty();
        Symbol same = function(before, "same");
        assertThat(same.section()).isNotNull();
        // Nothing else stands before it in its section.
        assertThat(before.place(same.section(), same.value(), "same")).isEmpty();
        module = link("first.o", "second.o", "starting.o");
        Resolution behind = match("again.o", FIRST);
        assertThat(place(behind, "same").symbol().name()).isEqualTo("same");
        assertThat(place(behind, "same").symbol().position()).isEqualTo(1);
    }

    @Test
    void compressedModulesAreTheSame() throws IOException {
        Tool.run(scratch, "xz", "-k", "--check=crc32", "made.ko");
        Tool.run(scratch, "gzip", "-k", "made.ko");
        Tool.run(scratch, "zstd", "-q", "-k", "made.ko");
        for (String suffix : List.of(".xz", ".gz", ".zst")) {
            ModuleImage packed = ModuleImage.open(scratch.resolve("made.ko" + suffix));
            assertThat(packed.name()).isEqualTo("made_here");
            assertThat(packed.symbols().all()).isEqualTo(module.symbols().all());
        }
    }

    @Test
    void otherInstructionIsFoundAtItsPlace() throws IOException {
        Resolution resolution =
                edited("return x * state + counter++", "return x * state - ++counter");
        onlyMismatch(resolution, "same", "same+0x", "edited.o.c:");
        // Its neighbours stand where they stood.
        assertThat(check(resolution, "lookup")).isEmpty();
    }

    @Test
    void otherStringIsAMismatchOfItsReader() throws IOException {
        onlyMismatch(edited("value %d", "valve %d"), "tell", "\"valve %d\"", "\"value %d\"");
    }

    @Test
    void otherConstantIsAMismatchOfItsReader() throws IOException {
        Resolution resolution = edited("333", "334");
        onlyMismatch(resolution, "lookup", "table+0x8");
        assertThat(check(resolution, "same")).isEmpty();
    }

    @Test
    void otherInitialValueIsAMismatchOfWhoUsesIt() throws IOException {
        Resolution resolution = edited("second = 9", "second = 10");
        onlyMismatch(resolution, "more", "second+0x0");
        assertThat(check(resolution, "same")).isEmpty();
    }

    @Test
    void otherVariableOfTheSameSectionIsAMismatch() throws IOException {
        onlyMismatch(edited("second++ + state++", "state++ + second++"), "more", "more+0x");
    }

    @Test
    void otherUndefinedSymbolIsAMismatch() throws IOException {
        onlyMismatch(edited("report(\"value", "other(\"value"), "tell", "other", "report");
    }

    /** The bytes of the pointer are zero in both objects. */
    @Test
    void pointerThatOnlyTheModuleHasIsAMismatch() throws IOException {
        compile("first.o", FIRST.replace(" = 0;", " = &key;"));
        module = link("first.o", "second.o");
        onlyMismatch(match("edited.o", FIRST), "point", "pointer");
    }

    @Test
    void otherKeyOfAJumpLabelIsAMismatch() throws IOException {
        Resolution resolution = edited(".quad key - .", ".quad key2 - .");
        onlyMismatch(resolution, "site", "__jump_table+0x");
        assertThat(check(resolution, "same")).isEmpty();
    }

    /** An entry of four bytes, alone in its table, could not hold an address. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aTableMayBeShorterThanAnAddress(int entries) throws IOException {
        String lock =
                "asm volatile(\".pushsection .smp_locks,\\\"a\\\"; .balign 4; .long %=1f - .;"
                        + " .popsection; %=1: lock; incl %0\" : \"+m\" (key));\n";
        String locked = FIRST + "NOINLINE void locked(void) {" + lock.repeat(entries) + "}\n";
        compile("first.o", locked);
        module = link("first.o", "second.o");
        assertThat(check(match("again.o", locked), "locked")).isEmpty();
        String without = locked.replace(".long %=1f - .;", "");
        onlyMismatch(match("edited.o", without), "locked", "has 0 entries about it");
    }

    /** The code is the same without it. */
    @Test
    void entryThatOnlyTheModuleHasIsAMismatch() throws IOException {
        int from = FIRST.indexOf("\".pushsection");
        int to = FIRST.indexOf("popsection");
        String without = FIRST.substring(0, from) + FIRST.substring(to + 11);
        Resolution resolution = match("edited.o", without);
        onlyMismatch(resolution, "site", "__jump_table has 0 entries about it, running are 1");
        assertThat(check(resolution, "same")).isEmpty();
    }

    @Test
    void weakDefinitionThatLostIsSaid() throws IOException {
        Resolution first = match("again.o", FIRST);
        assertThat(check(first, "over"))
                .extracting(Finding::rule)
                .containsExactly("weak-overridden");
        assertThat(check(match("again2.o", SECOND), "over")).isEmpty();
    }

    @Test
    void codeThatIsFreedIsRefused() throws IOException {
        assertThat(check(match("again.o", FIRST), "start"))
                .extracting(Finding::rule)
                .containsExactly("init-code");
    }

    @Test
    void functionWithoutTraceSiteIsRefused() throws IOException {
        assertThat(check(match("again.o", FIRST), "untraced"))
                .extracting(Finding::rule)
                .containsExactly("no-fentry-site");
    }

    @Test
    void traceSiteMayStandBehindALandingPad() throws IOException {
        compile("first.o", FIRST, "-fcf-protection=branch");
        module = link("first.o", "second.o");
        Resolution resolution = match("again.o", FIRST, "-fcf-protection=branch");
        assertThat(check(resolution, "lookup")).isEmpty();
        assertThat(check(resolution, "untraced"))
                .extracting(Finding::rule)
                .containsExactly("no-fentry-site");
    }

    @Test
    void equalFunctionsInSectionsOfTheirOwnAreAmbiguous() throws IOException {
        String twin =
                COMMON
                        + "static NOINLINE __attribute__((used)) int twin(int x)"
                        + " { return x * 3; }\n";
        String left = twin + "int left(int x) { return x - 1; }\n";
        String right = twin + "int right(int x) { return x - 2; }\n";
        compile("left.o", left);
        compile("right.o", right);
        module = link("left.o", "right.o", "second.o");
        Resolution plain = match("plain.o", right);
        assertThat(check(plain, "twin", "right")).isEmpty();
        assertThat(place(plain, "twin").symbol().position()).isEqualTo(2);
        Resolution split = match("split.o", right, "-ffunction-sections");
        assertThat(check(split, "right")).isEmpty();
        assertThat(check(split, "twin"))
                .extracting(Finding::rule)
                .containsExactly("run-pre-ambiguous");
    }

    @Test
    void functionThatTheModuleLacksIsMissing() throws IOException {
        Resolution resolution = match("alone.o", COMMON + "int nowhere(int x) { return x; }\n");
        assertThat(check(resolution, "nowhere"))
                .extracting(Finding::rule)
                .containsExactly("run-pre-missing");
    }

    @Test
    void objectOfAnotherMachineIsRefused() throws IOException {
        Path other =
                Tool.compile(scratch, "gcc-12", "int f(void) { return 1; }\n", "m32.o", "-m32");
        ElfObject object = ElfReader.read(other);
        assertThatThrownBy(() -> new RunPre(module).match(object))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("m32.o");
    }

    /** A damaged module or object is refused with a place, or matched; nothing else. */
    @Test
    void damageIsNoSurprise() throws IOException {
        byte[] ko = Bytes.map(scratch.resolve("made.ko")).toArray();
        ElfObject first = ElfReader.read(scratch.resolve("first.o"));
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            byte[] copy = ko.clone();
            for (int j = 0; j < 3; j++) {
                copy[random.nextInt(copy.length)] = (byte) random.nextInt();
            }
            try {
                Resolution resolution =
                        new RunPre(ModuleImage.of("damaged.ko", Bytes.of(copy))).match(first);
                resolution.check(resolution.functions());
            } catch (FormatException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    /** A loop may end where its table ends, which is where another thing begins or nothing is. */
    @Test
    void theEndOfAThingIsAPlaceToo() throws IOException {
        Resolution first = match("whole.o", FIRST);
        ElfObject split = compile("split.o", FIRST, "-ffunction-sections", "-fdata-sections");
        for (String name : List.of("state", "second", "counter", "table")) {
            Symbol here = variable(split, name);
            Symbol there = variable(first.object(), name);
            long end = here.value() + here.size();
            Twin.Place place =
                    new Twin(first.object())
                            .place(split, name, Objects.requireNonNull(here.section()), end);
            assertThat(place)
                    .isEqualTo(
                            new Twin.Place(
                                    Objects.requireNonNull(there.section()),
                                    there.value() + there.size(),
                                    there.value()));
            assertThat(first.checkReference("a", place.section(), place.start())).isEmpty();
        }
        Section bss = Objects.requireNonNull(variable(first.object(), "counter").section());
        assertThat(first.checkReference("a", bss, bss.size()))
                .extracting(Finding::rule)
                .containsExactly("run-pre-missing");
    }

    private static Symbol variable(ElfObject object, String name) {
        return object.symbols().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
