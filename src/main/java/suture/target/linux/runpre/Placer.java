package suture.target.linux.runpre;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.graph.SpecialSection;
import suture.graph.SpecialSections;
import suture.target.linux.image.KernelSymbol;
import suture.target.linux.image.RunningCode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the base of each section of the original, to a fixpoint. */
final class Placer {
    private final Original original;
    private final RunningCode running;
    private final TableIndex index;

    /** Sections that stand in one piece, with their base. */
    final Map<Section, Comparison> placed = new LinkedHashMap<>();

    /** Tables of sites, entry by entry; the base says nothing. */
    final Map<Section, Comparison> tables = new LinkedHashMap<>();

    /** Running entries that are taken: a site may have several, in one order. */
    private final Set<Long> used = new HashSet<>();

    /** Sections for which several places are equally good. */
    final Map<Section, List<Long>> ambiguous = new LinkedHashMap<>();

    Placer(Original original, RunningCode running, TableIndex index) {
        this.original = original;
        this.running = running;
        this.index = index;
    }

    void run() {
        boolean progress;
        do {
            ambiguous.clear();
            Map<Section, Map<Long, Integer>> votes = votes();
            progress = false;
            for (Section section : original.loaded()) {
                if (isWhole(section) && !placed.containsKey(section)) {
                    progress |= place(section, votes.getOrDefault(section, Map.of()));
                }
            }
            progress |= tables();
        } while (progress);
    }

    /** Linkers move the parts of the others about. */
    private static boolean isWhole(Section section) {
        return !section.has(Elf.SHF_MERGE) && SpecialSections.named(section.name()) == null;
    }

    /** The bases that the fields of equal regions imply. */
    private Map<Section, Map<Long, Integer>> votes() {
        Map<Section, Map<Long, Integer>> votes = new HashMap<>();
        List<Comparison> all = new ArrayList<>(placed.values());
        all.addAll(tables.values());
        for (Comparison comparison : all) {
            for (Reached reached : comparison.reached()) {
                Symbol symbol = reached.field().symbol();
                // A weak definition may have lost to another one.
                if (symbol.section() != null && symbol.binding() != Elf.STB_WEAK) {
                    votes.computeIfAbsent(symbol.section(), _ -> new HashMap<>())
                            .merge(reached.symbolAt() - symbol.value(), 1, Integer::sum);
                }
            }
        }
        return votes;
    }

    /**
     * Right names decide before votes: where few fields reach a section, a wrong field may outvote
     * a right one. Whatever is chosen, each field is held against it in the end.
     */
    private boolean place(Section section, Map<Long, Integer> references) {
        boolean byName = references.isEmpty() && section.has(Elf.SHF_EXECINSTR);
        Map<Long, Integer> votes = byName ? nameVotes(section) : references;
        List<Candidate> winners = new ArrayList<>();
        for (Map.Entry<Long, Integer> vote : votes.entrySet()) {
            Comparison comparison = Comparison.of(original, running, section, vote.getKey());
            Candidate candidate = new Candidate(comparison, score(comparison), vote.getValue());
            int order = winners.isEmpty() ? 0 : candidate.compareTo(winners.getFirst());
            if (order > 0) {
                winners.clear();
            }
            // A name alone is no evidence.
            if (order >= 0 && (candidate.score() > 0 || !byName)) {
                winners.add(candidate);
            }
        }
        if (winners.size() > 1) {
            ambiguous.put(
                    section, winners.stream().map(c -> c.comparison().base()).sorted().toList());
        }
        if (winners.size() != 1) {
            return false;
        }
        placed.put(section, winners.getFirst().comparison());
        return true;
    }

    /**
     * A base that is proposed.
     *
     * @param comparison the section there
     * @param score how much of it is equal and has the right name
     * @param votes how often it was proposed
     */
    private record Candidate(Comparison comparison, long score, int votes)
            implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            return score != other.score
                    ? Long.compare(score, other.score)
                    : Integer.compare(votes, other.votes);
        }
    }

    private Map<Long, Integer> nameVotes(Section section) {
        Map<Long, Integer> votes = new HashMap<>();
        for (Symbol symbol : original.symbols(section)) {
            if (symbol.type() == Elf.STT_FUNC) {
                for (KernelSymbol candidate : running.symbols().named(symbol.name())) {
                    votes.merge(candidate.address() - symbol.value(), 1, Integer::sum);
                }
            }
        }
        return votes;
    }

    /** How many bytes are equal and stand under the right name. */
    private long score(Comparison comparison) {
        long score = 0;
        for (Region region : comparison.equal()) {
            Symbol symbol = region.symbol();
            long address = comparison.base() + region.start();
            if (symbol != null && running.isAt(symbol.name(), address)) {
                score += region.end() - region.start();
            }
        }
        return score;
    }

    private boolean tables() {
        boolean progress = false;
        for (Section section : original.loaded()) {
            SpecialSection special = SpecialSections.named(section.name());
            if (special != null && special.meaning() == SpecialSection.Meaning.BEHAVIOUR) {
                progress |= table(section, special);
            }
        }
        return progress;
    }

    private boolean table(Section section, SpecialSection special) {
        Comparison known =
                tables.computeIfAbsent(
                        section,
                        _ ->
                                new Comparison(
                                        0,
                                        new ArrayList<>(),
                                        new ArrayList<>(),
                                        new ArrayList<>()));
        Set<Region> done = new HashSet<>(known.equal());
        known.mismatches().forEach(m -> done.add(m.region()));
        boolean progress = false;
        for (Region region : original.regions(section).values()) {
            Field site = original.fields(section).get(region.start() + special.site());
            Long expected = site == null ? null : expected(site);
            if (!done.contains(region) && site != null && expected != null) {
                entry(region, site, expected, known);
                progress = true;
            }
        }
        return progress;
    }

    /** The sum that a field must have, as far as the section of its symbol is placed. */
    @Nullable Long expected(Field field) {
        Section target = field.symbol().section();
        Comparison at = target == null ? null : placed.get(target);
        return at == null ? null : at.base() + field.symbol().value() + field.relocation().addend();
    }

    private void entry(Region region, Field site, long expected, Comparison known) {
        String table = region.section().name();
        Mismatch first = null;
        for (long field : index.fields(table, expected)) {
            if (used.contains(field)) {
                continue;
            }
            List<Reached> reached = new ArrayList<>();
            Mismatch mismatch =
                    Comparison.region(original, running, region, field - site.offset(), reached);
            if (mismatch == null) {
                used.add(field);
                known.equal().add(region);
                known.reached().addAll(reached);
                return;
            }
            first = first == null ? mismatch : first;
        }
        String wanted = "an entry for " + Words.address(running, expected);
        known.mismatches()
                .add(first != null ? first : new Mismatch(region, region.start(), wanted, "none"));
    }
}
