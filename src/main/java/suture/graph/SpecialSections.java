package suture.graph;

import static suture.graph.SpecialSection.Meaning.BEHAVIOUR;
import static suture.graph.SpecialSection.Meaning.DERIVED;

import org.jspecify.annotations.Nullable;

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
    private static final Map<String, SpecialSection> TABLE = new TreeMap<>();

    /**
     * Linux {@code include/asm-generic/bug.h}: {@code struct bug_entry} with relative pointers to
     * site and file (6.1: 12 bytes), to site, format and file (6.19: 16 bytes), with absolute
     * pointers (24 bytes); without CONFIG_DEBUG_BUGVERBOSE (8 bytes) it has no line.
     */
    private static final Map<Integer, LineField> BUG_LINES =
            Map.of(
                    12, new LineField(8, 16),
                    16, new LineField(12, 16),
                    24, new LineField(16, 16));

    /**
     * Variables that a macro makes for its site and that hold the site's line: Linux {@code
     * include/linux/dynamic_debug.h}, {@code struct _ddebug}: four pointers, then {@code
     * lineno:18}.
     */
    private static final Map<String, LineField> RECORDS = Map.of("__dyndbg", new LineField(32, 18));

    static {
        TABLE.put(
                "__bug_table",
                new SpecialSection("__bug_table", List.of(12, 16, 8, 24), 0, BEHAVIOUR, BUG_LINES));
        add("__ex_table", List.of(12, 8), 0, BEHAVIOUR);
        add(".ex_table", List.of(8), 0, BEHAVIOUR);
        add("__jump_table", List.of(16, 24), 0, BEHAVIOUR);
        add(".altinstructions", List.of(12, 14, 13), 0, BEHAVIOUR);
        add(".alt_call_sites", List.of(4), 0, BEHAVIOUR);
        add(".parainstructions", List.of(16), 0, BEHAVIOUR);
        add(".smp_locks", List.of(4), 0, BEHAVIOUR);
        add(".static_call_sites", List.of(8), 0, BEHAVIOUR);
        add(".bug_frames.0", List.of(8), 0, BEHAVIOUR);
        add(".bug_frames.1", List.of(8), 0, BEHAVIOUR);
        add(".bug_frames.2", List.of(8), 0, BEHAVIOUR);
        add(".bug_frames.3", List.of(16), 0, BEHAVIOUR);
        add(".kcfi_traps", List.of(4), 0, DERIVED);
        add(".cfi_sites", List.of(4), 0, DERIVED);
        add(".ibt_endbr_seal", List.of(4), 0, DERIVED);
        add(".retpoline_sites", List.of(4), 0, DERIVED);
        add(".return_sites", List.of(4), 0, DERIVED);
        add(".call_sites", List.of(4), 0, DERIVED);
        add("__mcount_loc", List.of(8), 0, DERIVED);
        add("__patchable_function_entries", List.of(8), 0, DERIVED);
        add("__stack_protector_loc", List.of(8), 0, DERIVED);
        add(".orc_unwind_ip", List.of(4), 0, DERIVED);
        add("__ftr_fixup", List.of(48), 16, BEHAVIOUR);
        add("__mmu_ftr_fixup", List.of(48), 16, BEHAVIOUR);
        add("__fw_ftr_fixup", List.of(48), 16, BEHAVIOUR);
        add("__lwsync_fixup", List.of(8), 0, BEHAVIOUR);
        add("__barrier_nospec_fixup", List.of(8), 0, BEHAVIOUR);
        add(".s390_return_mem", List.of(4), 0, DERIVED);
        add(".s390_return_reg", List.of(4), 0, DERIVED);
        add(".s390_indirect_call", List.of(4), 0, DERIVED);
        add(".s390_indirect_branches", List.of(4), 0, DERIVED);
        add(".s390_indirect_jump", List.of(4), 0, DERIVED);
    }

    private SpecialSections() {}

    private static void add(
            String name, List<Integer> sizes, int site, SpecialSection.Meaning meaning) {
        TABLE.put(name, new SpecialSection(name, sizes, site, meaning, Map.of()));
    }

    /** The table of that section name, or null. */
    public static @Nullable SpecialSection named(String section) {
        return TABLE.get(section);
    }

    /** Where a site's record in that section holds its source line, or null. */
    static @Nullable LineField lineOfRecord(String section) {
        return RECORDS.get(section);
    }
}
