package suture.elf;

import suture.bytes.Bytes;

import java.util.BitSet;

/**
 * Where a file that was read had its parts; all that the model itself does not say.
 *
 * @param image the whole file; the writer takes from it only the bytes between the parts
 * @param counts the numbers at the end of the ELF header
 * @param programTable {@code e_phoff}
 * @param sectionTable {@code e_shoff}
 * @param sections {@code sh_offset} and {@code sh_name}, by section
 * @param symbols of {@code .symtab}
 * @param dynamicSymbols of {@code .dynsym}
 */
public record Layout(
        Bytes image,
        Counts counts,
        long programTable,
        long sectionTable,
        Sections sections,
        Names symbols,
        Names dynamicSymbols) {

    /**
     * The last six fields of the ELF header as they stand: where one is too small for its number,
     * the null section header has it.
     */
    public record Counts(
            int headerSize,
            int programEntrySize,
            int programEntries,
            int sectionEntrySize,
            int sectionEntries,
            int sectionNames) {}

    /** What a section header says that the model does not. */
    public static final class Sections {
        private final long[] offsets;
        private final int[] names;

        Sections(long[] offsets, int[] names) {
            this.offsets = offsets;
            this.names = names;
        }

        /** {@code sh_offset} of the section. */
        public long offset(int section) {
            return offsets[section];
        }

        /** {@code sh_name} of the section. */
        public int name(int section) {
            return names[section];
        }
    }

    /** What a symbol table says that the model does not. */
    public static final class Names {
        static final Names NONE = new Names(new int[0], new BitSet());
        private final int[] offsets;
        private final BitSet extended;

        Names(int[] offsets, BitSet extended) {
            this.offsets = offsets;
            this.extended = extended;
        }

        /** {@code st_name} of the symbol. */
        public int offset(int symbol) {
            return offsets[symbol];
        }

        /** Whether the symbol's section index stands in SHT_SYMTAB_SHNDX (SHN_XINDEX). */
        public boolean isExtended(int symbol) {
            return extended.get(symbol);
        }
    }
}
