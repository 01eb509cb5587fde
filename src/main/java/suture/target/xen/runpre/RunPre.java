package suture.target.xen.runpre;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.graph.NameGrammar;
import suture.graph.SpecialSection.Layout;
import suture.graph.SpecialSections;
import suture.plan.Destination;
import suture.plan.Link;
import suture.plan.Piece;
import suture.plan.Replacement;
import suture.plan.SecondDefinitions;
import suture.plan.UnitPlan;
import suture.target.xen.image.XenImage;
import suture.target.xen.image.XenSymbol;
import suture.target.xen.runpre.Original.Field;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** One unit's original, held against the image. */
public final class RunPre {
    private static final String REBUILD =
            "give the exact source, configuration and compiler of the running hypervisor";

    private final Original original;
    private final XenImage image;
    private final SiteTables tables;
    private final Matcher matcher;
    private final Set<Finding> findings = new LinkedHashSet<>();
    private final Set<Section> proven = new HashSet<>();
    private Predicate<String> below = _ -> false;

    /**
     * Prepares the proof of a unit.
     *
     * @param object the original, compiled as it was for the running code
     */
    public RunPre(ElfObject object, XenImage image) {
        this.original = new Original(object);
        this.image = image;
        this.tables = new SiteTables(image);
        this.matcher = new Matcher(original, image);
    }

    /**
     * What forbids the plan: functions that are replaced or called and are not what runs, and names
     * that are not the name of one thing.
     *
     * @param below whether a payload below brought the thing of that name
     * @param others the same for the unit of another original object, for what the plan refers to
     *     there
     */
    public List<Finding> check(
            UnitPlan plan, Predicate<String> below, Function<ElfObject, RunPre> others) {
        this.below = below;
        for (Replacement replacement : plan.replacements()) {
            name(replacement.original());
        }
        for (Piece piece : plan.pieces()) {
            for (Link link : piece.links()) {
                switch (link.destination()) {
                    case Destination.Running running when running.original() != plan.original() ->
                            findings.addAll(
                                    others.apply(running.original())
                                            .reference(plan, piece, running, below));
                    case Destination.Running running -> running(plan, piece, running);
                    case Destination.External(Symbol symbol) -> external(plan, piece, symbol);
                    case Destination.Travelling _ -> {
                        // part of the payload
                    }
                }
            }
        }
        findings.addAll(
                SecondDefinitions.check(plan, symbol -> !image.named(symbol.name()).isEmpty()));
        return List.copyOf(findings);
    }

    /** How many functions of the unit that stay in memory are proven equal, of how many. */
    public int[] counts() {
        int equal = 0;
        int all = 0;
        for (Symbol symbol : original.object().symbols()) {
            Section section = symbol.section();
            if (section != null
                    && symbol.type() == Elf.STT_FUNC
                    && symbol.size() > 0
                    && !section.name().startsWith(".init")) {
                all++;
                int before = findings.size();
                equal += prove(symbol, section) && findings.size() == before ? 1 : 0;
            }
        }
        return new int[] {equal, all};
    }

    private List<Finding> reference(
            UnitPlan plan, Piece piece, Destination.Running running, Predicate<String> names) {
        this.below = names;
        running(plan, piece, running);
        return List.copyOf(findings);
    }

    private void running(UnitPlan plan, Piece piece, Destination.Running running) {
        Symbol symbol = symbolAt(running.original(), running);
        if (symbol == null) {
            add(
                    "run-pre-missing",
                    running.name().isEmpty() ? running.section().name() : running.name(),
                    plan.unit() + ": " + piece,
                    "the payload refers to a place that has no symbol of its own",
                    "leave the reference out of the patch");
            return;
        }
        name(symbol);
    }

    /** The symbol of the original that a destination means; null if it has none. */
    static @Nullable Symbol symbolAt(ElfObject object, Destination.Running running) {
        return object.symbols().stream()
                .filter(s -> s.section() == running.section())
                .filter(s -> s.type() != Elf.STT_SECTION && s.type() != Elf.STT_FILE)
                .filter(s -> !s.name().isEmpty() && !s.name().startsWith(".L"))
                .filter(s -> s.value() == running.offset())
                .min(
                        Comparator.comparing((Symbol s) -> !s.name().equals(running.name()))
                                .thenComparing(Symbol::isLocal)
                                .thenComparingInt(Symbol::index))
                .orElse(null);
    }

    /** Proves the thing that a symbol of the original, or of another build of it, stands for. */
    private void name(Symbol symbol) {
        if (below.test(original.tableName(symbol))) {
            return;
        }
        Symbol own = original.named(symbol.name(), symbol.isLocal());
        Section section = own == null ? null : own.section();
        if (own == null || section == null) {
            add(
                    "run-pre-ambiguous",
                    symbol.name(),
                    original.object().file(),
                    "the unit has none, or several things of that name",
                    "leave the reference out of the patch");
            return;
        }
        String name = original.tableName(own);
        XenSymbol running = image.one(name);
        if (running == null) {
            boolean none = image.named(name).isEmpty();
            add(
                    none ? "run-pre-missing" : "run-pre-ambiguous",
                    symbol.name(),
                    original.object().file(),
                    "the hypervisor's table has "
                            + (none ? "no symbol " : "several symbols ")
                            + name,
                    none ? REBUILD : "build the hypervisor with CONFIG_ENFORCE_UNIQUE_SYMBOLS=y");
            return;
        }
        if (running.size() != 0 && own.size() != 0 && running.size() != own.size()) {
            add(
                    "run-pre-mismatch",
                    symbol.name(),
                    original.object().file(),
                    "the rebuilt original has "
                            + own.size()
                            + " bytes, running are "
                            + running.size(),
                    REBUILD);
            return;
        }
        prove(own, section);
    }

    private boolean prove(Symbol symbol, Section first) {
        Deque<Section> queue = new ArrayDeque<>(List.of(first));
        Set<Section> seen = new HashSet<>();
        while (!queue.isEmpty()) {
            Section section = queue.remove();
            if (!seen.add(section) || proven.contains(section)) {
                continue;
            }
            Mismatch mismatch = matcher.compare(section);
            if (mismatch == null && section.has(Elf.SHF_EXECINSTR)) {
                mismatch = sites(section, queue);
            }
            if (mismatch != null) {
                add(
                        "run-pre-mismatch",
                        symbol.name(),
                        original.object().file() + ": " + mismatch.where(),
                        "the rebuilt original is not what runs: it has "
                                + mismatch.expected()
                                + ", running is "
                                + mismatch.found(),
                        REBUILD);
                return false;
            }
            original.fields(section).values().stream()
                    .map(field -> field.relocation().symbol())
                    .filter(target -> isPart(symbol, target))
                    .forEach(target -> queue.add(Objects.requireNonNull(target.section())));
        }
        proven.addAll(seen);
        return true;
    }

    /** Cold parts, constants and code without a name belong to what refers to them. */
    private boolean isPart(Symbol from, Symbol target) {
        Section section = target.section();
        if (section == null || section.has(Elf.SHF_MERGE) || !section.has(Elf.SHF_ALLOC)) {
            return false;
        }
        if (section.has(Elf.SHF_EXECINSTR)) {
            boolean cold =
                    NameGrammar.isCold(target.name())
                            && NameGrammar.coldParent(target.name()).equals(from.name());
            return cold || original.symbols(section).isEmpty();
        }
        return !section.has(Elf.SHF_WRITE) && SpecialSections.named(section.name()) == null;
    }

    /** Compares the entries of all tables about a section of code. */
    private @Nullable Mismatch sites(Section code, Deque<Section> queue) {
        Long base = matcher.base(code);
        if (base == null) {
            return null;
        }
        for (String name : tables.names()) {
            List<Long> running = tables.entries(name, base, base + code.size());
            List<Entry> own = entries(name, code);
            if (own.size() != running.size()) {
                return new Mismatch(
                        code.name(),
                        own.size() + " entries of " + name + " about it",
                        running.size() + " of them");
            }
            for (int i = 0; i < own.size(); i++) {
                Entry entry = own.get(i);
                Mismatch mismatch =
                        matcher.compare(
                                entry.table,
                                entry.offset,
                                entry.offset + entry.size,
                                running.get(i));
                if (mismatch != null) {
                    return mismatch;
                }
                original.fields(entry.table)
                        .subMap(entry.offset, entry.offset + entry.size)
                        .values()
                        .forEach(field -> follow(field, queue));
            }
        }
        return null;
    }

    private void follow(Field field, Deque<Section> queue) {
        Section target = field.relocation().symbol().section();
        if (target != null && target.has(Elf.SHF_EXECINSTR) && original.symbols(target).isEmpty()) {
            queue.add(target);
        }
    }

    private record Entry(Section table, long offset, long size, long site) {}

    /** The original's entries about a section of code, in order of site. */
    private List<Entry> entries(String name, Section code) {
        List<Entry> found = new ArrayList<>();
        for (Section table : original.object().sections()) {
            if (!table.name().equals(name)) {
                continue;
            }
            long size = size(name, table);
            for (long at = 0; at + size <= table.size(); at += size) {
                Field site = original.fields(table).get(at);
                Symbol symbol = site == null ? null : site.relocation().symbol();
                if (site != null && symbol != null && symbol.section() == code) {
                    int place = (int) (symbol.value() + site.relocation().addend());
                    found.add(new Entry(table, at, size, place << 8 >> 8));
                }
            }
        }
        found.sort(Comparator.comparingLong(Entry::site).thenComparingLong(Entry::offset));
        return found;
    }

    private static long size(String name, Section table) {
        if (name.equals(".altinstructions")) {
            return 14;
        }
        return Objects.requireNonNull(SpecialSections.named(table.name())).layouts().stream()
                .mapToInt(Layout::size)
                .findFirst()
                .orElse(8);
    }

    private void external(UnitPlan plan, Piece piece, Symbol symbol) {
        if (!symbol.isUndefined()) {
            return; // a number, or the place of an empty replacement
        }
        if (image.one(symbol.name()) == null && !below.test(symbol.name())) {
            boolean none = image.named(symbol.name()).isEmpty();
            add(
                    "unresolved-symbol",
                    symbol.name(),
                    plan.unit() + ": " + piece,
                    "the hypervisor's table has "
                            + (none ? "no symbol" : "several symbols")
                            + " of that name",
                    "check the name; a static of another unit can be referred to if the patch makes"
                            + " it global there");
        }
    }

    private void add(String rule, String subject, String place, String message, String remedy) {
        findings.add(Finding.error(rule, subject, place, message, remedy));
    }
}
