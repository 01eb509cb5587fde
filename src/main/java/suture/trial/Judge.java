package suture.trial;

import org.jspecify.annotations.Nullable;

import suture.finding.Finding;
import suture.trial.TrialReport.Outcome;

import java.util.ArrayList;
import java.util.List;

/** Draws the findings from what a guest left behind. */
final class Judge {
    private static final int SHOWN = 24;
    private final TrialPlan plan;
    private final Run run;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();

    Judge(TrialPlan plan, Run run) {
        this.plan = plan;
        this.run = run;
    }

    TrialReport report() {
        List<Step> steps = run.transcript().steps();
        steps.forEach(this::step);
        ending();
        exercises();
        taint();
        expectation();
        boolean refused =
                !refusals.isEmpty() && findings.stream().anyMatch(f -> f.rule().equals("refused"));
        boolean failed = findings.stream().anyMatch(Finding::refuses);
        return new TrialReport(
                refused ? Outcome.REFUSED : failed ? Outcome.FAILED : Outcome.PASSED,
                run.transcript().facts().getOrDefault("release", ""),
                steps,
                refusals,
                findings,
                run.transcript().facts(),
                run.ending(),
                run.console(),
                run.seconds());
    }

    private void step(Step step) {
        complaints(step);
        if (step.status() <= 0) {
            return;
        }
        String last = step.output().isEmpty() ? "" : ": " + step.output().getLast();
        switch (step.name()) {
            case "boot" ->
                    error(
                            "no-livepatch",
                            step,
                            "the kernel has no /sys/kernel/livepatch",
                            "take a kernel with CONFIG_LIVEPATCH");
            case "module" ->
                    error(
                            "module-failed",
                            step,
                            "the module cannot be loaded" + last,
                            Refusal.of(step).errno().equals("ENODEV")
                                    ? "the emulated machine has not the hardware it asks for; try"
                                            + " the payload where it runs"
                                    : "give the modules it needs with --modules");
            case "load" -> load(step, last);
            case "transition" -> transition(step);
            case "revert" -> revert(step, last);
            case "unload" ->
                    error(
                            "unload-failed",
                            step,
                            "the module cannot be removed" + last,
                            "see what still uses it: the kernel's log of this step");
            case "exercise" -> exercise(step, last);
            default -> error("step-failed", step, "status " + step.status() + last, "see the log");
        }
    }

    private void complaints(Step step) {
        List<String> lines = KernelLog.complaints(step.log());
        if (lines.isEmpty()) {
            return;
        }
        if (step.name().equals("boot")) {
            findings.add(
                    Finding.note(
                            "complaint-at-boot", plan.boot().release(), "boot", lines.getFirst()));
        } else {
            error(
                    "kernel-complaint",
                    step,
                    lines.getFirst(),
                    "read the kernel's log of this step; the code of the payload is the suspect");
        }
    }

    private void load(Step step, String last) {
        if (step.status() == Step.TOOK_TOO_LONG) {
            error(
                    "load-hangs",
                    step,
                    "insmod did not come back in "
                            + plan.limits().command().toSeconds()
                            + " s: "
                            + String.join("; ", step.output()),
                    "look where it sleeps: the payload's init or a callback waits");
            return;
        }
        Refusal refusal = Refusal.of(step);
        refusals.add(refusal);
        if (plan.expectation() == Expectation.WORKS) {
            String log = refusal.log().isEmpty() ? last : ": " + String.join("; ", refusal.log());
            error(
                    "refused",
                    step,
                    "the kernel refuses it with " + refusal.errno() + log,
                    "run suture verify on the payload: it names the reference or the version");
        }
    }

    private void transition(Step step) {
        if (step.status() == 2) {
            error(
                    "not-a-livepatch",
                    step,
                    "the module is loaded and no live patch of that name exists",
                    "its init must call klp_enable_patch and pass the result on");
        } else {
            stuck(step, "patched");
        }
    }

    private void stuck(Step step, String side) {
        String tasks =
                step.stuck().isEmpty()
                        ? "no task is left, the core did not finish"
                        : String.join("; ", step.stuck());
        error(
                "transition-stuck",
                step,
                "after "
                        + plan.limits().transition().toSeconds()
                        + " s tasks are not "
                        + side
                        + ": "
                        + tasks,
                "a task sleeps in, or never leaves, a function that the payload replaces;"
                        + " wake it up or patch its callee instead");
    }

    private void revert(Step step, String last) {
        if (step.status() == 2) {
            error(
                    "revert-refused",
                    step,
                    "the kernel does not disable it" + last,
                    "revert the patches that were loaded after it first");
        } else {
            stuck(step, "reverted");
        }
    }

    private void exercise(Step step, String last) {
        error(
                "exercise-failed",
                step,
                (step.status() == Step.TOOK_TOO_LONG
                                ? "it did not end in " + plan.limits().exercise().toSeconds() + " s"
                                : "it ended with status " + step.status())
                        + last,
                "run it with the same phase by hand; $1 is before, during or after");
    }

    private void ending() {
        String where =
                run.transcript().steps().isEmpty()
                        ? "boot"
                        : run.transcript().steps().getLast().title();
        switch (run.ending()) {
            case COMPLETE -> {}
            case PANIC -> lost("panic", where, "the kernel panicked", traceOnConsole());
            case RESET -> lost("reset", where, "the machine was gone without a word", tail());
            case DEADLINE ->
                    lost(
                            "deadline",
                            where,
                            "not done after " + plan.limits().whole().toSeconds() + " s",
                            tail());
        }
    }

    private void lost(String rule, String where, String what, List<String> lines) {
        findings.add(
                Finding.error(
                        rule,
                        plan.boot().release(),
                        where,
                        what + (lines.isEmpty() ? "" : ": " + String.join("; ", lines)),
                        "what the kernel said last is on the console, shown in whole with"
                                + " --console"));
    }

    /** The console from the first complaint on. */
    private List<String> traceOnConsole() {
        List<String> lines = run.console().stream().map(KernelLog::text).toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!KernelLog.complaints(lines.subList(i, i + 1)).isEmpty()) {
                return lines.subList(i, Math.min(lines.size(), i + SHOWN));
            }
        }
        return tail();
    }

    private List<String> tail() {
        List<String> lines = run.console().stream().map(KernelLog::text).toList();
        return lines.subList(Math.max(0, lines.size() - SHOWN), lines.size());
    }

    private void exercises() {
        Step before = exercised("before");
        Step during = exercised("during");
        Step after = exercised("after");
        if (before == null || during == null || during.open()) {
            return;
        }
        if (before.output().equals(during.output())) {
            findings.add(
                    Finding.note(
                            "no-effect-shown",
                            "exercise",
                            "during",
                            "the exercise prints the same before and during the patch"));
        }
        if (after != null && !after.open() && !before.output().equals(after.output())) {
            findings.add(
                    Finding.warning(
                            "not-as-before",
                            "exercise",
                            "after",
                            "the exercise prints something else after the revert than before it",
                            "see whether the difference is the exercise's own (times, counters)"));
        }
    }

    private @Nullable Step exercised(String phase) {
        for (Step step : run.transcript().steps()) {
            if (step.name().equals("exercise") && step.subject().equals(phase)) {
                return step;
            }
        }
        return null;
    }

    private void taint() {
        long boot = Long.parseLong(run.transcript().facts().getOrDefault("taint-at-boot", "0"));
        long now =
                Long.parseLong(run.transcript().facts().getOrDefault("taint", Long.toString(boot)));
        List<String> added = Taint.added(boot, now);
        if (!added.isEmpty()) {
            findings.add(
                    Finding.error(
                            "tainted",
                            plan.boot().release(),
                            "/proc/sys/kernel/tainted",
                            "the kernel is tainted beyond a live patch: "
                                    + String.join(", ", added),
                            "the step whose log has the complaint is the one to look at"));
        }
    }

    private void expectation() {
        String left = run.transcript().facts().getOrDefault("left", "");
        if (!left.isEmpty() && findings.stream().noneMatch(Finding::refuses)) {
            findings.add(
                    Finding.error(
                            "left-behind",
                            left,
                            "/sys/kernel/livepatch",
                            "patches are still there at the end",
                            "name each payload of the sequence"));
        }
        boolean reached =
                run.ending() == Ending.COMPLETE && findings.stream().noneMatch(Finding::refuses);
        if (plan.expectation() == Expectation.REFUSED && refusals.isEmpty() && reached) {
            findings.add(
                    Finding.error(
                            "not-refused",
                            plan.payloads().getLast().name(),
                            "load",
                            "the kernel takes a payload that it should refuse",
                            "either the prediction is wrong or the payload is not the one meant"));
        }
    }

    private void error(String rule, Step step, String message, String remedy) {
        findings.add(
                Finding.error(
                        rule,
                        step.subject().isEmpty() ? plan.boot().release() : step.subject(),
                        step.title(),
                        message,
                        remedy));
    }
}
