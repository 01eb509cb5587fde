package suture.elf;

/**
 * The numbers of a section header that mean the same in every file (gABI 4, "Section Header").
 *
 * @param type {@code sh_type}, unsigned 32 bits
 * @param flags {@code sh_flags}
 * @param address {@code sh_addr}, 0 in a relocatable object
 * @param size {@code sh_size} in bytes
 * @param link {@code sh_link} as a section index; the reader and the writer give it its meaning
 * @param info {@code sh_info}: a section index, a symbol index or a count, by type
 * @param alignment {@code sh_addralign}: 0 and 1 mean none
 * @param entrySize {@code sh_entsize} in bytes, 0 if the entries differ in size
 */
public record SectionHeader(
        int type,
        long flags,
        long address,
        long size,
        int link,
        int info,
        long alignment,
        long entrySize) {}
