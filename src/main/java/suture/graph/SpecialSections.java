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

    static {
        add("__bug_table", List.of(12, 16, 8, 24), 0, BEHAVIOUR, 8);
        add("__ex_table", List.of(12, 8), 0, BEHAVIOUR, -1);
        add(".ex_table", List.of(8), 0, BEHAVIOUR, -1);
        add("__jump_table", List.of(16, 24), 0, BEHAVIOUR, -1);
        add(".altinstructions", List.of(12, 14, 13), 0, BEHAVIOUR, -1);
        add(".alt_call_sites", List.of(4), 0, BEHAVIOUR, -1);
        add(".parainstructions", List.of(16), 0, BEHAVIOUR, -1);
        add(".smp_locks", List.of(4), 0, BEHAVIOUR, -1);
        add(".static_call_sites", List.of(8), 0, BEHAVIOUR, -1);
        add(".bug_frames.0", List.of(8), 0, BEHAVIOUR, -1);
        add(".bug_frames.1", List.of(8), 0, BEHAVIOUR, -1);
        add(".bug_frames.2", List.of(8), 0, BEHAVIOUR, -1);
        add(".bug_frames.3", List.of(16), 0, BEHAVIOUR, -1);
        add(".kcfi_traps", List.of(4), 0, DERIVED, -1);
        add(".cfi_sites", List.of(4), 0, DERIVED, -1);
        add(".ibt_endbr_seal", List.of(4), 0, DERIVED, -1);
        add(".retpoline_sites", List.of(4), 0, DERIVED, -1);
        add(".return_sites", List.of(4), 0, DERIVED, -1);
        add(".call_sites", List.of(4), 0, DERIVED, -1);
        add("__mcount_loc", List.of(8), 0, DERIVED, -1);
        add("__patchable_function_entries", List.of(8), 0, DERIVED, -1);
        add("__stack_protector_loc", List.of(8), 0, DERIVED, -1);
        add(".orc_unwind_ip", List.of(4), 0, DERIVED, -1);
        add("__ftr_fixup", List.of(48), 16, BEHAVIOUR, -1);
        add("__mmu_ftr_fixup", List.of(48), 16, BEHAVIOUR, -1);
        add("__fw_ftr_fixup", List.of(48), 16, BEHAVIOUR, -1);
        add("__lwsync_fixup", List.of(8), 0, BEHAVIOUR, -1);
        add("__barrier_nospec_fixup", List.of(8), 0, BEHAVIOUR, -1);
        add(".s390_return_mem", List.of(4), 0, DERIVED, -1);
        add(".s390_return_reg", List.of(4), 0, DERIVED, -1);
        add(".s390_indirect_call", List.of(4), 0, DERIVED, -1);
        add(".s390_indirect_branches", List.of(4), 0, DERIVED, -1);
        add(".s390_indirect_jump", List.of(4), 0, DERIVED, -1);
    }

    private SpecialSections() {}

    private static void add(
            String name, List<Integer> sizes, int site, SpecialSection.Meaning meaning, int line) {
        TABLE.put(name, new SpecialSection(name, sizes, site, meaning, line));
    }

    /** The table of that section name, or null. */
    public static @Nullable SpecialSection named(String section) {
        return TABLE.get(section);
    }
}
