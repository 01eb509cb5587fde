package suture.target.xen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.bytes.Bytes;
import suture.elf.ElfReader;
import suture.elf.Note;
import suture.finding.Finding;
import suture.trial.Step;
import suture.trial.XenAction;
import suture.trial.XenStep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Several payloads in one hypervisor: order, stacking, replacing, names of each other. */
class XenStackTest {
    @TempDir Path scratch;

    private Bytes good(String name) throws IOException {
        return XenSource.of(name, "FN(\"+" + name + "\") LIST(EXTRA())").build(scratch);
    }

    private static XenStep step(XenAction action, String name) {
        return XenStep.of(action, name);
    }

    @Test
    @Tag("emulator")
    void orderIsThatOfTheHypervisor() throws IOException {
        Bytes base = good("base");
        XenOracle.same(
                scratch,
                "order",
                List.of(
                        step(XenAction.APPLY, "base"),
                        XenStep.upload("base", base),
                        XenStep.upload("base", good("other")),
                        XenStep.upload("twin", base),
                        step(XenAction.REVERT, "base"),
                        step(XenAction.APPLY, "base"),
                        step(XenAction.APPLY, "base"),
                        step(XenAction.UNLOAD, "base"),
                        step(XenAction.REVERT, "base"),
                        step(XenAction.REVERT, "base"),
                        step(XenAction.APPLY, "base"),
                        step(XenAction.REPLACE, "base"),
                        step(XenAction.REVERT, "base"),
                        step(XenAction.UNLOAD, "base"),
                        step(XenAction.UNLOAD, "base"),
                        XenStep.upload("n".repeat(127), base),
                        step(XenAction.UNLOAD, "n".repeat(127))));
    }

    @Test
    @Tag("emulator")
    void stackingIsThatOfTheHypervisor() throws IOException {
        // Symbols of both would collide: the names of the C functions differ.
        Bytes base = good("base");
        Bytes top = renamed("top", base);
        Bytes expecting =
                XenSource.of(
                                "expecting",
                                "const char *e(void) { return \"+E\"; } static const struct entry"
                                    + " ENTRY elist[] = { { .name = \"xen_extra_version\", .fresh ="
                                    + " e, .fresh_size = 8, .old_size = 12, .version = 2, .expect ="
                                    + " 1 | 4 << 1, .bytes = { 0x48, 0x8d, 0x05, 0 } } };")
                        .build(scratch);
        XenOracle.same(
                scratch,
                "stack",
                List.of(
                        XenStep.upload("collides", good("collides")),
                        XenStep.upload("base", base),
                        step(XenAction.UNLOAD, "collides"),
                        XenStep.upload("base", base),
                        XenStep.upload("top", top),
                        step(XenAction.APPLY, "top"),
                        step(XenAction.APPLY, "base"),
                        step(XenAction.APPLY, "top"),
                        step(XenAction.REVERT, "base"),
                        step(XenAction.REPLACE, "top"),
                        step(XenAction.REVERT, "top"),
                        step(XenAction.REPLACE, "top"),
                        step(XenAction.REVERT, "base"),
                        step(XenAction.UNLOAD, "top"),
                        XenStep.upload("expecting", expecting),
                        step(XenAction.APPLY, "expecting"),
                        step(XenAction.APPLY, "base"),
                        step(XenAction.APPLY, "expecting"),
                        step(XenAction.REPLACE, "expecting"),
                        step(XenAction.APPLY, "base")));
    }

    private Bytes renamed(String name, Bytes below) throws IOException {
        return XenSource.of(
                        name,
                        "const char *upper(void) { return \"+T\"; } static const struct entry ENTRY"
                            + " upper_list[] = { { .name = \"xen_extra_version\", .fresh = upper,"
                            + " .fresh_size = 8, .old_size = 12, .version = 2 } };")
                .on(Objects.requireNonNull(Note.buildId(ElfReader.read(name, below))).hex())
                .build(scratch);
    }

    @Test
    @Tag("emulator")
    void writableDataForbidsToApplyAgain() throws IOException {
        Bytes data =
                XenSource.of("data", "static int __attribute__((used)) n = 1; " + XenSource.GOOD)
                        .build(scratch);
        Bytes hooks =
                XenSource.of(
                                "veto",
                                "static int h(void *p) { return 0; } void *const"
                                    + " __attribute__((used,"
                                    + " section(\".livepatch.hooks.postapply\"))) hook[1] = { h }; "
                                        + XenSource.GOOD)
                        .build(scratch);
        XenOracle.same(
                scratch,
                "again",
                List.of(
                        XenStep.upload("data", data),
                        step(XenAction.APPLY, "data"),
                        step(XenAction.REVERT, "data"),
                        step(XenAction.APPLY, "data"),
                        step(XenAction.REVERT, "data"),
                        step(XenAction.REPLACE, "data"),
                        step(XenAction.REVERT, "data"),
                        step(XenAction.UNLOAD, "data"),
                        XenStep.upload("veto", hooks),
                        step(XenAction.REPLACE, "veto"),
                        step(XenAction.APPLY, "veto"),
                        step(XenAction.REVERT, "veto"),
                        step(XenAction.UNLOAD, "veto")));
        PayloadStack stack = new PayloadStack(XenSource.xen());
        stack.upload("data", data);
        stack.apply("data");
        stack.revert("data");
        assertThat(stack.replace("data").accepted()).isFalse();
    }

    @Test
    @Tag("emulator")
    void payloadsNeedEachOther() throws IOException {
        Bytes library =
                XenSource.of(
                                "library",
                                "const char *fresh_helper(void) { return \"+H\"; } const char"
                                        + " *fresh(void) { return fresh_helper(); } LIST(EXTRA())")
                        .build(scratch);
        Bytes user =
                XenSource.of(
                                "user",
                                "#pragma GCC visibility push(hidden)\n"
                                    + "extern const char *fresh_helper(void); const char *u(void) {"
                                    + " return fresh_helper(); } static const struct entry ENTRY"
                                    + " ulist[] = { { .name = \"xen_deny\", .fresh = u, .fresh_size"
                                    + " = 8, .old_size = 12, .version = 2 } };")
                        .build(scratch);
        XenOracle.same(
                scratch,
                "needs",
                List.of(
                        XenStep.upload("user", user),
                        XenStep.upload("library", library),
                        XenStep.upload("user", user),
                        step(XenAction.UNLOAD, "library"),
                        step(XenAction.UNLOAD, "user")));
        PayloadStack stack = new PayloadStack(XenSource.xen());
        stack.upload("library", library);
        assertThat(stack.upload("user", user).findings())
                .extracting(Finding::rule)
                .containsExactly("needs-payload");
        assertThat(stack.unload("library").findings())
                .extracting(Finding::rule)
                .containsExactly("still-needed");
        PayloadStack other = new PayloadStack(XenSource.xen());
        other.upload("library", library);
        other.upload("user", user);
        other.unload("user");
        assertThat(other.unload("library").accepted()).isTrue();
    }

    /** What the guard is for: the hypervisor says that all is well, and the jump is still there. */
    @Test
    @Tag("emulator")
    void aFunctionListedTwiceStaysPatched() throws IOException {
        Bytes twice =
                XenSource.of(
                                "twice",
                                "FN(\"+A\") const char *second(void) { return \"+B\"; }"
                                        + " LIST(EXTRA(), EXTRA(.fresh = second))")
                        .build(scratch);
        List<Step> steps =
                XenOracle.replay(
                        scratch,
                        List.of(
                                XenStep.upload("twice", twice),
                                step(XenAction.APPLY, "twice"),
                                step(XenAction.REVERT, "twice"),
                                step(XenAction.OBSERVE, "")));
        assertThat(steps).extracting(Step::status).containsOnly(0);
        assertThat(steps.getLast().output()).contains("extraversion +A");
        Verdict verdict = new PayloadStack(XenSource.xen()).upload("twice", twice);
        assertThat(verdict.reply()).isEqualTo(new Reply.Done());
        assertThat(verdict.accepted()).isFalse();
    }
}
