package suture.target.linux.runpre;

import org.jspecify.annotations.Nullable;

import suture.dwarf.LineTable;
import suture.elf.Elf;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.graph.SpecialSection;
import suture.graph.SpecialSections;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/** Findings about functions that are to be replaced, and about what they refer to. */
final class Check {
    private static final String REBUILD =
            "rebuild the original from the exact source, configuration and compiler of what runs";

    private final Resolution resolution;
    private final Original original;
    private final Placer placer;
    private final TableIndex index;
    private final TraceSites sites;
    private final Set<Finding> findings = new LinkedHashSet<>();
    private @Nullable LineTable lines;

    Check(Resolution resolution, Original original, Placer placer, TableIndex index) {
        this.index = index;
        this.sites = TraceSites.of(original);
        this.resolution = resolution;
        this.original = original;
        this.placer = placer;
    }

    List<Finding> run(Collection<Symbol> functions) {
        for (Symbol function : functions) {
            function(function);
        }
        return List.copyOf(findings);
    }

    List<Finding> reference(String from, Section section, long offset) {
        Region region = original.region(section, offset);
        if (region == null) {
            add(
                    "run-pre-missing",
                    from,
                    section + "+0x" + Long.toHexString(offset),
                    "it refers to this place, where the original has nothing",
                    "leave the reference out of the patch");
        } else {
            target(from, region);
        }
        return List.copyOf(findings);
    }

    private void function(Symbol function) {
        Section section = function.section();
        if (section == null || !original.loaded().contains(section)) {
            throw new IllegalArgumentException(function + " is not a function of the original");
        }
        String name = function.name();
        if (section.name().startsWith(".init") || section.name().startsWith(".exit")) {
            add(
                    "init-code",
                    name,
                    section.name(),
                    "it is freed once it has run, or never loaded; calls of it cannot be"
                            + " redirected",
                    "leave the function out of the patch");
            return;
        }
        if (resolution.isOverridden(function)) {
            add(
                    "weak-overridden",
                    name,
                    section.name(),
                    "it is a weak definition, and "
                            + owner()
                            + " runs another definition of that name",
                    "patch the other definition, which is in architecture code as a rule");
            return;
        }
        if (!isPlaced(name, section) || !isNamed(function, section)) {
            return;
        }
        if (!sites.contains(section, function.value())) {
            add(
                    "no-fentry-site",
                    name,
                    section + "+0x" + Long.toHexString(function.value()),
                    "it has no site for the function tracer at its entry, so calls of it cannot be"
                            + " redirected",
                    "patch its callers instead, or a function it calls");
        }
        follow(function, section);
    }

    private boolean isNamed(Symbol function, Section section) {
        long address = resolution.address(section, function.value()).orElseThrow();
        boolean named = resolution.running().isAt(function.name(), address);
        if (!named) {
            add(
                    "run-pre-missing",
                    function.name(),
                    section.name(),
                    "its code is at "
                            + Words.address(resolution.running(), address)
                            + " of "
                            + owner()
                            + ", which has no symbol of that name there",
                    REBUILD);
        }
        return named;
    }

    private boolean isPlaced(String subject, Section section) {
        if (placer.placed.containsKey(section)) {
            return true;
        }
        List<Long> several = placer.ambiguous.get(section);
        if (several == null) {
            add(
                    "run-pre-missing",
                    subject,
                    section.name(),
                    section.has(Elf.SHF_EXECINSTR)
                            ? section + " of the rebuilt original was not found in " + owner()
                            : "nothing that was found in "
                                    + owner()
                                    + " refers to "
                                    + section
                                    + " of the rebuilt original, so its place is not known",
                    section.has(Elf.SHF_EXECINSTR)
                            ? REBUILD
                            : REBUILD + "; or leave the reference to it out of the patch");
        } else {
            add(
                    "run-pre-ambiguous",
                    subject,
                    section.name(),
                    section
                            + " of the rebuilt original is equal to several places of "
                            + owner()
                            + ": "
                            + several.stream()
                                    .map(a -> Words.address(resolution.running(), a))
                                    .toList(),
                    "build the original without -ffunction-sections, so that its neighbours tell"
                            + " them apart");
        }
        return false;
    }

    /** The function, its parts elsewhere, constants it reaches, and one step to all else. */
    private void follow(Symbol function, Section section) {
        Deque<Region> queue = new ArrayDeque<>();
        Set<Region> seen = new HashSet<>();
        Region whole =
                new Region(section, function.value(), function.value() + function.size(), function);
        own(function.name(), whole, queue);
        for (Region region = queue.poll(); region != null; region = queue.poll()) {
            if (seen.add(region) && target(function.name(), region)) {
                for (Field field :
                        original.fields(region.section())
                                .subMap(region.start(), region.end())
                                .values()) {
                    Region next = next(field);
                    if (next != null && isPart(function, next)) {
                        own(function.name(), next, queue);
                    } else if (next != null) {
                        target(function.name(), next);
                    }
                }
            }
        }
    }

    /** Adds the regions of a range of code and the table entries about it. */
    private void own(String subject, Region part, Deque<Region> queue) {
        original.regions(part.section()).values().stream()
                .filter(r -> r.overlaps(part.start(), part.end()))
                .forEach(queue::add);
        if (!part.section().has(Elf.SHF_EXECINSTR)) {
            return;
        }
        OptionalLong address = resolution.address(part.section(), part.start());
        for (String table : TableIndex.tables()) {
            Section section = original.object().section(table);
            List<Region> entries = section == null ? List.of() : entries(section, part);
            queue.addAll(entries);
            if (address.isPresent()) {
                long from = address.getAsLong();
                int found = index.entries(table, from, from + part.end() - part.start());
                if (found != entries.size()) {
                    count(subject, part, table, entries.size(), found);
                }
            }
        }
    }

    private List<Region> entries(Section table, Region part) {
        SpecialSection special = Objects.requireNonNull(SpecialSections.named(table.name()));
        List<Region> about = new ArrayList<>();
        for (Region entry : original.regions(table).values()) {
            Field site = original.fields(table).get(entry.start() + special.site());
            if (site != null
                    && site.symbol().section() == part.section()
                    && site.meant() >= part.start()
                    && site.meant() < part.end()) {
                about.add(entry);
            }
        }
        return about;
    }

    private void count(String subject, Region part, String table, int expected, int found) {
        add(
                "run-pre-mismatch",
                subject,
                part.place(part.start()),
                "the rebuilt original is not what runs in "
                        + owner()
                        + ": "
                        + table
                        + " has "
                        + expected
                        + " entries about it, running are "
                        + found,
                REBUILD);
    }

    private @Nullable Region next(Field field) {
        Section section = field.symbol().section();
        if (section == null || section.has(Elf.SHF_MERGE) || !section.has(Elf.SHF_ALLOC)) {
            return null;
        }
        Region region = original.region(section, field.meant());
        if (region == null) {
            // One before or behind an array, say.
            long inside = Math.max(0, Math.min(field.meant(), section.size() - 1));
            region = original.region(section, inside);
        }
        return region;
    }

    /** Cold parts and constants belong to the function as much as its instructions do. */
    private static boolean isPart(Symbol function, Region region) {
        if (!region.section().has(Elf.SHF_EXECINSTR)) {
            return !region.section().has(Elf.SHF_WRITE);
        }
        Symbol symbol = region.symbol();
        return symbol == null || symbol.name().startsWith(function.name() + ".cold");
    }

    /** Whether a region is proven; adds a finding if not. */
    private boolean target(String subject, Region region) {
        if (region.symbol() != null && resolution.isOverridden(region.symbol())) {
            // The fields of the original have shown which other definition is meant.
            return true;
        }
        boolean table = SpecialSections.named(region.section().name()) != null;
        if (!table && !isPlaced(subject, region.section())) {
            return false;
        }
        Mismatch mismatch = resolution.mismatch(region.section(), region.start(), region.end());
        if (mismatch == null) {
            return table ? isEntry(subject, region) : isNamed(subject, region);
        }
        String line = line(region.section(), mismatch.offset());
        add(
                "run-pre-mismatch",
                subject,
                region.place(mismatch.offset()) + (line.isEmpty() ? "" : ", " + line),
                "the rebuilt original is not what runs in "
                        + owner()
                        + ": it has "
                        + mismatch.expected()
                        + ", running is "
                        + mismatch.found(),
                REBUILD);
        return false;
    }

    private boolean isEntry(String subject, Region region) {
        Comparison table = placer.tables.get(region.section());
        boolean found = table != null && table.equal().contains(region);
        if (!found) {
            add(
                    "run-pre-missing",
                    subject,
                    region.place(region.start()),
                    "the entry of this table was not found in " + owner(),
                    REBUILD);
        }
        return found;
    }

    /** A name is the only evidence about a variable without content, so it must be right. */
    private boolean isNamed(String subject, Region region) {
        Symbol symbol = region.symbol();
        if (symbol == null) {
            return true;
        }
        long address = resolution.address(region.section(), region.start()).orElseThrow();
        boolean named =
                original.symbols(region.section()).stream()
                        .filter(s -> s.value() == region.start())
                        .anyMatch(s -> resolution.running().isAt(s.name(), address));
        if (!named) {
            add(
                    "run-pre-missing",
                    subject,
                    region.place(region.start()),
                    "it refers to "
                            + symbol.name()
                            + ", but the place of that is "
                            + Words.address(resolution.running(), address)
                            + " in "
                            + owner(),
                    REBUILD);
        }
        return named;
    }

    private String line(Section section, long offset) {
        if (!section.has(Elf.SHF_EXECINSTR)) {
            return "";
        }
        LineTable table = lines;
        if (table == null) {
            table = LineTable.read(original.object());
            lines = table;
        }
        return table.lineAt(section, offset).map(Object::toString).orElse("");
    }

    private String owner() {
        return resolution.running().name();
    }

    private void add(String rule, String subject, String where, String message, String remedy) {
        List<String> place = new ArrayList<>(List.of(original.object().file()));
        place.add(where);
        findings.add(Finding.error(rule, subject, String.join(": ", place), message, remedy));
    }
}
