package suture.target.xen.verify;

import suture.bytes.Bytes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Payloads that keep or break one rule of the loader each. */
final class XenVariants {
    /** What to do with a payload besides the upload. */
    enum Use {
        /** Applied, reverted, unloaded. */
        FULL,
        /** Unloaded at once: its code would not run. */
        UPLOAD,
        /** It takes the machine down: it gets a boot of its own. */
        ALONE
    }

    /**
     * One payload.
     *
     * @param rule the rule it breaks; empty if it breaks none
     */
    record Variant(String name, Bytes file, String rule, Use use) {}

    private final Path scratch;
    private final List<Variant> all = new ArrayList<>();

    private XenVariants(Path scratch) {
        this.scratch = scratch;
    }

    static List<Variant> build(Path scratch) throws IOException {
        XenVariants variants = new XenVariants(scratch);
        variants.functions();
        variants.expectations();
        variants.symbols();
        variants.sections();
        variants.notes();
        variants.tables();
        variants.all.addAll(XenFileVariants.build(scratch));
        return variants.all;
    }

    private void add(String name, String rule, Use use, String body) throws IOException {
        add(rule, use, XenSource.of(name, body));
    }

    private void add(String rule, Use use, XenSource source) throws IOException {
        all.add(new Variant(source.name(), source.build(scratch), rule, use));
    }

    private void full(String name, String rule, String body) throws IOException {
        add(name, rule, Use.FULL, body);
    }

    private void only(String name, String rule, String body) throws IOException {
        add(name, rule, Use.UPLOAD, body);
    }

    private void edited(String name, String rule, Use use, Bytes file) {
        all.add(new Variant(name, file, rule, use));
    }

    private void functions() throws IOException {
        full("good", "", XenSource.GOOD);
        full("two-functions", "", "FN(\"+2\") LIST(EXTRA(), E(.name = \"xen_deny\"))");
        full("size-5", "old-size", "FN(\"+5\") LIST(EXTRA(.old_size = 5))");
        full("size-4", "target-too-short", "FN(\"+4\") LIST(EXTRA(.old_size = 4))");
        full("size-0", "old-size", "FN(\"+0\") LIST(EXTRA(.old_size = 0))");
        full("version-1", "function-version", "FN(\"+1\") LIST(EXTRA(.version = 1))");
        full("version-3", "function-version", "FN(\"+3\") LIST(EXTRA(.version = 3))");
        full("unknown-name", "unknown-function", "FN(\"+N\") LIST(E(.name = \"no_such_one\"))");
        full(
                "local-name",
                "",
                "FN(\"+L\") LIST(E(.name = \"common/kernel.c#assign_integer_param\","
                        + " .old_size = 160))");
        full(
                "bare-local",
                "unknown-function",
                "FN(\"+L\") LIST(E(.name = \"assign_integer_param\"))");
        only("data-target", "not-a-function", "FN(\"+D\") LIST(E(.name = \"symbols_num_syms\"))");
        only(
                "middle",
                "not-a-function",
                "FN(\"+M\") LIST(E(.name = \"m\", .old = (void *)0x"
                        + Long.toHexString(XenSource.xen().addresses("printk").getFirst() + 1)
                        + "))");
        full(
                "odd-table",
                "function-table",
                "FN(\"+O\") struct entry ENTRY one = EXTRA();\nchar ENTRY tail[4] = \"x\";");
        full("empty-table", "section-empty", "asm(\".section .livepatch.funcs,\\\"a\\\"\");");
        full("no-table", "nothing-to-patch", "FN(\"+T\")");
        full(
                "landing-9",
                "old-size",
                "FN(\"+9\") LIST(E(.name = \"" + landing() + "\", .old_size = 9))");
        full(
                "landing-8",
                "target-too-short",
                "FN(\"+8\") LIST(E(.name = \"" + landing() + "\", .old_size = 8))");
        only("nop-31", "nop-outside", nop(31, 31));
        full("nop-32", "nop-size", nop(32, 64));
        full("nop-more", "nop-size", nop(13, 12));
        only("nop-part", "nop-splits", nop(3, 12));
        full("nop-none", "nothing-replaced", nop(0, 12));
        full("nop-first", "", nop(7, 12));
        String twice = "FN(\"+A\") const char *second(void) { return \"+B\"; } LIST(EXTRA(), ";
        add("function-twice", "function-twice", Use.UPLOAD, twice + "EXTRA(.fresh = second))");
        add("null-name", "null-name", Use.ALONE, "FN(\"+N\") LIST(E())");
        add("wild-name", "null-name", Use.ALONE, "FN(\"+W\") LIST(E(.name = (char *)16))");
        add(
                "init-target",
                "old-address",
                Use.ALONE,
                "FN(\"+I\") LIST(E(.name = \"acpi_boot_init\"))");
        add(
                "wild-target",
                "old-address",
                Use.ALONE,
                "FN(\"+W\") LIST(E(.name = \"w\", .old = (void *)0xffff82d070000000))");
    }

    /** The first bytes of xen_extra_version are lea: 7 bytes; ret is a jump of 5. */
    private static String nop(int size, int old) {
        return "FN(\"+NOP\") LIST(EXTRA(.fresh = 0, .fresh_size = %d, .old_size = %d))"
                .formatted(size, old);
    }

    /** A function that begins with ENDBR64 and is not called here: a debug key's. */
    private static String landing() {
        return "common/livepatch.c#livepatch_printall";
    }

    private void expectations() throws IOException {
        String right = "0x" + String.join(", 0x", first(4));
        full("expect-right", "", expect("1 | 4 << 1", right));
        full("expect-wrong", "expectation", expect("1 | 4 << 1", "1, 2, 3, 4"));
        full("expect-off", "", expect("4 << 1", "1, 2, 3, 4"));
        full("expect-reserved", "expectation", expect("1 | 4 << 1 | 1 << 6", right));
        full("expect-long", "expectation", expect("1 | 20 << 1", right));
        full("expect-nothing", "", expect("1", "0"));
    }

    private static String expect(String head, String bytes) {
        return "FN(\"+E\") LIST(EXTRA(.expect = %s, .bytes = { %s }))".formatted(head, bytes);
    }

    private static String[] first(int size) throws IOException {
        RunningXen xen = XenSource.xen();
        String hex = xen.at(xen.addresses("xen_extra_version").getFirst()).slice(0, size).hex();
        return hex.split("(?<=\\G..)");
    }

    private void symbols() throws IOException {
        String call =
                "\nextern int %1$s(void);\nconst char *fresh(void) { %1$s(); return \"+S\"; }";
        String list = " LIST(EXTRA())";
        String hidden = "#pragma GCC visibility push(hidden)";
        full("undefined", "unknown-symbol", hidden + call.formatted("no_such_one") + list);
        full("defined", "", hidden + call.formatted("printk") + list);
        full(
                "weak",
                "unknown-symbol",
                "extern int none(void) __attribute__((weak));"
                        + " const char *fresh(void) { if (none) none(); return \"+W\"; }"
                        + list);
        full("common", "common-symbol", "int c __attribute__((common)); " + XenSource.GOOD);
        full("redefined", "name-collision", "int printk(void) { return 0; } " + XenSource.GOOD);
        full(
                "redefined-local",
                "name-collision",
                "static int __attribute__((used)) printk = 1; " + XenSource.GOOD);
        full(
                "replaced-name",
                "",
                "FN(\"+r\") const char *xen_extra_version(void) { return \"+R\"; }"
                        + " LIST(EXTRA(.fresh = xen_extra_version))");
        full(
                "global-offset-table",
                "unknown-symbol",
                "extern char printk[]"
                        + " __attribute__((visibility(\"default\"))); const char *fresh(void)"
                        + " { const char *p; asm volatile(\"movq xen_deny@GOTPCREL(%%rip), %0\""
                        + " : \"=r\"(p)); return \"+G\"; }"
                        + list);
        full(
                "absolute-32",
                "relocation-type",
                "const char *fresh(void) { const char *p;"
                        + " asm volatile(\"mov $xen_deny, %0\" : \"=r\"(p)); return p; }"
                        + list);
        full(
                "file-name",
                "",
                "asm(\".macro r\\n lea \\\"common/kernel.c#assign_integer_param\\\"(%rip),"
                        + " %rax\\n .endm\"); const char *fresh(void)"
                        + " { asm volatile(\"r\" ::: \"rax\"); return \"+F\"; }"
                        + list);
        full(
                "init-reference",
                "init-reference",
                hidden
                        + "\nextern void acpi_boot_init(void); const char *fresh(void)"
                        + " { static void (*volatile p)(void); p = acpi_boot_init; return \"+I\"; }"
                        + list);
        full(
                "stored-address",
                "stored-new-address",
                "extern const char *fresh(void);"
                        + " const void *volatile const keep = fresh; "
                        + XenSource.GOOD);
        full(
                "data",
                "not-reappliable",
                "static int __attribute__((used)) count = 1; " + XenSource.GOOD);
        full(
                "zero-data",
                "not-reappliable",
                "static int __attribute__((used)) count; " + XenSource.GOOD);
    }

    private void sections() throws IOException {
        full("hooks-only", "", hook("load", "run", 1));
        full(
                "hook-pair",
                "",
                XenSource.GOOD
                        + hook("load", "run", 2)
                        + hook("unload", "run", 1)
                                .replace("void run", "void more")
                                .replace("run,", "more,"));
        full(
                "hook-odd",
                "hook-size",
                XenSource.GOOD
                        + "char __attribute__((used, section(\".livepatch.hooks.load\"))) h[12];");
        for (String one : List.of("preapply", "postapply", "prerevert", "postrevert")) {
            full("hook-" + one, "", XenSource.GOOD + hook(one, "run", 1));
            full("hooks-" + one, "hook-size", XenSource.GOOD + hook(one, "run", 2));
        }
        full(
                "hook-empty",
                "section-empty",
                XenSource.GOOD + "asm(\".section .livepatch.hooks.unload,\\\"aw\\\"\");");
        full(
                "writable-code",
                "writable-code",
                "int __attribute__((section(\".wx,\\\"awx\\\"#\"))) wx = 1; " + XenSource.GOOD);
        full(
                "large",
                "payload-size",
                "static const char __attribute__((used)) big[3 << 20] = { 1 }; " + XenSource.GOOD);
        full(
                "large-zero",
                "section-size",
                "static char __attribute__((used)) big[3 << 20]; " + XenSource.GOOD);
        full("many-sections", "section-count", many(1030) + XenSource.GOOD);
        full("some-sections", "", many(500) + XenSource.GOOD);
        full("modinfo", "", modinfo("suture=1\\\\0") + XenSource.GOOD);
        full("modinfo-open", "modinfo-form", modinfo("suture=1") + XenSource.GOOD);
        add(
                "modinfo-empty",
                "modinfo-empty",
                Use.ALONE,
                XenSource.GOOD + "asm(\".section .modinfo,\\\"a\\\"\");");
    }

    /** Hooks that return 0: those that may stop an action are asked for a result. */
    private static String hook(String kind, String function, int count) {
        return "static int %s(void *p) { return 0; } static void *const __attribute__((used, section(\".livepatch.hooks.%s\"))) hook_%s[%d] = { %s, };"
                .formatted(function + "_" + kind, kind, kind, count, function + "_" + kind)
                .replace("{ " + function, "{ [0 ... " + (count - 1) + "] = " + function);
    }

    private static String many(int count) {
        return "asm(\".altmacro\\n.macro one n\\n.section .suture.\\\\n,\\\"a\\\"\\n.byte"
                + " 1\\n.endm\\n.set i, 0\\n.rept "
                + count
                + "\\none %i\\n.set i, i + 1\\n.endr\\n.text\");";
    }

    static String modinfo(String text) {
        return "asm(\".pushsection .modinfo,\\\"a\\\"\\n.ascii \\\""
                + text
                + "\\\"\\n.popsection\");";
    }

    private void notes() throws IOException {
        XenSource good = XenSource.of("note", XenSource.GOOD);
        add("note-missing", Use.FULL, good.anonymous().renamed("no-id"));
        add("note-missing", Use.FULL, good.on("").renamed("no-depends"));
        add("note-missing", Use.FULL, good.forXen("").renamed("no-xen-depends"));
        add("other-layer", Use.FULL, good.on("00".repeat(20)).renamed("other-layer"));
        add("other-hypervisor", Use.FULL, good.forXen("00".repeat(20)).renamed("other-xen"));
        add(
                "other-hypervisor",
                Use.FULL,
                good.forXen(good.xenDepends() + "00").renamed("longer-xen"));
        Bytes file = good.renamed("note-base").build(scratch);
        for (String section :
                List.of(".livepatch.depends", ".livepatch.xen_depends", ".note.gnu.build-id")) {
            int at = XenEdit.of(file).content(section);
            String name = section.substring(section.lastIndexOf('.') + 1);
            edited(name + "-type", "note-form", Use.FULL, XenEdit.of(file).u32(at + 8, 2).done());
            edited(
                    name + "-owner",
                    "note-form",
                    Use.FULL,
                    XenEdit.of(file).u8(at + 13, 'X').done());
            edited(
                    name + "-short",
                    "note-form",
                    Use.FULL,
                    XenEdit.of(file).size(section, 12).done());
            edited(name + "-long", "note-form", Use.FULL, XenEdit.of(file).u32(at + 4, 21).done());
            edited(name + "-empty", "note-form", Use.FULL, XenEdit.of(file).u32(at + 4, 0).done());
            edited(
                    name + "-gone",
                    "note-missing",
                    Use.FULL,
                    XenEdit.of(file).size(section, 0).done());
        }
    }

    private void tables() throws IOException {
        full("bugs", "", table(".bug_frames.1", "aw", ".long 0, 0") + XenSource.GOOD);
        full(
                "bugs-odd",
                "table-size",
                table(".bug_frames.1", "a", ".long 0, 0, 0") + XenSource.GOOD);
        full(
                "exceptions-odd",
                "table-size",
                table(".ex_table", "a", ".long 0, 0, 0") + XenSource.GOOD);
        full(
                "exceptions",
                "",
                table(".ex_table", "a", ".long fresh - ., fresh - .") + XenSource.GOOD);
        String replacement = table(".altinstr_replacement", "ax", "3: .byte 0x66, 0x90\\n4:");
        String site = "asm(\".text\\n1: .byte 0x66, 0x90\\n2:\");";
        String entry = "%s - ., %s - .\\n.word %d\\n.byte %s";
        String right = entry.formatted("1b", "3b", 0, "2, 2, 0, 0");
        full("alternative", "", site + replacement + alternatives(right) + XenSource.GOOD);
        full(
                "alternative-odd",
                "table-size",
                site + replacement + alternatives(right + ", 0") + XenSource.GOOD);
        full(
                "alternative-alone",
                "alternative-code",
                site + alternatives(entry.formatted("1b", "1b", 0, "2, 2, 0, 0")) + XenSource.GOOD);
        full(
                "alternative-site",
                "alternative-site",
                site
                        + replacement
                        + alternatives(
                                entry.formatted("3b", "3b", 0, "2, 2, 0, 0")
                                        .replace("3b - ., 3b", "list - ., 3b"))
                        + XenSource.GOOD);
        full(
                "alternative-from",
                "alternative-replacement",
                site
                        + replacement
                        + alternatives(entry.formatted("1b", "1b", 0, "2, 2, 0, 0"))
                        + XenSource.GOOD);
        full(
                "alternative-none",
                "",
                site + replacement + table(".altinstructions", "a", "") + XenSource.GOOD);
        add(
                "alternative-size",
                "alternative-size",
                Use.ALONE,
                site
                        + replacement
                        + alternatives(entry.formatted("1b", "3b", 0, "1, 2, 0, 0"))
                        + XenSource.GOOD);
    }

    private static String alternatives(String entry) {
        return table(".altinstructions", "a", ".long " + entry);
    }

    private static String table(String section, String flags, String content) {
        return "asm(\".pushsection %s,\\\"%s\\\"\\n%s\\n.popsection\");"
                .formatted(section, flags, content);
    }
}
