package suture.elf;

import java.util.List;

/**
 * A section group (gABI 4, "Section Groups").
 *
 * @param section the SHT_GROUP section
 * @param flags its first word; 1 is GRP_COMDAT
 * @param signature the symbol that names it
 * @param members the sections in it, in the order of the file
 */
public record Group(Section section, int flags, Symbol signature, List<Section> members) {}
