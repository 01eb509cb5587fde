package suture.target.xen.payload;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfWriter;
import suture.finding.Finding;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** From plans to a payload. */
public final class PayloadEmitter {
    /** {@code LIVEPATCH_MAX_SIZE} of Xen 4.17 {@code xen/include/xen/livepatch.h}. */
    private static final int MOST = 2 << 20;

    /** {@code KSYM_NAME_LEN} of Xen 4.17 {@code xen/include/xen/symbols.h}; longer ones are cut. */
    private static final int LONGEST_NAME = 127;

    private static final int NT_GNU_BUILD_ID = 3;
    private static final int MARK = 8;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private final Facts facts;
    private final Running running;
    private final Draft draft;
    private final SequencedSet<Finding> findings = new LinkedHashSet<>();

    /**
     * What a payload says about itself.
     *
     * @param name what it is called
     * @param release the version of the hypervisor it is for
     * @param patches the text of the source patches it is made of
     */
    public record Facts(String name, String release, Bytes patches) {}

    private PayloadEmitter(List<XenUnit> units, Facts facts, Running running) {
        this.facts = facts;
        this.running = running;
        this.draft = new Draft(units.getFirst().plan().patched().header());
    }

    /**
     * Makes the payload.
     *
     * @param units all units of the plan, at least one, proven
     */
    public static Payload emit(List<XenUnit> units, Facts facts, Running running) {
        return new PayloadEmitter(units, facts, running).run(units);
    }

    private Payload run(List<XenUnit> units) {
        List<Finding> said = new ArrayList<>();
        Placement placement = new Placement(draft, said);
        units.forEach(placement::place);
        Binder binder = new Binder(draft, placement, running, said);
        units.forEach(binder::learn);
        units.forEach(binder::bind);
        List<PatchedFunction> functions =
                new FunctionTable(draft, placement, running, said).write(units);
        said.addAll(HookSections.check(draft));
        findings.addAll(said);
        if (functions.isEmpty() && !HookSections.any(draft)) {
            findings.add(
                    Finding.error(
                            "no-replacement",
                            "the patch",
                            "",
                            "it replaces no running function and has no hook",
                            "a live patch needs at least one changed function that runs already"));
        }
        if (refused()) {
            return new Payload(null, Bytes.EMPTY, functions, List.copyOf(findings));
        }
        checkAlternatives();
        checkState();
        return content(functions);
    }

    private boolean refused() {
        return findings.stream().anyMatch(Finding::refuses);
    }

    /** The loader wants the section of replacements even if all of them are empty. */
    private void checkAlternatives() {
        boolean sites = draft.parts().stream().anyMatch(p -> p.name().equals(".altinstructions"));
        if (sites) {
            draft.part(
                    ".altinstr_replacement", Elf.SHT_PROGBITS, Elf.SHF_ALLOC | Elf.SHF_EXECINSTR);
        }
    }

    /** {@code safe_to_reapply} of Xen 4.17 {@code xen/common/livepatch.c}. */
    private void checkState() {
        for (Part part : draft.parts()) {
            if ((part.flags() & Elf.SHF_WRITE) != 0 && part.size() > 0) {
                findings.add(
                        Finding.note(
                                "not-reappliable",
                                part.name(),
                                facts.name(),
                                "the payload has new variables: once reverted, it must be unloaded"
                                        + " and uploaded again before it can be applied again"));
            }
        }
    }

    private Payload content(List<PatchedFunction> functions) {
        note(".livepatch.depends", running.below());
        note(".livepatch.xen_depends", running.hypervisor());
        ByteSink info = new ByteSink(ORDER);
        info.cstring("name=" + facts.name());
        info.cstring("suture_xen=" + facts.release());
        part(".modinfo", info.toBytes(), Elf.SHF_ALLOC);
        if (!facts.patches().isEmpty()) {
            part(Payload.PATCHES, facts.patches(), 0);
        }
        Bytes id = draft.digest();
        note(".note.gnu.build-id", id);
        String mark = '~' + id.hex().substring(0, MARK);
        checkNames(mark);
        Bytes content = ElfWriter.write(draft.finish(facts.name(), mark));
        if (content.size() > MOST) {
            findings.add(
                    Finding.error(
                            "payload-too-large",
                            facts.name(),
                            "",
                            "it has " + content.size() + " bytes, the hypervisor takes " + MOST,
                            "split the patch"));
        }
        boolean refused = refused();
        return new Payload(
                refused ? null : content,
                refused ? Bytes.EMPTY : id,
                functions,
                List.copyOf(findings));
    }

    private void checkNames(String mark) {
        for (Label label : draft.labels()) {
            if (label.name(mark).length() > LONGEST_NAME) {
                findings.add(
                        Finding.error(
                                "long-name",
                                label.name(),
                                "",
                                "the hypervisor cuts names after " + LONGEST_NAME + " characters",
                                "give it a shorter name"));
            }
        }
    }

    private void part(String name, Bytes content, long flags) {
        draft.part(name, Elf.SHT_PROGBITS, flags).append(content, content.size(), 1);
    }

    private void note(String section, Bytes id) {
        ByteSink note = new ByteSink(ORDER);
        note.u32(4).u32(id.size()).u32(NT_GNU_BUILD_ID).cstring("GNU").put(id).align(4);
        draft.part(section, Elf.SHT_NOTE, Elf.SHF_ALLOC).append(note.toBytes(), note.size(), 4);
    }
}
