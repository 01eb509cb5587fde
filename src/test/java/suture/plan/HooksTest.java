package suture.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.diff.ObjectDiff;
import suture.diff.Pairs;
import suture.finding.Finding;
import suture.plan.Callback.Moment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a patch asks to be called: by the livepatch core, by Xen, or by nobody. */
class HooksTest {
    private static final String[] OPTIONS =
            "-O2 -fno-pie -ffunction-sections -fdata-sections".split(" ", -1);

    private static final String KPATCH =
            "static struct { int (*fn)(void *); char *objname; } hook"
                    + " __attribute__((used, section(\".kpatch.callbacks.pre_patch\"))) ="
                    + " { added, 0 };";

    private static final String KLP_BUILD =
            "int (*__klp_pre_patch_callback_dummy)(void *)"
                    + " __attribute__((used, section(\".discard.klp_callback_ptrs\"))) = added;";

    @TempDir Path directory;

    private Planner.UnitDiff unit(String name, String hook) throws IOException {
        String source =
                """
                extern int out(int);
                static int state;
                int get(int x) { return state += x; }
                static __attribute__((noinline)) int old(void *object) { return out(state); }
                int use(void) { return old(0); }
                <<|static int added(void *object) { return out(state * 5); }
                %s>>
                """
                        .formatted(hook)
                        .strip();
        ObjectDiff diff = Pairs.diff(directory, source, "gcc-12", OPTIONS);
        assertThat(Planner.concerns(diff)).isTrue();
        return new Planner.UnitDiff(name, "dummy", diff);
    }

    private PatchPlan plan(String hook, Hooks hooks) throws IOException {
        return Planner.plan(List.of(unit("unit.c", hook)), hooks);
    }

    private static List<String> rules(PatchPlan plan) {
        return plan.findings().stream().map(Finding::rule).toList();
    }

    private static String section(String name, String function) {
        return "static int (*const hook)(void *) __attribute__((used, section(\"%s\"))) = %s;"
                .formatted(name, function);
    }

    @ParameterizedTest
    @ValueSource(strings = {".suture.hooks.pre_patch", KPATCH, KLP_BUILD})
    void theLivepatchCoreCallsIt(String how) throws IOException {
        String hook = how.startsWith(".") ? section(how, "added") : how;
        PatchPlan plan = plan(hook, Hooks.LINUX);
        assertThat(rules(plan)).containsExactly("callback");
        UnitPlan unit = plan.units().getFirst();
        assertThat(unit.callbacks())
                .singleElement()
                .satisfies(callback -> {
                    assertThat(callback.moment()).isEqualTo(Moment.PRE_PATCH);
                    assertThat(callback.function().name()).isEqualTo("added");
                });
        assertThat(unit.pieces()).singleElement().hasToString("added");
        assertThat(unit.pieces().getFirst().kind()).isEqualTo(Piece.Kind.CODE);
    }

    @Test
    void eachMomentHasItsName() throws IOException {
        for (Moment moment : Moment.values()) {
            PatchPlan plan =
                    plan(section(".suture.hooks." + moment.member(), "added"), Hooks.LINUX);
            assertThat(plan.units().getFirst().callbacks().getFirst().moment()).isEqualTo(moment);
        }
        assertThat(rules(plan(section(".suture.hooks.sometimes", "added"), Hooks.LINUX)))
                .containsExactly("callback");
        assertThat(plan(section(".suture.hooks.sometimes", "added"), Hooks.LINUX).refused())
                .isTrue();
    }

    @Test
    void whatNobodyCallsIsSaid() throws IOException {
        for (Hooks hooks : List.of(Hooks.NONE, Hooks.XEN)) {
            assertThat(rules(plan(KPATCH, hooks))).containsExactly("hook-not-run");
        }
        String load = section(".livepatch.hooks.load", "added");
        for (Hooks hooks : List.of(Hooks.NONE, Hooks.LINUX)) {
            assertThat(rules(plan(load, hooks))).containsExactly("hook-not-run");
        }
        assertThat(plan(load, Hooks.XEN).units().getFirst().pieces()).hasSize(2);
    }

    /** The function must be one that travels; what runs, or is elsewhere, may not be there yet. */
    @Test
    void aFunctionThatDoesNotTravelIsRefused() throws IOException {
        for (String function : List.of("old", "(int (*)(void *)) out", "0")) {
            PatchPlan plan = plan(section(".suture.hooks.post_patch", function), Hooks.LINUX);
            assertThat(plan.refused()).as(function).isTrue();
            assertThat(rules(plan)).as(function).containsExactly("callback");
        }
    }

    @Test
    void anObjectHasOneForEachMoment() throws IOException {
        Planner.UnitDiff one = unit("one.c", section(".suture.hooks.pre_patch", "added"));
        Planner.UnitDiff other = unit("two.c", section(".suture.hooks.post_patch", "added"));
        assertThat(rules(Planner.plan(List.of(one, other), Hooks.LINUX)))
                .containsExactly("callback", "callback");
        assertThat(rules(Planner.plan(List.of(one, unit("two.c", KPATCH)), Hooks.LINUX)))
                .containsExactly("callback", "several-callbacks");
    }
}
