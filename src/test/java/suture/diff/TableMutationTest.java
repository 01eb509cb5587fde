package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.elf.Tool;
import suture.machine.Machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Every byte and every relocation of an entry in a table of sites, changed alone: the function that
 * owns the site is changed, and no other; or, where the table says nothing about behaviour, none
 * is.
 */
class TableMutationTest {
    /**
     * One table.
     *
     * @param section its name
     * @param entry what stands in it for site {@code 1:}, for the assembler
     * @param size of the entry in bytes
     * @param line offset of the two bytes that hold a source line, -1 if there are none
     * @param counts whether a difference is one in behaviour
     * @param compiler of the only machine that has it
     */
    record Table(
            String section, String entry, int size, int line, boolean counts, String compiler) {
        @Override
        public String toString() {
            return section + " of " + size + " bytes, " + compiler;
        }
    }

    private static final String X86 = "gcc-12";
    private static final String ARM = "aarch64-linux-gnu-gcc";
    private static final String POWER = "powerpc64le-linux-gnu-gcc";
    private static final String Z = "s390x-linux-gnu-gcc";
    private static final String RISCV = "riscv64-linux-gnu-gcc";

    private static Table counts(String section, int size, String compiler, String entry) {
        return new Table(section, entry, size, -1, true, compiler);
    }

    private static Table lined(String section, int size, String compiler, String entry, int line) {
        return new Table(section, entry, size, line, true, compiler);
    }

    private static Table silent(String section, int size, String compiler, String entry) {
        return new Table(section, entry, size, -1, false, compiler);
    }

    private static final String BUG = ".long 1b-.,file-.\\n.short 12,1";
    private static final String SITE = ".long 1b-.";
    private static final String ALTERNATIVE = ".long 1b-.,other-.\\n.short 7";

    static Stream<Table> tables() {
        return Stream.of(
                lined("__bug_table", 12, X86, BUG, 8),
                lined("__bug_table", 12, ARM, BUG, 8),
                lined("__bug_table", 12, Z, BUG, 8),
                lined("__bug_table", 12, RISCV, BUG, 8),
                counts("__bug_table", 8, X86, ".long 1b-.\\n.short 1,0"),
                lined("__bug_table", 16, X86, ".long 1b-.,format-.,file-.\\n.short 12,1", 12),
                lined("__bug_table", 24, POWER, ".quad 1b,file\\n.short 12,1\\n.long 0", 16),
                counts("__ex_table", 12, X86, ".long 1b-.,1b+1-.,3"),
                counts("__ex_table", 12, X86, ".long 1b-.,1b+1-.,other-."),
                counts("__ex_table", 8, X86, ".long 1b-.,1b+1-."),
                counts("__ex_table", 16, POWER, ".quad 1b,1b+4"),
                counts("__ex_table", 12, ARM, ".long 1b-.,1b+4-.\\n.short 2,9"),
                counts("__ex_table", 12, Z, ".long 1b-.,1b+2-.,3"),
                counts("__ex_table", 12, RISCV, ".long 1b-.,1b+4-.\\n.short 2,9"),
                counts(".ex_table", 8, X86, ".long 1b-.,1b+1-."),
                counts("__jump_table", 16, X86, ".long 1b-.,1b-.\\n.quad key-."),
                counts("__jump_table", 24, Z, ".quad 1b,1b,key"),
                counts("__jump_table", 16, ARM, ".long 1b-.,1b-.\\n.quad key-."),
                counts(".altinstructions", 12, X86, ALTERNATIVE + "\\n.byte 1,1"),
                counts(".altinstructions", 13, X86, ALTERNATIVE + "\\n.byte 1,1,0"),
                counts(".altinstructions", 14, X86, ALTERNATIVE + ",0\\n.byte 1,1"),
                counts(".altinstructions", 12, ARM, ALTERNATIVE + "\\n.byte 4,4"),
                counts(".altinstructions", 12, Z, ALTERNATIVE + "\\n.byte 2,2"),
                counts(".altinstructions", 11, Z, ALTERNATIVE + "\\n.byte 2"),
                counts(".alt_call_sites", 4, X86, SITE),
                counts(".parainstructions", 16, X86, ".quad 1b\\n.byte 4,1\\n.zero 6"),
                counts(".smp_locks", 4, X86, SITE),
                counts(".static_call_sites", 8, X86, ".long 1b-.,key-."),
                counts(".bug_frames.0", 8, X86, ".long 1b-.,file-."),
                counts(".bug_frames.1", 8, X86, ".long 1b-.,file-."),
                counts(".bug_frames.2", 8, X86, ".long 1b-.,file-."),
                counts(".bug_frames.3", 16, X86, ".long 1b-.,file-.,format-.,0"),
                counts("__ftr_fixup", 48, POWER, ".quad 3,1,1b-.,1b+4-.,other-.,other-."),
                counts("__lwsync_fixup", 8, POWER, ".quad 1b-."),
                counts(".retpoline_sites", 4, X86, SITE),
                counts(".return_sites", 4, X86, SITE),
                counts(".call_sites", 4, X86, SITE),
                counts(".kcfi_traps", 4, X86, SITE),
                counts(".s390_indirect_call", 4, Z, SITE),
                counts(".s390_indirect_jump", 4, Z, SITE),
                counts(".s390_return_mem", 4, Z, SITE),
                silent(".orc_unwind_ip", 4, X86, SITE),
                silent(".orc_unwind", 6, X86, ".short 8,0,5"),
                silent(".orc_header", 20, X86, ".zero 20"),
                silent(".ibt_endbr_seal", 4, X86, SITE),
                silent(".cfi_sites", 4, X86, SITE),
                silent("__mcount_loc", 8, X86, ".quad 1b"),
                silent("__patchable_function_entries", 8, ARM, ".quad 1b"),
                silent(".discard.reachable", 4, X86, SITE),
                silent(".discard.annotate_insn", 8, X86, ".long 1b-.,5"),
                silent(".discard.addressable", 8, X86, ".quad other"),
                silent(".sframe", 8, X86, ".quad 5"));
    }

    private static final Map<String, String> DONE = new TreeMap<>();

    @ParameterizedTest
    @MethodSource("tables")
    void theOwnerOfTheEntryIsChanged(Table table, @TempDir Path directory) {
        ElfObject object = compile(table, directory);
        Section section = Objects.requireNonNull(object.section(table.section));
        long first = firstOfF(object, section, table);
        Set<String> expected = table.counts ? Set.of("f") : Set.of();
        int bytes = 0;
        List<Relocation> fields = object.relocations(section);
        for (int i = 0; i < table.size; i++) {
            long at = first + i;
            if (fields.stream().anyMatch(r -> at >= r.offset() && at < end(object, r))) {
                continue;
            }
            boolean free = table.line >= 0 && i >= table.line && i < table.line + 2;
            ElfObject mutant = Mutant.flipped(object, section, at, 0x10);
            check(table, "byte " + i, object, mutant, free ? Set.of() : expected);
            bytes++;
        }
        int relocations = mutateFields(table, object, section, first, expected);
        assertThat(bytes + relocations).as("%s", table).isPositive();
        DONE.put(
                table.toString(), bytes + " bytes, " + relocations + " relocations -> " + expected);
    }

    private static long end(ElfObject object, Relocation r) {
        var header = object.header();
        Machine machine =
                Objects.requireNonNull(Machine.of(header.machine(), header.is64(), header.order()));
        return r.offset() + Objects.requireNonNull(machine.relocation(r.type())).width();
    }

    private static int mutateFields(
            Table table, ElfObject object, Section section, long first, Set<String> expected) {
        int count = 0;
        Symbol stranger =
                object.symbols().stream()
                        .filter(s -> s.name().equals("stranger"))
                        .findFirst()
                        .orElseThrow();
        for (RelocationSection list : object.relocationSections()) {
            for (int i = 0; list.target() == section && i < list.entries().size(); i++) {
                Relocation r = list.entries().get(i);
                if (r.offset() < first || r.offset() >= first + table.size) {
                    continue;
                }
                Relocation moved = new Relocation(r.offset(), r.type(), r.symbol(), r.addend() + 2);
                Relocation strange = new Relocation(r.offset(), r.type(), stranger, r.addend());
                String where = "relocation at " + (r.offset() - first);
                check(table, where, object, Mutant.relocated(object, list, i, moved), expected);
                check(table, where, object, Mutant.relocated(object, list, i, strange), expected);
                count += 2;
            }
        }
        return count;
    }

    private static void check(
            Table table, String what, ElfObject before, ElfObject after, Set<String> expected) {
        ObjectDiff there = Differ.diff(before, after);
        assertThat(Pairs.functions(there, Verdict.CHANGED, Verdict.IMPACTED))
                .as("%s: %s", table, what)
                .isEqualTo(expected);
        ObjectDiff back = Differ.diff(after, before);
        assertThat(Pairs.functions(back, Verdict.CHANGED, Verdict.IMPACTED))
                .as("%s: %s, backwards", table, what)
                .isEqualTo(expected);
    }

    /** The compiler may emit functions in any order; the entry of f is the one of its site. */
    private static long firstOfF(ElfObject object, Section section, Table table) {
        return object.relocations(section).stream()
                .filter(r -> r.symbol().toString().endsWith("f"))
                .mapToLong(r -> r.offset() / table.size * table.size)
                .findFirst()
                .orElse(0);
    }

    private static ElfObject compile(Table table, Path directory) {
        String site =
                "asm volatile(\"1: nop\\n nop\\n.pushsection %s,\\\"a\\\"\\n%s\\n.popsection\");"
                        .formatted(table.section, table.entry.replace("\n", "\\n"));
        String source =
                """
                extern int ext(int); extern char key, stranger, format, file; void other(void);
                void *keep = &stranger;
                int f(int x) { SITE return ext(x); }
                int g(int x) { SITE return ext(x + 3); }
                void other(void) { asm volatile("nop\\n nop\\n nop\\n nop"); }
                """
                        .replace("SITE", site);
        try {
            Path o =
                    Tool.compile(
                            directory, table.compiler, source, "t.o", "-O2", "-ffunction-sections");
            return ElfReader.read(o);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterAll
    static void print() throws IOException {
        List<String> lines = new ArrayList<>();
        DONE.forEach((table, result) -> lines.add(table + "\t" + result));
        Path folder = Path.of(System.getProperty("suture.basedir", "."), "target");
        Files.write(folder.resolve("mutation-tables.tsv"), lines);
    }
}
