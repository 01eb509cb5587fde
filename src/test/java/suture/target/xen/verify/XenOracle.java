package suture.target.xen.verify;

import org.assertj.core.api.SoftAssertions;

import suture.target.xen.XenError;
import suture.trial.Expectation;
import suture.trial.Step;
import suture.trial.XenStep;
import suture.trial.XenTrial;
import suture.trial.XenTrialPlan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The stock hypervisor, asked what it really does. */
final class XenOracle {
    private XenOracle() {}

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

    static List<Step> replay(Path scratch, List<XenStep> steps) throws IOException {
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
    static void same(Path scratch, String title, List<XenStep> steps) throws IOException {
        PayloadStack stack = new PayloadStack(XenSource.xen());
        List<Step> actual = replay(scratch, steps);
        StringBuilder table = new StringBuilder();
        SoftAssertions all = new SoftAssertions();
        for (int i = 0; i < steps.size(); i++) {
            XenStep step = steps.get(i);
            String name = step.action() + " " + step.name();
            Verdict predicted = act(stack, step);
            String seen = i < actual.size() ? shown(actual.get(i)) : "nothing";
            table.append("%-45s %-14s %s%n".formatted(name, predicted.reply(), seen));
            all.assertThat(seen)
                    .as(
                            name
                                    + " "
                                    + predicted.findings()
                                    + (i < actual.size() ? actual.get(i).log() : ""))
                    .isEqualTo(predicted.reply().toString());
        }
        Files.writeString(
                Files.createDirectories(Path.of("target", "xen-replies")).resolve(title + ".txt"),
                table);
        all.assertAll();
    }
}
