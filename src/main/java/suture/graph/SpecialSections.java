package suture.graph;

import static suture.graph.SpecialSection.Meaning.BEHAVIOUR;
import static suture.graph.SpecialSection.Meaning.DERIVED;
import static suture.graph.SpecialSection.Meaning.REWRITTEN;

import org.jspecify.annotations.Nullable;

import suture.graph.SpecialSection.Layout;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tables of Linux and Xen that describe sites in code. Sizes: Linux {@code
 * arch/x86/include/asm/{bug,extable, alternative,paravirt_types,orc_types}.h}, {@code
 * include/linux/{jump_label,static_call_types,printk}.h} of 5.4 to 6.19, {@code
 * arch/{arm64,powerpc,s390,loongarch}/include/asm/*} of 6.1; Xen {@code
 * arch/x86/include/asm/{bug,alternative}.h} of 4.17.
 */
public final class SpecialSections {
    private static final int BUG_DISTANCE = 24;

    private static final Map<String, SpecialSection> TABLE = new TreeMap<>();

    /**
     * Data that a macro or the compiler makes for its site and that holds the site's line, by what
     * the section's name holds. Linux {@code include/linux/dynamic_debug.h}, {@code struct
     * _ddebug}: four pointers, then {@code lineno:18}; {@code lib/ubsan.h}, {@code struct
     * source_location}: a pointer, then {@code u32 line}.
     */
    private static final Map<String, LineField> RECORDS =
            Map.of(
                    "__dyndbg", new LineField(32, 18),
                    "__verbose", new LineField(32, 18),
                    "..Lubsan_data", new LineField(8, 32));

    static {
        // struct bug_entry of include/asm-generic/bug.h: relative pointers to site and file (6.1),
        // to site, format and file (6.19), absolute pointers, no CONFIG_DEBUG_BUGVERBOSE.
        add(
                "__bug_table",
                0,
                BEHAVIOUR,
                layout(12, List.of(0, 4), new LineField(8, 16)),
                new Layout(16, List.of(0, 8), List.of(4), new LineField(12, 16), ""),
                layout(24, List.of(0, 8), new LineField(16, 16)),
                layout(8, List.of(0), null));
        // arch/*/include/asm/extable.h: site, fixup and type; x86 4.6 to 5.15: site, fixup and
        // handler; before: site and fixup, relative or (powerpc until 4.9) absolute.
        add(
                "__ex_table",
                0,
                BEHAVIOUR,
                layout(12, 0, 4),
                new Layout(12, List.of(0, 4, 8), List.of(), null, "x86_64"),
                layout(8, 0, 4),
                layout(16, 0, 8));
        add(".ex_table", 0, BEHAVIOUR, layout(8, 0, 4));
        add("__jump_table", 0, BEHAVIOUR, layout(16, 0, 4, 8), layout(24, 0, 8, 16));
        // x86, arm64; x86 since 6.3 and Xen; x86 until 5.15; s390 in 6.1.
        add(
                ".altinstructions",
                0,
                BEHAVIOUR,
                alternative(12),
                alternative(14),
                alternative(13),
                alternative(11));
        add(".alt_call_sites", 0, BEHAVIOUR, layout(4, 0));
        add(".parainstructions", 0, BEHAVIOUR, layout(16, 0));
        add(".smp_locks", 0, BEHAVIOUR, layout(4, 0));
        add(".static_call_sites", 0, BEHAVIOUR, layout(8, 0, 4));
        for (int type = 0; type < 4; type++) {
            add(
                    ".bug_frames." + type,
                    0,
                    BEHAVIOUR,
                    new Layout(type == 3 ? 16 : 8, List.of(0), List.of(4, 8, 12), null, ""));
        }
        // arch/x86/kernel/alternative.c: apply_retpolines, apply_returns, callthunks_patch_*;
        // arch/s390/kernel/nospec-branch.c: __nospec_revert.
        for (String rewritten :
                List.of(
                        ".kcfi_traps",
                        ".retpoline_sites",
                        ".return_sites",
                        ".call_sites",
                        ".s390_return_mem",
                        ".s390_return_reg",
                        ".s390_indirect_call",
                        ".s390_indirect_branches",
                        ".s390_indirect_jump")) {
            add(rewritten, 0, REWRITTEN, layout(4, 0));
        }
        for (String relative : List.of(".cfi_sites", ".ibt_endbr_seal", ".orc_unwind_ip")) {
            add(relative, 0, DERIVED, layout(4, 0));
        }
        for (String absolute :
                List.of("__mcount_loc", "__patchable_function_entries", "__stack_protector_loc")) {
            add(absolute, 0, DERIVED, layout(8, 0));
        }
        for (String fixup : List.of("__ftr_fixup", "__mmu_ftr_fixup", "__fw_ftr_fixup")) {
            add(fixup, 16, BEHAVIOUR, new Layout(48, List.of(16), List.of(24, 32, 40), null, ""));
        }
        add("__lwsync_fixup", 0, BEHAVIOUR, layout(8, 0));
        add("__barrier_nospec_fixup", 0, BEHAVIOUR, layout(8, 0));
    }

    /** An alternative that removes its site has no replacement to refer to. */
    private static Layout alternative(int size) {
        return new Layout(size, List.of(0), List.of(4), null, "");
    }

    private static Layout layout(int size, Integer... fields) {
        return layout(size, List.of(fields), null);
    }

    private static Layout layout(int size, List<Integer> fields, @Nullable LineField line) {
        return new Layout(size, fields, List.of(), line, "");
    }

    private SpecialSections() {}

    private static void add(
            String name, int site, SpecialSection.Meaning meaning, Layout... layouts) {
        TABLE.put(name, new SpecialSection(name, List.of(layouts), site, meaning));
    }

    /** The table of that section name, or null. */
    public static @Nullable SpecialSection named(String section) {
        return TABLE.get(section);
    }

    /**
     * How many bits of a relocated field of that section are a distance from the entry's start; 0
     * if a field is as everywhere else. In Xen's bug frames the bits above are part of the line
     * number, so they are in the relocation's addend (Xen 4.17 {@code xen/arch/x86/include/asm/
     * bug.h}: {@code loc_disp:24, line_hi:7, ptr_disp:24, line_lo:7}).
     */
    static int distanceBits(String section) {
        return section.startsWith(".bug_frames.") ? BUG_DISTANCE : 0;
    }

    /** Whether a macro keeps there what happened at its site already. */
    static boolean isOnce(String section) {
        return section.startsWith(".data.once");
    }

    /** Where a site's record in that section holds its source line, or null. */
    static @Nullable LineField lineOfRecord(String section) {
        for (Map.Entry<String, LineField> kind : RECORDS.entrySet()) {
            if (section.contains(kind.getKey())) {
                return kind.getValue();
            }
        }
        return null;
    }
}
