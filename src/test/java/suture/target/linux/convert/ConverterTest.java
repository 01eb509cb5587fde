package suture.target.linux.convert;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.target.linux.image.ModuleInfo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** Modules of own C against targets of a few symbols. */
class ConverterTest {
    @TempDir Path work;

    private static final String USES =
            """
            extern int hidden;
            extern int twice(int);
            int replacement(void) { return hidden + twice(3); }
            """;

    private static List<String> rules(Conversion conversion) {
        return conversion.findings().stream().filter(Finding::refuses).map(Finding::rule).toList();
    }

    private static List<String> all(Conversion conversion) {
        return conversion.findings().stream().map(Finding::rule).toList();
    }

    private static ElfObject read(Conversion conversion) {
        assertThat(rules(conversion)).isEmpty();
        return ElfReader.read("out.ko", Objects.requireNonNull(conversion.content()));
    }

    private static String text(Relocation r) {
        return "%x %d %s %d".formatted(r.offset(), r.type(), r.symbol(), r.addend());
    }

    private static TreeSet<String> livepatch(ElfObject object) {
        TreeSet<String> all = new TreeSet<>();
        for (RelocationSection section : object.relocationSections()) {
            if (section.section().has(Elf.SHF_RELA_LIVEPATCH)) {
                section.entries().forEach(r -> all.add(section.section() + " " + r.symbol()));
            }
        }
        return all;
    }

    @Test
    void hiddenSymbolsAreBoundExportedOnesStay() throws IOException {
        ElfObject module = Handmade.module(work, USES);
        Target target =
                Handmade.target(
                        work,
                        "ffffffff81000400 d hidden",
                        "ffffffff81000500 T twice",
                        "ffffffff81000600 r __ksymtab_twice");
        ElfObject out = read(Converter.convert(module, target));
        assertThat(livepatch(out))
                .containsExactly(".klp.rela.vmlinux..text .klp.sym.vmlinux.hidden,0");
        Symbol hidden =
                out.symbols().stream().filter(s -> s.name().endsWith("hidden,0")).findAny().get();
        assertThat(hidden.place()).isEqualTo(new Symbol.Place.Reserved(Elf.SHN_LIVEPATCH));
        assertThat(out.symbols().stream().filter(Symbol::isUndefined).map(Symbol::name))
                .contains("twice", "klp_enable_patch")
                .doesNotContain("hidden");
        assertThat(ModuleInfo.of(out).values().get("suture_replaces"))
                .containsExactly("vmlinux:shown,0 replacement");
    }

    @Test
    void everythingElseStaysAsItWas() throws IOException {
        ElfObject module = Handmade.module(work, USES);
        Target target =
                Handmade.target(work, "ffffffff81000400 d hidden", "ffffffff81000500 t twice");
        ElfObject out = read(Converter.convert(module, target));
        for (Section section : module.sections()) {
            boolean plain =
                    section.has(Elf.SHF_ALLOC)
                            && !section.name().equals(".modinfo")
                            && section.type() != Elf.SHT_RELA;
            if (plain) {
                Section copy = Objects.requireNonNull(out.section(section.name()), section.name());
                assertThat(copy.content()).isEqualTo(section.content());
                assertThat(copy.header().flags()).isEqualTo(section.header().flags());
                assertThat(out.relocations(copy).stream().map(ConverterTest::text).sorted())
                        .containsExactlyElementsOf(
                                module.relocations(section).stream()
                                        .map(ConverterTest::text)
                                        .map(t -> t.replace("hidden", ".klp.sym.vmlinux.hidden,0"))
                                        .map(t -> t.replace("twice", ".klp.sym.vmlinux.twice,0"))
                                        .sorted()
                                        .toList());
            }
        }
    }

    @Test
    void severalOfANameAreListedAndRefused() throws IOException {
        ElfObject module = Handmade.module(work, USES);
        Target target =
                Handmade.target(
                        work,
                        "ffffffff81000400 d hidden",
                        "ffffffff81000500 t twice",
                        "ffffffff81000600 t twice");
        Conversion conversion = Converter.convert(module, target);
        assertThat(rules(conversion)).containsExactly("ambiguous-symbol");
        assertThat(conversion.content()).isNull();
        Finding finding = conversion.findings().stream().filter(Finding::refuses).findFirst().get();
        assertThat(finding.subject()).isEqualTo("twice");
        assertThat(finding.place()).contains("in replacement");
        assertThat(finding.message())
                .contains("vmlinux,1 't' at 0xffffffff81000500")
                .contains("vmlinux,2 't' at 0xffffffff81000600")
                .contains("between hidden and twice");
        assertThat(finding.remedy())
                .contains("KLP_MODULE_RELOC(vmlinux) x[] = { KLP_SYMPOS(twice, 1) };")
                .contains("KLP_RELOC_SYMBOL(vmlinux, vmlinux, twice, 1)");
    }

    @Test
    void annotationsOfBothKindsChoose() throws IOException {
        Target target =
                Handmade.target(
                        work,
                        "ffffffff81000400 d hidden",
                        "ffffffff81000500 t twice",
                        "ffffffff81000600 t twice");
        String array = "KLP_MODULE_RELOC(vmlinux) chosen[] = { KLP_SYMPOS(twice, 2) };\n";
        ElfObject out = read(Converter.convert(Handmade.module(work, USES + array), target));
        assertThat(livepatch(out))
                .containsExactly(
                        ".klp.rela.vmlinux..text .klp.sym.vmlinux.hidden,0",
                        ".klp.rela.vmlinux..text .klp.sym.vmlinux.twice,2");
        assertThat(out.sections()).noneMatch(s -> s.name().contains(".klp.module_relocs"));
        assertThat(out.symbols()).noneMatch(s -> s.name().equals("chosen"));
        String label =
                USES.replace(
                        "twice(int);", "twice(int) KLP_RELOC_SYMBOL(vmlinux, vmlinux, twice, 2);");
        assertThat(livepatch(read(Converter.convert(Handmade.module(work, label), target))))
                .isEqualTo(livepatch(out));
    }

    @Test
    void annotationsThatCannotBeRightAreRefused() throws IOException {
        Target target =
                Handmade.target(
                        work,
                        "ffffffff81000400 d hidden",
                        "ffffffff81000500 t twice",
                        "ffffffff81000600 t twice");
        assertThat(annotated(target, "KLP_SYMPOS(twice, 0)")).containsExactly("ambiguous-symbol");
        assertThat(annotated(target, "KLP_SYMPOS(twice, 3)")).containsExactly("missing-position");
        assertThat(annotated(target, "KLP_SYMPOS(twice, 1), KLP_SYMPOS(twice, 2)"))
                .containsExactly("conflicting-annotations");
        assertThat(annotated(target, "KLP_SYMPOS(twice, 1), KLP_SYMPOS(twice, 1)")).isEmpty();
        assertThat(annotated(target, "KLP_SYMPOS(twice, 1), KLP_SYMPOS(hidden, 1)")).isEmpty();
        assertThat(annotated(target, "KLP_SYMPOS(twice, 1), KLP_SYMPOS(replacement, 1)"))
                .containsExactly("annotation-form");
    }

    private List<String> annotated(Target target, String entries) throws IOException {
        String array = "KLP_MODULE_RELOC(vmlinux) chosen[] = { " + entries + " };\n";
        return rules(Converter.convert(Handmade.module(work, USES + array), target));
    }

    private static final String[] DUMMY = {
        "ffffffff81000400 d hidden",
        "ffffffffc0000000 t twice\t[dummy]",
        "ffffffffc0000100 t lost\t[other]",
    };

    private static final String BOTH =
            """
            static struct klp_func funcs[] = {
                { .old_name = "twice", .new_func = replacement }, { }
            };
            """;

    @Test
    void symbolsOfAPatchedModuleWaitForIt() throws IOException {
        Target target = Handmade.target(work, DUMMY);
        String objects = "{ .name = \"dummy\", .funcs = funcs },";
        ElfObject out =
                read(Converter.convert(Handmade.module(work, USES + BOTH, objects), target));
        assertThat(livepatch(out))
                .containsExactly(
                        ".klp.rela.dummy..text .klp.sym.dummy.twice,0",
                        ".klp.rela.vmlinux..text .klp.sym.vmlinux.hidden,0");
        assertThat(ModuleInfo.of(out).values().get("suture_replaces"))
                .containsExactly("dummy:twice,0 replacement");
    }

    @Test
    void symbolsOfAModuleThatIsNotPatchedAreRefused() throws IOException {
        Target target = Handmade.target(work, DUMMY);
        Conversion conversion = Converter.convert(Handmade.module(work, USES), target);
        assertThat(rules(conversion)).containsExactly("object-not-patched");
    }

    @Test
    void namesInModulesThatAreNotPatchedDoNotMatter() throws IOException {
        String[] lines = {
            "ffffffff81000400 d hidden",
            "ffffffff81000500 t twice",
            "ffffffffc0000000 t twice\t[dummy]",
        };
        Target target = Handmade.target(work, lines);
        assertThat(rules(Converter.convert(Handmade.module(work, USES), target))).isEmpty();
        String objects = "{ .name = \"dummy\", .funcs = funcs },";
        Conversion both = Converter.convert(Handmade.module(work, USES + BOTH, objects), target);
        assertThat(rules(both)).containsExactly("ambiguous-symbol");
    }

    @Test
    void patchedObjectOfAnAnnotationIsChecked() throws IOException {
        Target target = Handmade.target(work, DUMMY);
        String objects = "{ .name = \"dummy\", .funcs = funcs },";
        String wrong =
                USES.replace("twice(int)", "twice(int) KLP_RELOC_SYMBOL(vmlinux, dummy, twice, 0)");
        assertThat(rules(Converter.convert(Handmade.module(work, wrong + BOTH, objects), target)))
                .containsExactly("module-symbol-in-kernel-section");
        String moved =
                USES.replace(
                        "int hidden", "int hidden KLP_RELOC_SYMBOL(dummy, vmlinux, hidden, 0)");
        Conversion conversion =
                Converter.convert(Handmade.module(work, moved + BOTH, objects), target);
        assertThat(all(conversion)).contains("kernel-symbol-for-module");
        assertThat(livepatch(read(conversion)))
                .contains(".klp.rela.vmlinux..text .klp.sym.vmlinux.hidden,0");
    }

    @Test
    void symbolsOfModulesAreNotUsedBeforeTheModuleIsThere() throws IOException {
        Target target = Handmade.target(work, DUMMY);
        String early =
                """
                extern int hidden;
                extern int twice(int);
                int replacement(void) { return hidden; }
                int __attribute__((section(".init.text"))) early(void) { return twice(1); }
                """;
        String objects = "{ .name = \"dummy\", .funcs = funcs },";
        assertThat(rules(Converter.convert(Handmade.module(work, early + BOTH, objects), target)))
                .containsExactly("late-init-section");
        String table = early.replace(".init.text", "__jump_table");
        assertThat(rules(Converter.convert(Handmade.module(work, table + BOTH, objects), target)))
                .containsExactly("late-special-section");
    }

    @Test
    void whatIsNotThereIsRefusedUnlessWeak() throws IOException {
        Target target =
                Handmade.target(
                        work, "ffffffff81000400 d hidden", "ffffffff81000500 t twice.isra.0");
        Conversion conversion = Converter.convert(Handmade.module(work, USES), target);
        assertThat(rules(conversion)).containsExactly("missing-symbol");
        assertThat(conversion.findings().toString()).contains("only twice.isra.0");
        String weak = USES.replace("extern int twice", "extern __attribute__((weak)) int twice");
        Conversion absent = Converter.convert(Handmade.module(work, weak), target);
        assertThat(rules(absent)).isEmpty();
        assertThat(all(absent)).contains("weak-symbol");
    }

    @Test
    void initCodeIsNeverBound() throws IOException {
        Target target =
                Handmade.target(
                        work,
                        "ffffffff81000400 d hidden",
                        "ffffffff82000000 D __init_begin",
                        "ffffffff82000010 t twice",
                        "ffffffff82001000 D __init_end");
        assertThat(rules(Converter.convert(Handmade.module(work, USES), target)))
                .containsExactly("init-symbol");
    }

    @Test
    void otherFormsOfAReplacedFunctionAreNamed() throws IOException {
        String[] plain = {"ffffffff81000400 d hidden", "ffffffff81000500 t twice"};
        assertThat(
                        all(
                                Converter.convert(
                                        Handmade.module(work, USES), Handmade.target(work, plain))))
                .containsExactly("unguarded");
        Target target =
                Handmade.target(
                        work,
                        "ffffffff81000400 d hidden",
                        "ffffffff81000500 t twice",
                        "ffffffff81000100 t folded",
                        "ffffffff81000600 t shown.constprop.0",
                        "ffffffff81000700 t shown.cold",
                        "ffffffff81000800 d shown.3");
        Conversion conversion = Converter.convert(Handmade.module(work, USES), target);
        assertThat(all(conversion))
                .containsExactly("cold-part", "overlooked-clone", "shared-code", "unguarded");
        assertThat(conversion.findings().toString())
                .contains("shown.constprop.0", "folded is at the same address")
                .doesNotContain("shown.3");
    }

    @Test
    void replacedFunctionMustBeOne() throws IOException {
        String[] hidden = {"ffffffff81000400 d hidden", "ffffffff81000500 t twice"};
        String gone = "{ .name = 0, .funcs = funcs },";
        String functions =
                "static struct klp_func funcs[] = { { .old_name = \"%s\", %s .new_func ="
                        + " replacement }, { } };";
        Target target =
                Handmade.target(
                        work,
                        hidden[0],
                        hidden[1],
                        "ffffffff81000600 t pair",
                        "ffffffff81000700 t pair",
                        "ffffffff81000800 t part.isra.0");
        assertThat(replaced(target, functions.formatted("pair", ""), gone))
                .containsExactly("ambiguous-function");
        assertThat(replaced(target, functions.formatted("pair", ".old_sympos = 2,"), gone))
                .isEmpty();
        assertThat(replaced(target, functions.formatted("pair", ".old_sympos = 3,"), gone))
                .containsExactly("missing-position");
        assertThat(replaced(target, functions.formatted("part", ""), gone))
                .containsExactly("missing-function");
    }

    private List<String> replaced(Target target, String functions, String objects)
            throws IOException {
        return rules(Converter.convert(Handmade.module(work, USES + functions, objects), target));
    }

    @Test
    void onlyLivepatchModulesAreConverted() throws IOException {
        Target target =
                Handmade.target(work, "ffffffff81000400 d hidden", "ffffffff81000500 t twice");
        ElfObject module = Handmade.module(work, USES);
        Bytes content = Objects.requireNonNull(Converter.convert(module, target).content());
        assertThat(rules(Converter.convert(ElfReader.read("again.ko", content), target)))
                .containsExactly("already-converted");
        ElfObject plain =
                Handmade.compile(
                        work,
                        "const char info[] __attribute__((section(\".modinfo\"))) ="
                                + " \"license=GPL\";");
        assertThat(rules(Converter.convert(plain, target))).containsExactly("not-a-livepatch");
    }
}
