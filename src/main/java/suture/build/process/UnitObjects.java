package suture.build.process;

import suture.elf.ElfObject;

/**
 * The three objects of a unit.
 *
 * @param unit the source's path in its tree
 * @param plain the original, compiled as the program was
 * @param original the original, with a section for each function and variable
 * @param patched the patched source, likewise
 */
public record UnitObjects(String unit, ElfObject plain, ElfObject original, ElfObject patched) {}
