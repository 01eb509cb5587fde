package suture.target.xen.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.bytes.Bytes;
import suture.elf.ElfReader;
import suture.exec.Progress;
import suture.exec.ToolFailure;
import suture.finding.Finding;
import suture.trial.Ending;
import suture.trial.Expectation;
import suture.trial.Step;
import suture.trial.TrialReport;
import suture.trial.TrialReport.Outcome;
import suture.trial.XenTrial;
import suture.trial.XenTrialPlan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Whole trials on the stock hypervisor: what a payload does, and what a broken one leaves. */
@Tag("emulator")
class XenTrialTest {
    @TempDir Path scratch;

    /** Prints the hypervisor's extra version, which the payload changes. */
    private static final String PROBE =
            """
            #include "guest.h"
            int exercise(const char *phase)
            {
                static char text[64];

                hypercall(17, 1, (long)text, 0, 0, 0);
                say(text);
                say("\\n");
                return *phase == %s;
            }
            """;

    private TrialReport run(String name, String body, Expectation wanted, @Nullable String probe)
            throws IOException {
        Bytes file = XenSource.of(name, body).build(scratch);
        PayloadTraits traits = PayloadTraits.of(ElfReader.read(name, file));
        Path exercise = probe == null ? null : Files.writeString(scratch.resolve("probe.c"), probe);
        XenTrialPlan plan =
                new XenTrialPlan(
                        XenSource.image(),
                        List.of(
                                new XenTrialPlan.Payload(
                                        name, file, traits.again(), !traits.veto())),
                        exercise,
                        wanted,
                        Duration.ofSeconds(60));
        return XenTrial.run(plan, Files.createTempDirectory(scratch, "run"), Progress.SILENT);
    }

    private static List<String> steps(TrialReport report) {
        return report.steps().stream().map(Step::title).toList();
    }

    @Test
    void allStepsOfAGoodPayload() throws IOException {
        TrialReport report = run("good", XenSource.GOOD, Expectation.WORKS, PROBE.formatted("'x'"));
        assertThat(report.findings()).isEmpty();
        assertThat(report.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(report.release()).isEqualTo("Xen 4.17.5");
        assertThat(report.facts()).containsEntry("build-id", XenSource.xen().buildId().hex());
        assertThat(steps(report))
                .containsSubsequence(
                        "boot",
                        "exercise before",
                        "upload good",
                        "apply good",
                        "exercise during",
                        "revert good",
                        "apply good",
                        "revert good",
                        "replace good",
                        "revert good",
                        "unload good",
                        "exercise after");
        assertThat(report.steps())
                .filteredOn(step -> step.title().equals("exercise during"))
                .singleElement()
                .extracting(Step::output)
                .isEqualTo(List.of("+OK"));
    }

    @Test
    void aPayloadWithDataIsNotAppliedTwice() throws IOException {
        TrialReport report =
                run(
                        "data",
                        "static int __attribute__((used)) n = 1; " + XenSource.GOOD,
                        Expectation.WORKS,
                        null);
        assertThat(report.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(steps(report)).containsOnlyOnce("apply data").doesNotContain("replace data");
    }

    @Test
    void aRefusalIsTheHypervisorsOwn() throws IOException {
        String bad = "FN(\"+N\") LIST(E(.name = \"no_such_one\"))";
        TrialReport report = run("bad", bad, Expectation.WORKS, null);
        assertThat(report.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(report.refusals())
                .singleElement()
                .satisfies(refusal -> {
                    assertThat(refusal.errno()).isEqualTo("ENOENT");
                    assertThat(refusal.log().toString()).contains("no_such_one");
                });
        assertThat(steps(report)).doesNotContain("apply bad");
        assertThat(run("bad", bad, Expectation.REFUSED, null).outcome()).isEqualTo(Outcome.PASSED);
        assertThat(run("fine", XenSource.GOOD, Expectation.REFUSED, null).findings())
                .extracting(Finding::rule)
                .containsExactly("not-refused");
    }

    @Test
    void whatAPayloadLeavesBehindIsSeen() throws IOException {
        TrialReport report =
                run(
                        "twice",
                        "FN(\"+A\") const char *second(void) { return \"+B\"; }"
                                + " LIST(EXTRA(), EXTRA(.fresh = second))",
                        Expectation.WORKS,
                        null);
        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.findings()).extracting(Finding::rule).contains("not-as-before");
    }

    @Test
    void aCrashIsAPanicAtItsStep() throws IOException {
        TrialReport report =
                run(
                        "crash",
                        "const char *fresh(void) { *(volatile int *)8 = 1; return \"\"; }"
                                + " LIST(EXTRA())",
                        Expectation.WORKS,
                        null);
        assertThat(report.ending()).isEqualTo(Ending.PANIC);
        assertThat(report.findings())
                .filteredOn(finding -> finding.rule().equals("panic"))
                .singleElement()
                .extracting(Finding::place)
                .isEqualTo("observe during");
    }

    @Test
    void anExerciseFailsInItsPhase() throws IOException {
        TrialReport report = run("good", XenSource.GOOD, Expectation.WORKS, PROBE.formatted("'d'"));
        assertThat(report.findings())
                .filteredOn(Finding::refuses)
                .singleElement()
                .extracting(Finding::place)
                .isEqualTo("exercise during");
        assertThatThrownBy(() -> run("good", XenSource.GOOD, Expectation.WORKS, "no C"))
                .isInstanceOf(ToolFailure.class)
                .hasMessageContaining("probe.c");
    }
}
