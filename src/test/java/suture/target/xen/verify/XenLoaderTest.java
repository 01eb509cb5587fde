package suture.target.xen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.finding.Finding;
import suture.target.xen.XenError;
import suture.target.xen.verify.XenVariants.Use;
import suture.target.xen.verify.XenVariants.Variant;
import suture.trial.Expectation;
import suture.trial.Step;
import suture.trial.XenAction;
import suture.trial.XenStep;
import suture.trial.XenTrial;
import suture.trial.XenTrialPlan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is predicted against what the stock hypervisor does, payload by payload. */
class XenLoaderTest {
    /** Said of every payload with writable data, whatever else it has. */
    private static final String DATA = "not-reappliable";

    @TempDir static Path scratch;

    private static List<Variant> variants = List.of();

    @BeforeAll
    static void build() throws IOException {
        variants = XenVariants.build(scratch);
    }

    private static Verdict act(PayloadStack stack, XenStep step) {
        return switch (step.action()) {
            case UPLOAD -> stack.upload(step.name(), step.payload());
            case APPLY -> stack.apply(step.name());
            case REVERT -> stack.revert(step.name());
            case REPLACE -> stack.replace(step.name());
            case UNLOAD -> stack.unload(step.name());
            case OBSERVE, GET, LIST, EXERCISE ->
                    throw new IllegalArgumentException(step.toString());
        };
    }

    private static List<Step> replay(List<XenStep> steps) throws IOException {
        XenTrialPlan plan =
                new XenTrialPlan(
                        XenSource.image(),
                        List.of(),
                        null,
                        Expectation.WORKS,
                        Duration.ofSeconds(120));
        return XenTrial.replay(plan, steps, Files.createTempDirectory(scratch, "replay")).stream()
                .filter(step -> !step.name().equals("boot"))
                .toList();
    }

    private static String shown(Step step) {
        return step.open()
                ? "crash"
                : step.status() == 0 ? "0" : "-" + XenError.name(step.status());
    }

    /** Both sides of each step, for all variants. */
    private static void same(List<XenStep> steps) throws IOException {
        PayloadStack stack = new PayloadStack(XenSource.xen());
        List<Step> actual = replay(steps);
        StringBuilder table = new StringBuilder();
        SoftAssertions all = new SoftAssertions();
        for (int i = 0; i < steps.size(); i++) {
            XenStep step = steps.get(i);
            String title = step.action() + " " + step.name();
            Verdict predicted = act(stack, step);
            String seen = i < actual.size() ? shown(actual.get(i)) : "nothing";
            table.append("%-45s %-14s %s%n".formatted(title, predicted.reply(), seen));
            all.assertThat(seen)
                    .as(
                            title
                                    + " "
                                    + predicted.findings()
                                    + (i < actual.size() ? actual.get(i).log() : ""))
                    .isEqualTo(predicted.reply().toString());
        }
        Files.writeString(
                Path.of("target/xen-replies.txt"),
                table,
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.APPEND);
        all.assertAll();
    }

    @Test
    @Tag("kernel")
    void eachVariantBreaksItsRule() throws IOException {
        SoftAssertions all = new SoftAssertions();
        RunningXen xen = XenSource.xen();
        for (Variant variant : variants) {
            PayloadStack stack = new PayloadStack(xen);
            List<Finding> findings =
                    new ArrayList<>(stack.upload(variant.name(), variant.file()).findings());
            if (stack.payload(variant.name()) != null && variant.use() == Use.FULL) {
                findings.addAll(stack.apply(variant.name()).findings());
            }
            List<String> rules =
                    findings.stream()
                            .map(Finding::rule)
                            .filter(rule -> !rule.equals(DATA) || variant.rule().equals(DATA))
                            .distinct()
                            .toList();
            all.assertThat(rules.isEmpty() ? "" : rules.getFirst())
                    .as(variant.name() + " " + findings)
                    .isEqualTo(variant.rule());
        }
        all.assertAll();
    }

    @Test
    @Tag("emulator")
    void repliesAreThoseOfTheHypervisor() throws IOException {
        List<XenStep> steps = new ArrayList<>();
        for (Variant variant : variants) {
            if (variant.use() != Use.ALONE) {
                steps.add(XenStep.upload(variant.name(), variant.file()));
            }
            if (variant.use() == Use.FULL) {
                steps.add(XenStep.of(XenAction.APPLY, variant.name()));
                steps.add(XenStep.of(XenAction.REVERT, variant.name()));
            }
            if (variant.use() != Use.ALONE) {
                steps.add(XenStep.of(XenAction.UNLOAD, variant.name()));
            }
        }
        same(steps);
    }

    @Test
    @Tag("emulator")
    void crashesArePredicted() throws IOException {
        for (Variant variant : variants) {
            if (variant.use() == Use.ALONE) {
                same(List.of(XenStep.upload(variant.name(), variant.file())));
            }
        }
        assertThat(variants).anyMatch(variant -> variant.use() == Use.ALONE);
    }
}
