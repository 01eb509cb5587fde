package suture.target.xen.verify;

import static suture.target.xen.XenError.EBUSY;
import static suture.target.xen.XenError.EINVAL;
import static suture.target.xen.XenError.ENOENT;
import static suture.target.xen.XenError.EOPNOTSUPP;
import static suture.target.xen.XenError.ERANGE;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.target.xen.XenError;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The payloads in a hypervisor, and what it would say to each action (Xen {@code
 * common/livepatch.c}: {@code livepatch_action}).
 *
 * <pre>
 *   upload -> checked -apply-> applied -revert-> checked -unload->
 * </pre>
 */
public final class PayloadStack {
    private static final class Slot {
        private final UploadedPayload payload;
        private boolean reverted;
        private Reply last = new Reply.Done();

        Slot(UploadedPayload payload) {
            this.payload = payload;
        }
    }

    private final RunningXen xen;
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private final List<Slot> applied = new ArrayList<>();

    /** A hypervisor without payloads. */
    public PayloadStack(RunningXen xen) {
        this.xen = xen;
    }

    /** Uploads a payload. */
    public Verdict upload(String name, Bytes file) {
        Answers answers = new Answers(name);
        UploadedPayload payload = new Upload(name, this, answers).load(file);
        if (payload != null) {
            slots.put(name, new Slot(payload));
        }
        return new Verdict(answers.reply(), answers.findings());
    }

    /** Brings a payload into force. */
    public Verdict apply(String name) {
        return act(name, this::apply);
    }

    /** Takes a payload out of force. */
    public Verdict revert(String name) {
        return act(name, this::revert);
    }

    /** Brings a payload into force in the place of all others. */
    public Verdict replace(String name) {
        return act(name, this::replace);
    }

    /** Removes a payload. */
    public Verdict unload(String name) {
        return act(name, this::unload);
    }

    /** A payload as it was uploaded; null if there is none of that name. */
    @Nullable UploadedPayload payload(String name) {
        Slot slot = slots.get(name);
        return slot == null ? null : slot.payload;
    }

    @Nullable UploadedPayload withId(Bytes id) {
        return slots.values().stream()
                .map(slot -> slot.payload)
                .filter(payload -> payload.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    RunningXen xen() {
        return xen;
    }

    /** What replaces what; empty for a name that is not loaded. */
    public List<ReplacedFunction> functions(String name) {
        UploadedPayload payload = payload(name);
        return payload == null ? List.of() : payload.functions();
    }

    /** Where a new payload would go. */
    long free() {
        long end = xen.end();
        for (Slot slot : slots.values()) {
            end = Math.max(end, slot.payload.memory().end());
        }
        return end;
    }

    /** What a name stands for: the hypervisor's own, then the payloads'; 0 for nothing. */
    long address(String name) {
        List<Long> own = name.isEmpty() ? List.of() : xen.addresses(name);
        if (!own.isEmpty()) {
            return own.getFirst();
        }
        return slots.values().stream()
                .map(slot -> slot.payload.symbols().get(name))
                .filter(value -> value != null)
                .findFirst()
                .orElse(0L);
    }

    /** The payloads by which a name is resolved; none if the hypervisor has it. */
    List<String> owners(String name) {
        return !xen.addresses(name).isEmpty()
                ? List.of()
                : slots.values().stream()
                        .filter(slot -> slot.payload.symbols().containsKey(name))
                        .map(slot -> slot.payload.name())
                        .limit(1)
                        .toList();
    }

    /** What stands at an address, the jumps of payloads left out; null where nothing is mapped. */
    @Nullable Bytes textAt(long address) {
        if (xen.contains(address)) {
            return xen.isInit(address) ? null : xen.at(address);
        }
        for (Slot slot : slots.values()) {
            Bytes there = slot.payload.memory().at(address);
            if (there != null) {
                return there;
            }
        }
        return null;
    }

    private Verdict act(String name, BiConsumer<Slot, Answers> action) {
        Answers answers = new Answers(name);
        Slot slot = slots.get(name);
        if (slot == null) {
            answers.refuse(
                    ENOENT,
                    "no-such-payload",
                    name,
                    "no payload of that name is loaded",
                    "suture list shows what is loaded");
        } else {
            action.accept(slot, answers);
        }
        return new Verdict(answers.reply(), answers.findings());
    }

    private void apply(Slot slot, Answers answers) {
        if (applied.contains(slot)) {
            unchanged(slot, answers, "it is applied already");
            return;
        }
        String name = slot.payload.name();
        if (slot.reverted && !slot.payload.again()) {
            answers.refuse(
                    EINVAL,
                    "not-reappliable",
                    name,
                    "it was reverted and has writable data",
                    "unload it and upload it again");
            slot.last = answers.reply();
            return;
        }
        Bytes below = applied.isEmpty() ? xen.buildId() : applied.getLast().payload.id();
        depends(slot, below, answers);
        if (!answers.over()) {
            expectations(slot, answers);
        }
        if (!answers.over()) {
            applied.add(slot);
            slot.last = answers.reply();
        }
    }

    private void depends(Slot slot, Bytes below, Answers answers) {
        if (!slot.payload.depends().equals(below)) {
            answers.refuse(
                    EINVAL,
                    "other-layer",
                    ".livepatch.depends",
                    "it goes on build-id "
                            + slot.payload.depends().hex()
                            + ", and the last layer is "
                            + below.hex(),
                    "apply it where it belongs, or build it for this stack");
        }
    }

    private void expectations(Slot slot, Answers answers) {
        for (ReplacedFunction function : slot.payload.functions()) {
            ReplacedFunction.Expected expected = function.expectation();
            if (answers.over() || !expected.enabled()) {
                continue;
            }
            Bytes there = textAt(function.oldAddress());
            long size = expected.bytes().size();
            if (expected.reserved() != 0) {
                refuse(answers, function, "its reserved bits are set");
            } else if (function.oldSize() < size) {
                answers.refuse(
                        ERANGE,
                        "expectation",
                        function.name(),
                        "it expects " + size + " bytes of a function of " + function.oldSize(),
                        "expect fewer bytes");
            } else if (there == null || jumps(function.oldAddress(), size, there)) {
                refuse(answers, function, "a payload has replaced what it expects");
            } else if (!there.contains(0, size) || !there.slice(0, size).equals(expected.bytes())) {
                refuse(
                        answers,
                        function,
                        "it expects "
                                + expected.bytes().hex()
                                + ", and there is "
                                + there.slice(0, Math.min(size, there.size())).hex());
            }
        }
    }

    private static void refuse(Answers answers, ReplacedFunction function, String message) {
        answers.refuse(EINVAL, "expectation", function.name(), message, "build it again");
    }

    /** Whether the jump of an applied payload lies in a piece of the hypervisor. */
    private boolean jumps(long address, long size, Bytes there) {
        long jump = address + FunctionRules.needed(there);
        return applied.stream()
                .flatMap(slot -> slot.payload.functions().stream())
                .anyMatch(other ->
                        other.oldAddress() < address + size
                                && other.oldAddress() + (other.isNop() ? other.newSize() : 5)
                                        > address
                                && (size > jump - address - 5));
    }

    private void revert(Slot slot, Answers answers) {
        if (!applied.contains(slot)) {
            unchanged(slot, answers, "it is not applied");
            return;
        }
        if (applied.getLast() != slot) {
            answers.refuse(
                    EBUSY,
                    "not-on-top",
                    slot.payload.name(),
                    applied.getLast().payload.name() + " was applied after it",
                    "revert that one first");
            return;
        }
        applied.removeLast();
        slot.reverted = true;
        slot.last = new Reply.Done();
    }

    private void replace(Slot slot, Answers answers) {
        if (applied.contains(slot)) {
            unchanged(slot, answers, "it is applied already");
            return;
        }
        depends(slot, xen.buildId(), answers);
        boolean veto =
                slot.payload.veto() || applied.stream().anyMatch(other -> other.payload.veto());
        if (!answers.over() && veto) {
            answers.refuse(
                    EOPNOTSUPP,
                    "replace-hooks",
                    slot.payload.name(),
                    "it, or what it replaces, has hooks that may stop an action",
                    "revert the others and apply it");
        }
        if (answers.over()) {
            return;
        }
        if (slot.reverted && !slot.payload.again()) {
            answers.error(
                    "not-reappliable",
                    slot.payload.name(),
                    "it was reverted and has writable data, which the hypervisor does not look at"
                            + " when it replaces",
                    "unload it and upload it again");
        }
        while (!applied.isEmpty()) {
            applied.removeLast().reverted = true;
        }
        expectations(slot, answers);
        slot.last = answers.reply();
        if (!answers.over()) {
            applied.add(slot);
        }
    }

    private void unload(Slot slot, Answers answers) {
        String name = slot.payload.name();
        if (applied.contains(slot)) {
            answers.refuse(EINVAL, "in-force", name, "it is applied", "revert it first");
            return;
        }
        for (Slot other : slots.values()) {
            if (other.payload.uses().contains(name)) {
                answers.error(
                        "still-needed",
                        name,
                        "payload "
                                + other.payload.name()
                                + " links to it, and the hypervisor unloads it without asking",
                        "unload " + other.payload.name() + " first");
            }
        }
        slots.remove(name);
    }

    /** The hypervisor answers with the result of the last action, whatever that was. */
    private static void unchanged(Slot slot, Answers answers, String message) {
        answers.note("nothing-to-do", slot.payload.name(), message);
        if (slot.last instanceof Reply.Refused(XenError error)) {
            answers.refuse(error, "stale-result", slot.payload.name(), message, "nothing to do");
        }
    }
}
