package suture.target.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Matches an original object against an image; see the package's essay. */
public final class RunPre {
    private static final int SHORTEST_ANCHOR = 12;

    private final ElfObject object;
    private final ProcessImage image;
    private final String file;
    private final Placement placement;
    private final List<Finding> findings = new ArrayList<>();

    private RunPre(ElfObject object, ProcessImage image) {
        this.object = object;
        this.image = image;
        this.placement = new Placement(object, image);
        this.file =
                object.symbols().stream()
                        .filter(s -> s.type() == Elf.STT_FILE)
                        .map(Symbol::name)
                        .findFirst()
                        .orElse("");
    }

    /**
     * What the match proved.
     *
     * @param placement where the object's things are
     * @param findings what does not agree; each refuses
     */
    public record Result(Placement placement, List<Finding> findings) {}

    /** Matches all code of the object, and the data that it leads to. */
    public static Result match(ElfObject object, ProcessImage image) {
        RunPre match = new RunPre(object, image);
        match.matchCode();
        match.matchData();
        return new Result(match.placement, List.copyOf(match.findings));
    }

    private void matchCode() {
        Map<Section, Set<Long>> candidates = new LinkedHashMap<>();
        for (Section section : object.sections()) {
            if (section.has(Elf.SHF_ALLOC | Elf.SHF_EXECINSTR) && section.size() > 0) {
                candidates.put(section, candidates(section));
            }
        }
        List<Section> order = new ArrayList<>(candidates.keySet());
        order.sort(Comparator.comparingInt(s -> candidates.getOrDefault(s, Set.of()).size()));
        for (Section section : order) {
            Long known = placement.base(section);
            matchCode(
                    section,
                    known != null ? Set.of(known) : candidates.getOrDefault(section, Set.of()));
        }
    }

    private void matchCode(Section section, Set<Long> candidates) {
        List<Placement> matches = new ArrayList<>();
        SectionMatch.Difference first = null;
        for (long base : candidates) {
            Placement attempt = placement.copy();
            SectionMatch.Difference difference =
                    new SectionMatch(object, image, attempt).match(section, base);
            if (difference == null) {
                matches.add(attempt);
            } else if (first == null || difference.offset() > first.offset()) {
                first = difference;
            }
        }
        if (matches.size() == 1) {
            placement.take(matches.getFirst());
        } else if (matches.size() > 1) {
            placement.ambiguous(section);
        } else if (first != null) {
            mismatch(section, first);
        }
    }

    private void mismatch(Section section, SectionMatch.Difference difference) {
        findings.add(
                Finding.error(
                        "run-pre-mismatch",
                        placement.nameAt(section, difference.offset()),
                        "%s: %s at 0x%x"
                                .formatted(
                                        image.elf().file(),
                                        placement.placeAt(section, difference.offset()),
                                        difference.address()),
                        "what runs is not what the source compiles to: " + difference.what(),
                        "use the exact source, compiler and options that the program was built"
                                + " with"));
    }

    private Set<Long> candidates(Section section) {
        Set<Long> same = new LinkedHashSet<>();
        Set<Long> all = new LinkedHashSet<>();
        for (Symbol symbol : object.symbols()) {
            if (symbol.section() == section && symbol.type() == Elf.STT_FUNC) {
                for (Symbol running : image.named(symbol.name())) {
                    long base = running.value() - symbol.value();
                    boolean likely =
                            running.type() == Elf.STT_FUNC && running.size() == symbol.size();
                    if (likely && (!symbol.isLocal() || image.file(running).equals(file))) {
                        same.add(base);
                    }
                    all.add(base);
                }
            }
        }
        if (!same.isEmpty()) {
            return same;
        }
        return all.isEmpty() ? search(section) : all;
    }

    /** Without symbols: every place where the longest run of bytes without relocation stands. */
    private Set<Long> search(Section section) {
        Set<Long> found = new LinkedHashSet<>();
        long from = 0;
        long length = 0;
        long free = 0;
        List<Relocation> relocations = SectionMatch.sorted(object, section);
        for (int i = 0; i <= relocations.size(); i++) {
            long end = i < relocations.size() ? relocations.get(i).offset() - 4 : section.size();
            if (end - free > length) {
                from = free;
                length = end - free;
            }
            free = end + 12;
        }
        if (length < SHORTEST_ANCHOR) {
            return found;
        }
        Bytes anchor = section.content().slice(from, length);
        for (Section code : image.code()) {
            Bytes content = code.content();
            for (long at = content.indexOf(anchor, 0);
                    at >= 0;
                    at = content.indexOf(anchor, at + 1)) {
                found.add(code.header().address() + at - from);
            }
        }
        return found;
    }

    /** Data that the code leads to must have the content that the source gives it. */
    private void matchData() {
        for (Section section : object.sections()) {
            Long base = placement.base(section);
            boolean data =
                    section.type() == Elf.SHT_PROGBITS
                            && section.has(Elf.SHF_ALLOC)
                            && !section.has(Elf.SHF_EXECINSTR)
                            && !section.has(Elf.SHF_MERGE)
                            && !section.has(Elf.SHF_TLS);
            if (base != null && data) {
                SectionMatch.Difference difference =
                        new SectionMatch(object, image, placement).match(section, base);
                if (difference != null) {
                    mismatch(section, difference);
                }
            }
        }
    }

    static @Nullable Symbol symbolAt(ElfObject object, Section section, long offset) {
        Symbol best = null;
        for (Symbol symbol : object.symbols()) {
            if (symbol.section() == section
                    && symbol.type() != Elf.STT_SECTION
                    && symbol.type() != Elf.STT_FILE
                    && !symbol.name().isEmpty()
                    && symbol.value() <= offset
                    && (best == null || symbol.value() > best.value())) {
                best = symbol;
            }
        }
        return best;
    }
}
