package suture.trial;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What to try on a hypervisor.
 *
 * @param hypervisor the boot image, an ELF file of 32 bits, packed with gzip or not
 * @param payloads the payloads, applied in this order and reverted in the opposite one
 * @param exercise a C file with a function {@code exercise}, or null
 * @param expectation what must happen
 * @param limit how long the whole may take
 */
public record XenTrialPlan(
        Path hypervisor,
        List<Payload> payloads,
        @Nullable Path exercise,
        Expectation expectation,
        Duration limit) {

    /**
     * One payload.
     *
     * @param name what it is called in the hypervisor
     * @param file its bytes
     * @param again whether it may be applied after it was reverted: it has no writable data
     * @param alone whether it is for the bare hypervisor, so that it may replace others
     */
    public record Payload(String name, Bytes file, boolean again, boolean alone) {}

    public XenTrialPlan {
        payloads = List.copyOf(payloads);
    }

    /** The steps: there, back, there again, in the place of all others, and away. */
    List<XenStep> steps() {
        List<XenStep> steps = new ArrayList<>();
        look("before", steps);
        for (Payload payload : payloads) {
            steps.add(XenStep.upload(payload.name(), payload.file()).orEnd());
            steps.add(XenStep.of(XenAction.APPLY, payload.name()).orEnd());
        }
        steps.add(XenStep.of(XenAction.LIST, ""));
        look("during", steps);
        List<Payload> back = new ArrayList<>(payloads);
        Collections.reverse(back);
        back.forEach(payload -> steps.add(XenStep.of(XenAction.REVERT, payload.name()).orEnd()));
        look("between", steps);
        again(back, steps);
        back.forEach(payload -> steps.add(XenStep.of(XenAction.UNLOAD, payload.name())));
        steps.add(XenStep.of(XenAction.LIST, ""));
        look("after", steps);
        return steps;
    }

    private void again(List<Payload> back, List<XenStep> steps) {
        if (payloads.stream().allMatch(Payload::again)) {
            payloads.forEach(
                    payload -> steps.add(XenStep.of(XenAction.APPLY, payload.name()).orEnd()));
            back.forEach(
                    payload -> steps.add(XenStep.of(XenAction.REVERT, payload.name()).orEnd()));
        }
        Payload last = back.getFirst();
        if (last.alone() && last.again()) {
            Payload first = payloads.getFirst();
            if (payloads.size() > 1 && first.again()) {
                steps.add(XenStep.of(XenAction.APPLY, first.name()));
            }
            steps.add(XenStep.of(XenAction.REPLACE, last.name()).orEnd());
            steps.add(XenStep.of(XenAction.REVERT, last.name()).orEnd());
        }
    }

    private void look(String phase, List<XenStep> steps) {
        steps.add(XenStep.of(XenAction.OBSERVE, phase));
        if (exercise != null) {
            steps.add(XenStep.of(XenAction.EXERCISE, phase));
        }
    }
}
