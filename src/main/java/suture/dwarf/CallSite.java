package suture.dwarf;

import suture.elf.Section;

/**
 * One call in the code.
 *
 * @param section where the call stands
 * @param returnOffset offset after the call instruction, where it returns to
 * @param callee name of what is called, empty if not known (an indirect call)
 */
public record CallSite(Section section, long returnOffset, String callee) {}
