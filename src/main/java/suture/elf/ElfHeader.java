package suture.elf;

import suture.bytes.Bytes;

import java.nio.ByteOrder;

/**
 * The ELF header without its indices and offsets (gABI 4, "ELF Header").
 *
 * @param is64 whether addresses have eight bytes (ELFCLASS64), otherwise four
 * @param order byte order of every number in the file
 * @param ident the 16 identification bytes as they stand: magic, class, data, version, OS ABI, ABI
 *     version, padding
 * @param type {@code e_type}: 1 relocatable, 2 executable, 3 shared
 * @param machine {@code e_machine}
 * @param version {@code e_version}, 1
 * @param entry virtual address of the entry point, 0 if none
 * @param flags {@code e_flags}, processor specific
 */
public record ElfHeader(
        boolean is64,
        ByteOrder order,
        Bytes ident,
        int type,
        int machine,
        long version,
        long entry,
        long flags) {}
