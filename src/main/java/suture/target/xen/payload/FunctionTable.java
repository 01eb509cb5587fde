package suture.target.xen.payload;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.finding.Finding;
import suture.plan.Replacement;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * {@code .livepatch.funcs}: a packed array of {@code struct livepatch_func}, version 2 (Xen 4.17
 * {@code xen/include/public/sysctl.h}):
 *
 * <pre>
 *   name        0   8  pointer to the name that is looked up
 *   new_addr    8   8
 *   old_addr   16   8  0: look the name up
 *   new_size   24   4
 *   old_size   28   4
 *   version    32   1  2
 *   opaque     33  39  the hypervisor's own
 *   expect     72   1  enabled:1, len:5, rsv:2
 *   data       73  31  what the first len bytes must be
 * </pre>
 */
final class FunctionTable {
    static final String NAME = ".livepatch.funcs";

    private static final int ENTRY = 104;
    private static final int VERSION = 2;
    private static final int OPAQUE = 39;
    private static final int DATA = 31;
    private static final int JUMP = 5;
    private static final int ENDBR64 = 0xfa1e_0ff3;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private final Draft draft;
    private final Placement placement;
    private final Running running;
    private final List<Finding> findings;
    private final Set<String> names = new HashSet<>();
    private final List<PatchedFunction> functions = new ArrayList<>();

    FunctionTable(Draft draft, Placement placement, Running running, List<Finding> findings) {
        this.draft = draft;
        this.placement = placement;
        this.running = running;
        this.findings = findings;
    }

    List<PatchedFunction> write(List<XenUnit> units) {
        for (XenUnit unit : units) {
            unit.plan().replacements().forEach(replacement -> function(unit, replacement));
        }
        return List.copyOf(functions);
    }

    private void function(XenUnit unit, Replacement replacement) {
        String name = unit.name(replacement.original());
        Running.Function old = running.function(name);
        if (old == null) {
            refuse(
                    "run-pre-missing",
                    unit,
                    name,
                    "the hypervisor's table has no one function of that name",
                    "give the source of the running hypervisor");
            return;
        }
        if (!names.add(old.name())) {
            refuse(
                    "replaced-twice",
                    unit,
                    name,
                    "two entries would replace it; the hypervisor would not find its way back",
                    "change it in one place");
            return;
        }
        boolean marked = old.start().size() >= 4 && old.start().s32(0, ORDER) == ENDBR64;
        int needed = JUMP + (marked ? 4 : 0);
        if (old.size() < needed) {
            refuse(
                    "function-too-small",
                    unit,
                    name,
                    "it has " + old.size() + " bytes, the jump to its new body needs " + needed,
                    "change its callers instead");
            return;
        }
        entry(old, placement.body(replacement));
    }

    private void entry(Running.Function old, Label body) {
        Bytes expected = old.start().slice(0, Math.min(DATA, old.start().size()));
        int length = Math.toIntExact(expected.size());
        Part strings = draft.part(".livepatch.strings", Elf.SHT_PROGBITS, Elf.SHF_ALLOC);
        Bytes text = new ByteSink(ORDER).cstring(old.name()).toBytes();
        long name = strings.append(text, text.size(), 1);
        ByteSink entry = new ByteSink(ORDER);
        entry.u64(0).u64(0).u64(0).u32(body.size()).u32(old.size()).u8(VERSION).zeros(OPAQUE);
        entry.u8(length == 0 ? 0 : 1 | length << 1).put(expected).zeros(DATA - length);
        Part table = draft.part(NAME, Elf.SHT_PROGBITS, Elf.SHF_ALLOC);
        long at = table.append(entry.toBytes(), ENTRY, 8);
        table.fix(new Part.Fixup(at, Binder.ABSOLUTE_64, strings.own(), name));
        Part text64 = Objects.requireNonNull(body.part());
        table.fix(new Part.Fixup(at + 8, Binder.ABSOLUTE_64, text64.own(), body.value()));
        functions.add(new PatchedFunction(old.name(), old.size(), body.size(), length));
    }

    private void refuse(String rule, XenUnit unit, String name, String message, String remedy) {
        findings.add(Finding.error(rule, name, unit.plan().unit(), message, remedy));
    }
}
