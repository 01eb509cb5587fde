package suture.target.process;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfHeader;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.ElfWriter;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.elf.SectionHeader;
import suture.elf.Symbol;
import suture.target.process.ProcessPayload.Area;
import suture.target.process.ProcessPayload.Fixup;
import suture.target.process.ProcessPayload.Image;
import suture.target.process.ProcessPayload.Label;
import suture.target.process.ProcessPayload.Part;
import suture.target.process.ProcessPayload.Redirect;
import suture.target.process.ProcessPayload.Target;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The file {@code NAME.suture}: an ELF64 relocatable object, so that the usual tools show what is
 * in it.
 *
 * <pre>
 *   .text .rodata .data    the areas; zeros at the end of .data are in .suture.patch
 *   .eh_frame              call frame information of .text
 *   .rela.*                the fixups
 *   undefined symbols      {@code IMAGE:NAME} with the address in that image as value, or the plain
 *                          name of an exported symbol
 *   .suture.patch          text, one record a line, fields separated by tabs:
 *     suture-process 1
 *     name    NAME
 *     image   BUILD-ID  FILE
 *     zeros   AREA      COUNT
 *     replace FUNCTION  IMAGE  ENTRY  SKIP     (hexadecimal from here on)
 *     code    ADDRESS   BYTES                  of the replace before it
 * </pre>
 */
public final class PayloadFile {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final String MANIFEST = ".suture.patch";
    private static final String FIRST = "suture-process 1";

    private PayloadFile() {}

    /** The bytes of the file; the same payload gives the same bytes. */
    public static Bytes write(ProcessPayload payload) {
        return ElfWriter.write(new Builder(payload).build());
    }

    private static final class Builder {
        private final ProcessPayload payload;
        private final List<Section> sections = new ArrayList<>();
        private final List<Symbol> symbols = new ArrayList<>();
        private final Map<Area, Section> areas = new EnumMap<>(Area.class);
        private final Map<Target, Symbol> targets = new java.util.LinkedHashMap<>();

        Builder(ProcessPayload payload) {
            this.payload = payload;
        }

        ElfObject build() {
            section("", Elf.SHT_NULL, 0, Bytes.EMPTY, 0);
            symbols.add(symbol("", 0, 0, 0, new Symbol.Place.Undefined()));
            payload.parts()
                    .forEach((area, part) ->
                            areas.put(
                                    area,
                                    section(
                                            area.section(),
                                            Elf.SHT_PROGBITS,
                                            flags(area),
                                            part.content(),
                                            64)));
            section(MANIFEST, Elf.SHT_PROGBITS, 0, Bytes.of(manifest(payload)), 1);
            areas.forEach((area, section) ->
                    targets.put(
                            new Target.Inside(area),
                            add("", Elf.STT_SECTION, 0, 0, new Symbol.Place.InSection(section))));
            for (Label label : payload.labels()) {
                add(
                        label.name(),
                        label.function() ? Elf.STT_FUNC : Elf.STT_OBJECT,
                        label.offset(),
                        label.size(),
                        new Symbol.Place.InSection(section(label.area())));
            }
            payload.fixups().forEach(f -> undefined(f.target()));
            List<RelocationSection> tables = new ArrayList<>();
            areas.forEach((area, section) -> tables.add(table(area, section)));
            return new ElfObject(
                    payload.name(),
                    header(),
                    sections,
                    symbols,
                    List.of(),
                    tables,
                    List.of(),
                    List.of(),
                    null);
        }

        private Section section(Area area) {
            Section section = areas.get(area);
            if (section == null) {
                throw new IllegalStateException("nothing in " + area);
            }
            return section;
        }

        private Section section(String name, int type, long flags, Bytes content, long alignment) {
            Section section =
                    new Section(
                            sections.size(),
                            name,
                            new SectionHeader(type, flags, 0, content.size(), 0, 0, alignment, 0),
                            content);
            sections.add(section);
            return section;
        }

        private Symbol symbol(String name, long value, long size, int info, Symbol.Place place) {
            return new Symbol(symbols.size(), name, value, size, info, 0, place);
        }

        private Symbol add(String name, int info, long value, long size, Symbol.Place place) {
            Symbol symbol = symbol(name, value, size, info, place);
            symbols.add(symbol);
            return symbol;
        }

        private void undefined(Target target) {
            if (targets.containsKey(target)) {
                return;
            }
            String name =
                    switch (target) {
                        case Target.Inside inside -> "";
                        case Target.Running r -> r.image() + ":" + r.name();
                        case Target.Exported e -> e.name();
                    };
            long value = target instanceof Target.Running r ? r.address() : 0;
            targets.put(
                    target, add(name, Elf.STB_GLOBAL << 4, value, 0, new Symbol.Place.Undefined()));
        }

        private RelocationSection table(Area area, Section target) {
            List<Relocation> entries =
                    payload.fixups().stream()
                            .filter(f -> f.area() == area)
                            .map(f ->
                                    new Relocation(
                                            f.offset(),
                                            f.type(),
                                            java.util.Objects.requireNonNull(
                                                    targets.get(f.target())),
                                            f.addend()))
                            .toList();
            Section section =
                    new Section(
                            sections.size(),
                            ".rela" + area.section(),
                            new SectionHeader(
                                    Elf.SHT_RELA,
                                    Elf.SHF_INFO_LINK,
                                    0,
                                    24L * entries.size(),
                                    0,
                                    0,
                                    8,
                                    24),
                            Bytes.zeros(24L * entries.size()));
            sections.add(section);
            return new RelocationSection(section, target, true, entries);
        }
    }

    private static long flags(Area area) {
        return switch (area) {
            case CODE -> Elf.SHF_ALLOC | Elf.SHF_EXECINSTR;
            case CONSTANT, FRAMES -> Elf.SHF_ALLOC;
            case STATE -> Elf.SHF_ALLOC | Elf.SHF_WRITE;
        };
    }

    private static ElfHeader header() {
        Bytes ident = new ByteSink(ORDER).u32(0x464c_457fL).u8(2).u8(1).u8(1).zeros(9).toBytes();
        return new ElfHeader(true, ORDER, ident, Elf.ET_REL, Elf.EM_X86_64, 1, 0, 0);
    }

    private static String manifest(ProcessPayload payload) {
        StringBuilder text = new StringBuilder(FIRST).append('\n');
        line(text, "name", payload.name());
        payload.images().forEach(i -> line(text, "image", i.buildId().hex(), i.name()));
        payload.parts()
                .forEach((area, part) ->
                        line(text, "zeros", area.name(), hex(part.size() - part.content().size())));
        for (Redirect redirect : payload.redirects()) {
            line(
                    text,
                    "replace",
                    redirect.function(),
                    hex(redirect.image()),
                    hex(redirect.entry()),
                    hex(redirect.skip()));
            redirect.old().forEach(c -> line(text, "code", hex(c.address()), c.bytes().hex()));
        }
        return text.toString();
    }

    private static String hex(long value) {
        return Long.toHexString(value);
    }

    private static void line(StringBuilder text, String... fields) {
        text.append(String.join("\t", fields)).append('\n');
    }

    /**
     * Reads a payload.
     *
     * @throws FormatException if it is none
     */
    public static ProcessPayload read(String file, Bytes image) {
        ElfObject object = ElfReader.read(file, image);
        Bytes manifest = object.content(MANIFEST);
        if (manifest == null || object.header().machine() != Elf.EM_X86_64) {
            throw new FormatException(
                    file, "", -1, "a process payload for x86_64", "no section " + MANIFEST);
        }
        return new Manifest(file, object).parse(manifest.text());
    }

    /** A reader of the manifest and of the sections that it speaks of. */
    private static final class Manifest {
        private final String file;
        private final ElfObject object;
        private String name = "";
        private final List<Image> images = new ArrayList<>();
        private final Map<Area, Part> parts = new EnumMap<>(Area.class);
        private final List<Redirect> redirects = new ArrayList<>();

        Manifest(String file, ElfObject object) {
            this.file = file;
            this.object = object;
        }

        ProcessPayload parse(String text) {
            String[] lines = text.split("\n", -1);
            for (int i = 0; i < lines.length; i++) {
                boolean good = i == 0 ? lines[i].equals(FIRST) : accept(lines[i].split("\t", -1));
                if (!good) {
                    throw new FormatException(
                            file, MANIFEST, -1, "a record in line " + (i + 1), lines[i]);
                }
            }
            if (redirects.isEmpty() || redirects.stream().anyMatch(r -> r.old().isEmpty())) {
                throw new FormatException(file, MANIFEST, -1, "functions to replace", "none");
            }
            return new ProcessPayload(name, images, parts, labels(), fixups(), redirects);
        }

        private boolean accept(String[] fields) {
            try {
                switch (fields[0]) {
                    case "" -> {}
                    case "name" -> name = fields[1];
                    case "image" -> images.add(new Image(fields[2], bytes(fields[1])));
                    case "zeros" -> part(Area.valueOf(fields[1]), number(fields[2]));
                    case "replace" ->
                            redirects.add(
                                    new Redirect(
                                            fields[1],
                                            (int) number(fields[2]),
                                            List.of(),
                                            number(fields[3]),
                                            (int) number(fields[4])));
                    case "code" -> code(number(fields[1]), bytes(fields[2]));
                    default -> {
                        return false;
                    }
                }
                return true;
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                return false;
            }
        }

        private void part(Area area, long zeros) {
            Bytes content = object.content(area.section());
            if (content == null || zeros < 0 || zeros > 1L << 31) {
                throw new IllegalArgumentException(area.section());
            }
            parts.put(area, new Part(content, content.size() + zeros));
        }

        private void code(long address, Bytes bytes) {
            Redirect last = redirects.removeLast();
            List<ProcessPayload.Code> old = new ArrayList<>(last.old());
            old.add(new ProcessPayload.Code(address, bytes));
            redirects.add(
                    new Redirect(last.function(), last.image(), old, last.entry(), last.skip()));
        }

        private static long number(String text) {
            return Long.parseUnsignedLong(text, 16);
        }

        private static Bytes bytes(String text) {
            return Bytes.of(HexFormat.of().parseHex(text));
        }

        private List<Label> labels() {
            List<Label> labels = new ArrayList<>();
            for (Symbol symbol : object.symbols()) {
                Section section = symbol.section();
                if (section != null && symbol.type() != Elf.STT_SECTION) {
                    labels.add(
                            new Label(
                                    symbol.name(),
                                    symbol.type() == Elf.STT_FUNC,
                                    area(section),
                                    symbol.value(),
                                    symbol.size()));
                }
            }
            return labels;
        }

        private List<Fixup> fixups() {
            List<Fixup> fixups = new ArrayList<>();
            for (RelocationSection table : object.relocationSections()) {
                Section section = table.target();
                if (section != null) {
                    for (Relocation r : table.entries()) {
                        fixups.add(
                                new Fixup(
                                        area(section),
                                        r.offset(),
                                        r.type(),
                                        target(r.symbol()),
                                        r.addend()));
                    }
                }
            }
            return fixups;
        }

        private Area area(Section section) {
            for (Area area : Area.values()) {
                if (area.section().equals(section.name())) {
                    return area;
                }
            }
            throw new FormatException(file, section.name(), -1, "an area of the payload", "none");
        }

        private Target target(Symbol symbol) {
            Section section = symbol.section();
            if (section != null) {
                return new Target.Inside(area(section));
            }
            int colon = symbol.name().indexOf(':');
            if (colon < 0) {
                return new Target.Exported(symbol.name());
            }
            int image = Integer.parseInt(symbol.name().substring(0, colon));
            return new Target.Running(image, symbol.value(), symbol.name().substring(colon + 1));
        }
    }
}
