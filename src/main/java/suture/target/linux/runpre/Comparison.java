package suture.target.linux.runpre;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.machine.Via;
import suture.target.linux.image.RunningCode;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A section of the original beside the running code at one base.
 *
 * @param base the address of its first byte
 * @param equal the regions that are equal outside of fields
 * @param mismatches the first difference of each other region
 * @param reached the fields of the equal regions
 */
record Comparison(long base, List<Region> equal, List<Mismatch> mismatches, List<Reached> reached) {

    /**
     * Type numbers, which the build fills in after linking (Linux 6.1 {@code
     * tools/bpf/resolve_btfids}); the original has zeros, and sets in another order.
     */
    private static final String BTF_IDS = ".BTF_ids";

    static Comparison of(Original original, RunningCode running, Section section, long base) {
        List<Region> equal = new ArrayList<>();
        List<Mismatch> mismatches = new ArrayList<>();
        List<Reached> reached = new ArrayList<>();
        for (Region region : original.regions(section).values()) {
            List<Reached> own = new ArrayList<>();
            Mismatch first = region(original, running, region, base, own);
            if (first == null) {
                equal.add(region);
                reached.addAll(own);
            } else {
                mismatches.add(first);
            }
        }
        return new Comparison(base, equal, mismatches, reached);
    }

    /**
     * Compares one region; adds what its fields reach.
     *
     * @param base where the first byte of the region's section would be
     */
    static @Nullable Mismatch region(
            Original original,
            RunningCode running,
            Region region,
            long base,
            List<Reached> reached) {
        return region.section().isNobits() || region.section().name().equals(BTF_IDS)
                ? null
                : new RegionComparison(original, running, region, base).run(reached);
    }

    private record RegionComparison(
            Original original, RunningCode running, Region region, long base) {

        @Nullable Mismatch run(List<Reached> reached) {
            Section section = region.section();
            Bytes own = section.content();
            Bytes run = running.read(base + region.start(), region.end() - region.start());
            if (run == null) {
                return new Mismatch(region, region.start(), "code or data", "nothing");
            }
            TreeSet<Long> offsets = new TreeSet<>();
            long at = region.start();
            for (Field field :
                    original.fields(section).subMap(region.start(), region.end()).values()) {
                Mismatch gap = bytes(own, run, at, field.offset());
                Mismatch wrong = gap == null ? field(field, reached) : gap;
                if (wrong != null) {
                    return wrong;
                }
                offsets.add(base + field.offset());
                at = field.end();
            }
            Mismatch gap = bytes(own, run, at, region.end());
            return gap == null ? unknownFields(offsets) : gap;
        }

        private @Nullable Mismatch bytes(Bytes own, Bytes run, long from, long to) {
            if (to <= from) {
                return null;
            }
            Bytes mine = own.slice(from, to - from);
            Bytes theirs = run.slice(from - region.start(), to - from);
            long difference = mine.mismatch(theirs);
            if (difference < 0) {
                return null;
            }
            long shown = Math.min(8, mine.size() - difference);
            return new Mismatch(
                    region,
                    from + difference,
                    mine.slice(difference, shown).hex(),
                    theirs.slice(difference, shown).hex());
        }

        private @Nullable Mismatch field(Field field, List<Reached> reached) {
            Via via = field.kind().via();
            if ((via != Via.DIRECT && via != Via.PLT)
                    || !field.kind().wholeBytes()
                    || field.end() > region.end()) {
                return new Mismatch(
                        region,
                        field.offset(),
                        "a direct reference",
                        "a field of kind " + field.kind().name() + ", which is not supported");
            }
            Long sum = running.sum(base + field.offset(), field.kind());
            if (sum == null) {
                return new Mismatch(
                        region, field.offset(), field.kind().name(), "no field of that kind");
            }
            Symbol symbol = field.symbol();
            Reached reach = new Reached(region, field, sum);
            if (symbol.isUndefined() && !symbol.name().isEmpty() && !named(symbol, reach)) {
                return new Mismatch(
                        region,
                        field.offset(),
                        "a reference to " + symbol.name(),
                        "a reference to " + Words.address(running, reach.symbolAt()));
            }
            reached.add(reach);
            return null;
        }

        private boolean named(Symbol symbol, Reached reach) {
            return running.isAt(symbol.name(), reach.symbolAt())
                    || (symbol.binding() == Elf.STB_WEAK && reach.symbolAt() == 0);
        }

        /** Where the running code says which fields it has, it must have no other ones. */
        private @Nullable Mismatch unknownFields(TreeSet<Long> offsets) {
            for (long address :
                    running.fields(base + region.start(), region.end() - region.start())) {
                if (!offsets.contains(address)) {
                    return new Mismatch(region, address - base, "no reference", "a reference");
                }
            }
            return null;
        }
    }
}
