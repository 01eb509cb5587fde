package suture.target.xen.verify;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Note;
import suture.elf.Section;

import java.util.List;

/**
 * What a payload says of itself, without a hypervisor.
 *
 * @param depends the build-id of what it is applied on
 * @param again whether it may be applied again after a revert
 * @param veto whether it has hooks that forbid to replace others by it
 */
public record PayloadTraits(@Nullable Bytes depends, boolean again, boolean veto) {
    /** Reads them. */
    public static PayloadTraits of(ElfObject payload) {
        Section note = payload.section(".livepatch.depends");
        List<Note> notes = note == null ? List.of() : Note.in(payload, note);
        boolean again =
                payload.sections().stream()
                        .filter(s -> s.has(Elf.SHF_ALLOC | Elf.SHF_WRITE) && s.size() > 0)
                        .allMatch(s -> s.name().equals(FunctionRules.SECTION));
        boolean veto = SectionRules.VETO.stream().anyMatch(name -> payload.section(name) != null);
        return new PayloadTraits(notes.isEmpty() ? null : notes.getFirst().content(), again, veto);
    }
}
