package suture.target.xen.runpre;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.target.xen.image.XenImage;
import suture.target.xen.image.XenSymbol;
import suture.target.xen.runpre.Original.Field;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Compares sections of the original with the image. */
final class Matcher {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private final Original original;
    private final XenImage image;
    private final Map<Section, Long> bases = new LinkedHashMap<>();
    private final Map<Section, Optional<Mismatch>> compared = new HashMap<>();

    /** Sections whose symbols disagree about where they are. */
    private final Map<Section, Mismatch> torn = new HashMap<>();

    Matcher(Original original, XenImage image) {
        this.original = original;
        this.image = image;
        for (Section section : original.object().sections()) {
            if (section.has(Elf.SHF_ALLOC)) {
                original.symbols(section).forEach(symbol -> propose(section, symbol));
            }
        }
    }

    private void propose(Section section, Symbol symbol) {
        XenSymbol running = image.one(original.tableName(symbol));
        if (running == null) {
            return;
        }
        long base = running.address() - symbol.value();
        Long before = bases.putIfAbsent(section, base);
        if (before != null && before != base) {
            torn.put(
                    section,
                    new Mismatch(
                            section + ": " + symbol.name(),
                            "one section",
                            "its symbols at places of another distance"));
        }
    }

    /** Where a section is; null if nothing said so yet. */
    @Nullable Long base(Section section) {
        return bases.get(section);
    }

    /** The first difference of a whole section; null if it is equal. */
    @Nullable Mismatch compare(Section section) {
        Optional<Mismatch> known = compared.get(section);
        if (known != null) {
            return known.orElse(null);
        }
        compared.put(section, Optional.empty());
        Long base = bases.get(section);
        Mismatch found =
                torn.containsKey(section)
                        ? torn.get(section)
                        : base == null
                                ? new Mismatch(section.name(), "a symbol of it", "none")
                                : compare(section, 0, section.size(), base);
        compared.put(section, Optional.ofNullable(found));
        return found;
    }

    /**
     * The first difference of a part of a section.
     *
     * @param at where the part is in the image
     */
    @Nullable Mismatch compare(Section section, long from, long to, long at) {
        if (section.isNobits()) {
            return null;
        }
        Bytes run = image.read(at, to - from);
        if (run == null) {
            return new Mismatch(section.name(), "content", "none at " + image.words(at));
        }
        Bytes own = section.content();
        long checked = from;
        for (Map.Entry<Long, Field> entry : original.fields(section).subMap(from, to).entrySet()) {
            Mismatch bytes = bytes(section, checked, entry.getKey(), run, from);
            if (bytes != null) {
                return bytes;
            }
            Field field = entry.getValue();
            String wrong =
                    field(
                            field,
                            run.slice(entry.getKey() - from, field.kind().width()),
                            at + entry.getKey() - from);
            if (wrong != null) {
                return new Mismatch(
                        place(section, entry.getKey()),
                        "a reference to " + field.relocation().symbol(),
                        wrong);
            }
            checked = entry.getKey() + field.kind().width();
        }
        return own.size() < to ? null : bytes(section, checked, to, run, from);
    }

    private static @Nullable Mismatch bytes(
            Section section, long from, long to, Bytes run, long start) {
        if (from >= to) {
            return null;
        }
        Bytes own = section.content().slice(from, to - from);
        Bytes other = run.slice(from - start, to - from);
        long at = own.mismatch(other);
        if (at < 0) {
            return null;
        }
        long length = Math.min(8, own.size() - at);
        return new Mismatch(
                place(section, from + at),
                own.slice(at, length).hex(),
                other.slice(at, length).hex());
    }

    private static String place(Section section, long offset) {
        return section + "+0x" + Long.toHexString(offset);
    }

    /** What is wrong with a field, or null; learns where sections without symbols are. */
    private @Nullable String field(Field field, Bytes value, long address) {
        long sum = sum(field, value, address);
        Symbol symbol = field.relocation().symbol();
        long at = sum - field.relocation().addend();
        if (field.kind().width() == 4) {
            // A bug frame's line number is above the distance; only 32 bits of the sum are there.
            at = (address & ~0xffff_ffffL) | (at & 0xffff_ffffL);
        }
        Section section = symbol.section();
        if (section == null) {
            return external(symbol, at);
        }
        if (section.has(Elf.SHF_MERGE)) {
            return content(field, section, at);
        }
        long base = at - symbol.value();
        Long known = bases.putIfAbsent(section, base);
        return known == null || known == base || weakElsewhere(symbol, at)
                ? null
                : image.words(at) + " instead of " + image.words(known + symbol.value());
    }

    private boolean weakElsewhere(Symbol symbol, long at) {
        return symbol.binding() == Elf.STB_WEAK
                && image.at(at).stream().anyMatch(s -> s.name().equals(symbol.name()));
    }

    private static long sum(Field field, Bytes value, long address) {
        long raw = field.kind().width() == 8 ? value.s64(0, ORDER) : value.s32(0, ORDER);
        return field.kind().pcRelative() ? raw + address : raw;
    }

    private @Nullable String external(Symbol symbol, long at) {
        if (symbol.place() instanceof Symbol.Place.Absolute) {
            return at == symbol.value() ? null : "0x" + Long.toHexString(at);
        }
        boolean there = image.at(at).stream().anyMatch(s -> s.name().equals(symbol.name()));
        boolean marked = image.isMark(symbol.name(), at);
        boolean none = symbol.binding() == Elf.STB_WEAK && at == 0;
        return there || marked || none ? null : "one to " + image.words(at);
    }

    /** The linker moves and joins strings and constants; their content is what counts. */
    private @Nullable String content(Field field, Section section, long at) {
        Symbol symbol = field.relocation().symbol();
        boolean whole = symbol.type() == Elf.STT_SECTION;
        long shift = whole ? field.relocation().addend() + field.bias() : 0;
        long from = symbol.value() + shift;
        long to =
                section.has(Elf.SHF_STRINGS)
                        ? section.content().indexOf(0, Math.max(0, from)) + 1
                        : from + Math.max(1, section.header().entrySize());
        if (from < 0 || to <= from || to > section.size()) {
            return "a place outside of " + section;
        }
        Bytes own = section.content().slice(from, to - from);
        Bytes run = image.read(at + shift, to - from);
        return own.equals(run) ? null : "other content: " + (run == null ? "none" : run.hex());
    }
}
