package suture.target.xen.verify;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;

import java.util.List;
import java.util.Objects;

/**
 * A payload as the loader sees it: section headers and symbols by index, nothing interpreted.
 *
 * @param sections all, the null section first
 * @param symbols all, the null symbol first
 * @param symbolTable index of the symbol table
 */
record RawPayload(List<Part> sections, List<Mark> symbols, int symbolTable) {
    /** Reserved section indices (gABI 4, "Special Section Indexes"). */
    static final int SHN_LORESERVE = 0xff00;

    static final int SHN_ABS = 0xfff1;
    static final int SHN_COMMON = 0xfff2;

    /**
     * One section.
     *
     * @param content its bytes in the file; empty for SHT_NOBITS
     */
    record Part(
            int index,
            String name,
            int type,
            long flags,
            long size,
            int link,
            long info,
            long alignment,
            long entrySize,
            Bytes content) {
        boolean isLoaded() {
            return (flags & Elf.SHF_ALLOC) != 0;
        }

        boolean isWritable() {
            return (flags & Elf.SHF_WRITE) != 0;
        }

        boolean isCode() {
            return (flags & Elf.SHF_EXECINSTR) != 0;
        }
    }

    /** One symbol; the section is its plain index, reserved ones included. */
    record Mark(int index, String name, int section, long value, long size) {}

    /** The first section of that name, which is the one that counts. */
    @Nullable Part section(String name) {
        for (Part part : sections.subList(Math.min(1, sections.size()), sections.size())) {
            if (Objects.equals(part.name(), name)) {
                return part;
            }
        }
        return null;
    }

    /** The section a symbol is defined in; null if there is none. */
    @Nullable Part sectionOf(Mark symbol) {
        return symbol.section() > 0 && symbol.section() < sections.size()
                ? sections.get(symbol.section())
                : null;
    }
}
