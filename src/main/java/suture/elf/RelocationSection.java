package suture.elf;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A section of type SHT_REL or SHT_RELA with what it says.
 *
 * @param section the section itself
 * @param target the section it applies to; null for the dynamic ones of a linked file, which name
 *     none
 * @param explicitAddend whether the addends stand in the entries (SHT_RELA)
 * @param entries in the order of the file
 */
public record RelocationSection(
        Section section,
        @Nullable Section target,
        boolean explicitAddend,
        List<Relocation> entries) {}
