package suture.trial;

import suture.finding.Finding;
import suture.target.xen.XenError;
import suture.trial.TrialReport.Outcome;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Draws the findings from what a guest of Xen left behind. */
final class XenJudge {
    private static final int SHOWN = 24;

    /**
     * What Xen says when it has found itself broken ({@code arch/x86/traps.c}, {@code
     * common/bug.c}).
     */
    private static final Pattern COMPLAINT =
            Pattern.compile(
                    "Xen (WARN|BUG) at |Assertion '.*' failed|Panic on CPU|FATAL|DOUBLE FAULT"
                            + "|----\\[ Xen-|SYSTEM MIGHT BE INSECURE|Hardware Dom0 crashed");

    private final XenTrialPlan plan;
    private final Run run;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();

    XenJudge(XenTrialPlan plan, Run run) {
        this.plan = plan;
        this.run = run;
    }

    TrialReport report() {
        List<Step> steps = run.transcript().steps();
        steps.forEach(this::step);
        ending();
        same("observe");
        same("exercise");
        if (plan.expectation() == Expectation.REFUSED && refusals.isEmpty()) {
            error("not-refused", "upload", "", "the hypervisor takes it", "");
        }
        boolean refused = findings.stream().anyMatch(f -> f.rule().equals("refused"));
        boolean failed = findings.stream().anyMatch(Finding::refuses);
        String version = run.transcript().facts().getOrDefault("extraversion", "");
        return new TrialReport(
                refused ? Outcome.REFUSED : failed ? Outcome.FAILED : Outcome.PASSED,
                release(version),
                steps,
                refusals,
                findings,
                run.transcript().facts(),
                run.ending(),
                run.console(),
                run.seconds());
    }

    /** As the first look at the hypervisor showed it. */
    private String release(String extra) {
        return steps("observe")
                .findFirst()
                .flatMap(s -> s.output().stream().filter(l -> l.startsWith("version ")).findFirst())
                .map(l -> "Xen " + l.substring("version ".length()) + extra)
                .orElse("");
    }

    private void step(Step step) {
        List<String> complaints =
                step.log().stream().filter(l -> COMPLAINT.matcher(l).find()).toList();
        if (!complaints.isEmpty() && !step.name().equals("boot")) {
            error(
                    "hypervisor-complaint",
                    step.subject(),
                    step.title(),
                    complaints.getFirst(),
                    "read the hypervisor's log of this step; the payload's code is the suspect");
        }
        if (step.status() <= 0) {
            return;
        }
        switch (step.name()) {
            case "boot" ->
                    error(
                            "no-livepatch",
                            step.subject(),
                            "boot",
                            "the hypervisor takes no live patches: " + XenError.name(step.status()),
                            "take one with CONFIG_LIVEPATCH");
            case "exercise" ->
                    error(
                            "exercise-failed",
                            step.subject(),
                            step.title(),
                            "it ended with " + step.status(),
                            "its lines of output say how far it came");
            default -> refusal(step);
        }
    }

    private void refusal(Step step) {
        Refusal refusal = new Refusal(step.subject(), XenError.name(step.status()), words(step));
        refusals.add(refusal);
        boolean wanted =
                plan.expectation() == Expectation.REFUSED
                        && (step.name().equals("upload") || step.name().equals("apply"));
        if (!wanted) {
            String log = refusal.log().isEmpty() ? "" : ": " + String.join("; ", refusal.log());
            error(
                    "refused",
                    step.subject(),
                    step.title(),
                    "the hypervisor answers " + refusal.errno() + log,
                    "run suture verify on the payload: it names the rule");
        }
    }

    /** What the hypervisor said in the step; with another port for steps, what it said of it. */
    private List<String> words(Step step) {
        if (!step.log().isEmpty()) {
            return step.log().stream().distinct().toList();
        }
        String mark = "livepatch: " + step.subject() + ": ";
        return run.console().stream()
                .filter(line -> line.contains(mark))
                .map(line -> line.substring(line.indexOf(mark)))
                .distinct()
                .toList();
    }

    private void ending() {
        String where =
                run.transcript().steps().isEmpty()
                        ? "boot"
                        : run.transcript().steps().getLast().title();
        String rule =
                switch (run.ending()) {
                    case COMPLETE -> "";
                    case PANIC -> "panic";
                    case RESET -> "reset";
                    case DEADLINE -> "deadline";
                };
        if (!rule.isEmpty()) {
            List<String> tail =
                    run.console()
                            .subList(
                                    Math.max(0, run.console().size() - SHOWN),
                                    run.console().size());
            error(
                    rule,
                    plan.hypervisor().getFileName().toString(),
                    where,
                    "the machine did not come through: " + String.join("; ", tail),
                    "all that the hypervisor said is shown with --console");
        }
    }

    /** What was seen before must be seen after; what is seen during should differ. */
    private void same(String what) {
        List<String> before = shown(what, "before");
        List<String> during = shown(what, "during");
        if (before.isEmpty() || during.isEmpty()) {
            return;
        }
        if (what.equals("exercise") && before.equals(during)) {
            findings.add(
                    Finding.note(
                            "no-effect-shown",
                            what,
                            "during",
                            "it prints the same before and during"));
        }
        for (String phase : List.of("between", "after")) {
            List<String> then = shown(what, phase);
            if (!then.isEmpty() && !then.equals(before)) {
                notAsBefore(
                        what, phase, "after the revert it shows " + then + ", before " + before);
            }
        }
    }

    /** The hypervisor's version cannot change by itself; what an exercise prints may. */
    private void notAsBefore(String what, String phase, String message) {
        String remedy = "the payload left something behind; see its hooks";
        findings.add(
                what.equals("observe")
                        ? Finding.error("not-as-before", what, phase, message, remedy)
                        : Finding.warning("not-as-before", what, phase, message, remedy));
    }

    private List<String> shown(String what, String phase) {
        return steps(what)
                .filter(step -> step.subject().equals(phase) && !step.open())
                .map(Step::output)
                .findFirst()
                .orElse(List.of());
    }

    private Stream<Step> steps(String name) {
        return run.transcript().steps().stream().filter(step -> step.name().equals(name));
    }

    private void error(String rule, String subject, String place, String message, String remedy) {
        String about =
                subject.isEmpty()
                        ? Objects.toString(plan.hypervisor().getFileName(), "hypervisor")
                        : subject;
        findings.add(Finding.error(rule, about, place, message, remedy));
    }
}
