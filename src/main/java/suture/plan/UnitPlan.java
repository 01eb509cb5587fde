package suture.plan;

import suture.elf.ElfObject;

import java.util.List;

/**
 * What one translation unit contributes to the payload.
 *
 * @param unit the unit's path in its source tree, or the patched object's name
 * @param owner the running object the unit is part of: {@code vmlinux}, a module's name, an
 *     executable or library
 * @param original the original object
 * @param patched the patched object
 * @param pieces in the order of the patched object's sections and offsets
 * @param replacements in the same order
 * @param callbacks what the livepatch core is to call for the running object; at most one for each
 *     moment in all units of an object, or a finding refuses
 */
public record UnitPlan(
        String unit,
        String owner,
        ElfObject original,
        ElfObject patched,
        List<Piece> pieces,
        List<Replacement> replacements,
        List<Callback> callbacks) {}
