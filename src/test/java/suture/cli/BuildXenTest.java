package suture.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.build.xen.TinyXen;
import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Note;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** From a source patch to a payload, on a hypervisor that is compiled and linked here. */
class BuildXenTest {
    private static final String VERSION = "common/version.c";

    @TempDir static Path work;
    private static TinyXen xen;

    @BeforeAll
    static void build() throws IOException {
        xen = TinyXen.in(work);
    }

    private record Run(int status, JsonNode json, Path payload) {
        ElfObject elf() throws IOException {
            return ElfReader.read(payload);
        }

        List<String> rules() {
            List<String> rules = new ArrayList<>();
            json.path("findings").forEach(f -> rules.add(f.path("rule").asString()));
            return rules;
        }

        List<String> functions() {
            List<String> names = new ArrayList<>();
            json.path("payload").path("functions").forEach(f -> names.add(f.asString()));
            return names;
        }
    }

    private static Run run(TinyXen tree, String name, List<Path> below, Path... patches) {
        Path payload = work.resolve(name + ".livepatch");
        List<String> words = new ArrayList<>(List.of("build", "xen", "--json"));
        words.addAll(List.of("--source", tree.root().toString()));
        words.addAll(List.of("--build", tree.root().toString()));
        words.addAll(List.of("-o", payload.toString()));
        below.forEach(p -> words.addAll(List.of("--on", p.toString())));
        for (Path patch : patches) {
            words.add(patch.toString());
        }
        PrintStream before = System.out;
        var sink = new ByteArrayOutputStream();
        System.setOut(new PrintStream(sink, true, StandardCharsets.UTF_8));
        try {
            int status = Main.run(words.toArray(String[]::new));
            String out = sink.toString(StandardCharsets.UTF_8);
            JsonNode json = JsonMapper.shared().readTree(out.isBlank() ? "{}" : out);
            return new Run(status, json, payload);
        } finally {
            System.setOut(before);
        }
    }

    private static Run run(String name, String file, String... edits) throws IOException {
        return run(xen, name, List.of(), xen.patch(name, file, edits));
    }

    private static Symbol running(String name) throws IOException {
        return ElfReader.read(xen.image()).symbols().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Bytes note(ElfObject elf, String section) {
        return Note.in(elf, Objects.requireNonNull(elf.section(section))).getFirst().content();
    }

    private static List<String> references(ElfObject elf, String section) {
        Section from = Objects.requireNonNull(elf.section(section));
        return elf.relocations(from).stream().map(Relocation::symbol).map(Symbol::name).toList();
    }

    @Test
    void aChangedFunctionIsReplaced() throws IOException {
        Run run = run("changed", VERSION, "\".0\"", "\".0-new\"");
        assertThat(run.status()).isZero();
        assertThat(run.functions()).containsExactlyInAnyOrder("extra", "compat_extra");
        ElfObject elf = run.elf();
        Bytes id = Note.buildId(ElfReader.read(xen.image()));
        assertThat(note(elf, ".livepatch.depends")).isEqualTo(id);
        assertThat(note(elf, ".livepatch.xen_depends")).isEqualTo(id);
        assertThat(note(elf, ".note.gnu.build-id"))
                .isNotEqualTo(id)
                .extracting(Bytes::size)
                .isEqualTo(20L);
        Bytes entry = Objects.requireNonNull(elf.content(".livepatch.funcs")).slice(104, 104);
        long size = running("extra").size();
        assertThat(entry.u32(28, ByteOrder.LITTLE_ENDIAN)).isEqualTo(size);
        assertThat(entry.u8(32)).isEqualTo(2);
        assertThat(entry.u8(72)).isEqualTo(1 | (int) size << 1);
        assertThat(entry.slice(73, size)).isEqualTo(code("extra", size));
    }

    private static Bytes code(String name, long size) throws IOException {
        Symbol symbol = running(name);
        Section section = Objects.requireNonNull(symbol.section());
        return section.content().slice(symbol.value() - section.header().address(), size);
    }

    @Test
    void twoRunsMakeTheSameBytes() throws IOException {
        byte[] one = Files.readAllBytes(run("same", VERSION, "* PART", "* PART * 2").payload());
        byte[] two = Files.readAllBytes(run("same", VERSION, "* PART", "* PART * 2").payload());
        assertThat(one).isEqualTo(two);
    }

    @Test
    void staticsAreNamedAfterTheirUnit() throws IOException {
        Run run = run("statics", VERSION, "* PART", "* PART * 2");
        assertThat(run.functions())
                .containsExactlyInAnyOrder(
                        "common/version.c#helper", "common/compat/version.c#helper");
        assertThat(references(run.elf(), ".text"))
                .contains("common/version.c#calls", "common/compat/version.c#calls");
    }

    @Test
    void referencesToAReplacedFunctionGoToTheRunningOne() throws IOException {
        Run run = run("taken", VERSION, "* PART", "* PART * 2", "helper(x) + 1", "helper(x) + 100");
        assertThat(run.functions()).contains("common/version.c#helper", "keyed");
        ElfObject elf = run.elf();
        Section text = Objects.requireNonNull(elf.section(".text"));
        List<Symbol> called =
                elf.relocations(text).stream()
                        .map(Relocation::symbol)
                        .filter(s -> s.name().equals("common/version.c#helper"))
                        .toList();
        assertThat(called).isNotEmpty().allMatch(Symbol::isUndefined);
    }

    @Test
    void nothingButTheNewBodiesAndNewThingsHasAName() throws IOException {
        Run run =
                run(
                        "names",
                        VERSION,
                        "return helper(x);",
                        "static int more; more += x; return helper(x) + fresh(more);",
                        "int shown(int x)",
                        "noinline int fresh(int x) { return x * x * 7; }\nint shown(int x)");
        // compat/version.c would define fresh too
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.rules()).contains("defined-twice");
        Run local =
                run(
                        "names2",
                        VERSION,
                        "return helper(x);",
                        "static int more; more += x; return helper(x) + fresh(more);",
                        "int shown(int x)",
                        "static noinline int fresh(int x) { return x * x * 7; }\nint shown(int x)");
        assertThat(local.status()).isZero();
        String mark = '~' + note(local.elf(), ".note.gnu.build-id").hex().substring(0, 8);
        List<String> defined =
                local.elf().symbols().stream()
                        .filter(s -> s.section() != null && !s.name().isEmpty())
                        .map(Symbol::name)
                        .toList();
        assertThat(defined)
                .contains("common/version.c#fresh" + mark, "common/compat/version.c#fresh" + mark)
                .allMatch(
                        n -> n.endsWith(mark) || n.matches("(compat_)?shown|compat_extra_length"));
    }

    /** The hypervisor's table has it under its file's name. */
    @Test
    void aStaticThatBecomesGlobalIsTheOneThatRuns() throws IOException {
        Path shows = xen.patch("shows", "common/table.c", "static int kept", "int kept");
        Path uses =
                xen.patch(
                        "uses",
                        VERSION,
                        "return helper(x) + 3;",
                        "extern int kept; return helper(x) + kept;");
        Run run = run(xen, "across", List.of(), shows, uses);
        assertThat(run.status()).isZero();
        assertThat(run.functions()).containsExactlyInAnyOrder("framed", "compat_framed");
        assertThat(references(run.elf(), ".text")).contains("common/table.c#kept");
    }

    /** What is not replaced would go on to call the one that runs. */
    @Test
    void aSecondDefinitionIsRefused() throws IOException {
        Run run =
                run(
                        "second",
                        "common/table.c",
                        "int use(int x)",
                        "int keyed_twice(int x) { return x * 9; }\nint use(int x)",
                        "return ops",
                        "return keyed_twice(x) + ops");
        assertThat(run.status()).isZero();
        Run second =
                run(
                        "second",
                        "common/table.c",
                        "int shown(int), keyed(int), padded",
                        "int shown(int x) { return x * 9; } int keyed(int), padded",
                        "return ops",
                        "return shown(x) + ops");
        assertThat(second.status()).isEqualTo(3);
        assertThat(second.rules()).contains("second-definition");
    }

    @Test
    void aShiftOfLinesIsNoChange() throws IOException {
        Run shifted = run("shift", VERSION, "int framed", "\n\n\n\nint framed");
        assertThat(shifted.status()).isEqualTo(4);
        Run moved = run("frame", VERSION, "x == 3", "x == 4", "int framed", "\n\n\n\nint framed");
        assertThat(moved.functions()).containsExactlyInAnyOrder("framed", "compat_framed");
        ElfObject elf = moved.elf();
        Section frames = Objects.requireNonNull(elf.section(".bug_frames.1"));
        assertThat(frames.size()).isEqualTo(16);
        // the line's seven low bits are above 24 bits of distance
        assertThat(elf.relocations(frames)).anyMatch(r -> r.addend() >>> 24 != 0);
    }

    @Test
    void alternativesTravelAndBoundExpectations() throws IOException {
        Run keyed = run("keyed", VERSION, "helper(x) + 1", "helper(x) + 100");
        assertThat(keyed.functions()).contains("keyed");
        assertThat(Objects.requireNonNull(keyed.elf().section(".altinstructions")).size())
                .isEqualTo(2 * 14);
        assertThat(keyed.elf().section(".altinstr_replacement")).isNotNull();
        Bytes funcs = Objects.requireNonNull(keyed.elf().content(".livepatch.funcs"));
        long site = site("keyed");
        assertThat(site).isBetween(1L, 30L);
        assertThat(funcs.u8(72) >> 1).isEqualTo((int) site);
    }

    /** Where the first alternative of a function is. */
    private static long site(String function) throws IOException {
        Bytes code = code(function, running(function).size());
        return code.indexOf(0x66, 0);
    }

    @Test
    void aLongerReplacementThatChangesIsAChange() throws IOException {
        Run run = run("padded", VERSION, "mov $1, %%al", "mov $2, %%al");
        assertThat(run.functions()).containsExactlyInAnyOrder("padded", "compat_padded");
    }

    @Test
    void aHeaderReachesAllThatReadIt() throws IOException {
        Run run = run("header", "include/xen/part.h", "PART 5", "PART 6");
        assertThat(run.functions())
                .contains("common/version.c#helper", "common/compat/version.c#helper", "use");
    }

    @Test
    void anotherSourceIsNotWhatRuns() throws IOException {
        TinyXen other = TinyXen.in(Files.createDirectory(work.resolve("other")));
        Path patch = other.patch("p", VERSION, "\".0\"", "\".0-new\"");
        assertThat(run(other, "before", List.of(), patch).status()).isZero();
        byte[] linked = Files.readAllBytes(other.image());
        Path source = other.root().resolve("xen/" + VERSION);
        Files.writeString(source, TinyXen.edited(other.text(VERSION), "x * PART", "x * PART * 3"));
        other.rebuild(VERSION);
        other.rebuild("common/compat/version.c");
        Files.write(other.image(), linked);
        Path changes = other.patch("q", VERSION, "PART * 3", "PART * 4");
        Run run = run(other, "wrong", List.of(), changes);
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.rules()).contains("run-pre-mismatch");
        assertThat(run.payload()).doesNotExist();
    }

    @Test
    void unknownTablesAreRefused() throws IOException {
        Run run = run("odd", VERSION, "return \".0\";", "UNKNOWN_SITE(); return \".1\";");
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.rules()).contains("unknown-special-section");
    }

    @Test
    void codeThatIsGoneIsRefused() throws IOException {
        Run changed = run("init", VERSION, "\"start %d\\n\"", "\"START %d\\n\"");
        assertThat(changed.rules()).contains("changed-init-section");
        Run reached =
                run(
                        "reach",
                        VERSION,
                        "return x + 2;",
                        "return start(x) + 2;",
                        "int padded",
                        "int start(int);\nint padded");
        assertThat(reached.status()).isEqualTo(3);
        assertThat(reached.rules()).contains("reference-to-init");
    }

    @Test
    void whatTheLinkerCollectsIsRefused() throws IOException {
        String plain = "static int own; own += x; return x + 2 + own;";
        assertThat(run("own", VERSION, "return x + 2;", plain).status()).isZero();
        String percpu =
                plain.replace("int own", "int own __attribute__((section(\".bss.percpu\")))");
        assertThat(run("percpu", VERSION, "return x + 2;", percpu).rules())
                .contains("new-percpu-variable");
        String entry =
                "int (*const more)(int) __attribute__((used, section(\".initcall1.init\"))) ="
                        + " padded;\n"
                        + "int framed";
        assertThat(run("entry", VERSION, "int framed", entry, "x + 2", "x + 4").rules())
                .contains("new-table-entry");
    }

    @Test
    void aFunctionWithoutRoomForAJumpIsRefused() throws IOException {
        Run run = run("tiny", VERSION, "void tiny(void)\n{", "void tiny(void)\n{ printk(\"t\");");
        assertThat(run.rules()).contains("function-too-small");
    }

    private static final String HOOK =
            """
            #include <suture/xen_hooks.h>
            static void loaded(void) { printk("loaded"); }
            SUTURE_XEN_LOAD(loaded);
            static int asked(struct payload *p) { return !p; }
            SUTURE_XEN_PREAPPLY(asked);
            """;

    private static final String AGAIN =
            """
            static int again(struct payload *p) { return p != 0; }
            SUTURE_XEN_PREAPPLY(again);
            void install\
            """;

    @Test
    void hooksTravel() throws IOException {
        Run run = run("hook", "common/table.c", "void install", HOOK + "void install");
        assertThat(run.status()).isZero();
        ElfObject elf = run.elf();
        for (String kind : List.of("load", "preapply")) {
            Section section = Objects.requireNonNull(elf.section(".livepatch.hooks." + kind));
            assertThat(section.size()).isEqualTo(8);
            assertThat(section.has(Elf.SHF_WRITE)).isFalse();
            assertThat(elf.relocations(section)).hasSize(1);
        }
        assertThat(elf.section(".livepatch.funcs")).isNull();
        Run two = run("hooks", "common/table.c", "void install", HOOK + AGAIN);
        assertThat(two.rules()).contains("several-hooks");
    }

    @Test
    void aPayloadComesOnAnother() throws IOException {
        String[] edits = {
            "hook = x ? shown : keyed;",
            "added(x);",
            "void install",
            """
            static noinline void added(int x)
            {
                static int n;
                n += x; hook = n ? shown : keyed;
            }
            void install\
            """
        };
        String file = "common/table.c";
        Run one = run(xen, "one", List.of(), xen.patch("one", file, edits));
        assertThat(one.status()).isZero();
        String text = TinyXen.edited(xen.text(file), edits);
        Path next = xen.patchOf("two", file, text, "n += x;", "n += 2 * x;");
        Run two = run(xen, "two", List.of(one.payload()), next);
        assertThat(two.status()).isZero();
        Bytes id = note(one.elf(), ".note.gnu.build-id");
        assertThat(note(two.elf(), ".livepatch.depends")).isEqualTo(id);
        assertThat(note(two.elf(), ".livepatch.xen_depends"))
                .isEqualTo(Note.buildId(ElfReader.read(xen.image())));
        assertThat(two.functions())
                .containsExactly("common/table.c#added~" + id.hex().substring(0, 8));
        assertThat(run(xen, "alone", List.of(), next).status()).isNotZero();
        byte[] content = Files.readAllBytes(one.payload());
        content[0x50] ^= 1;
        Path damaged = Files.write(work.resolve("damaged.livepatch"), content);
        assertThat(run(xen, "three", List.of(damaged), next).rules())
                .contains("lower-payload-differs");
    }
}
