package suture.dwarf;

import suture.bytes.Cursor;
import suture.bytes.FormatException;
import suture.elf.Section;

import java.util.ArrayList;
import java.util.List;

/** A unit of {@code .debug_info} while its DIEs are read: what gives their values a meaning. */
final class Unit {
    private static final long UNIT_64 = 0xffff_ffffL;

    final long start;
    final long end;
    final int version;
    final int addressSize;
    final int offsetSize;
    final long abbreviations;
    final long firstDie;
    private final DebugSections sections;
    private Die root = Die.at(0, 0);

    Unit(DebugSections sections, long start) {
        this.sections = sections;
        this.start = start;
        Cursor in = sections.cursor("info", start);
        long length = in.u32();
        offsetSize = length == UNIT_64 ? 8 : 4;
        length = length == UNIT_64 ? in.s64() : length;
        if (length < 0 || length > in.remaining()) {
            throw new IndexOutOfBoundsException("a unit of " + length + " bytes");
        }
        end = in.position() + length;
        version = in.u16();
        if (version < 2 || version > 5) {
            throw bad("version 2 to 5", "version " + version);
        }
        int type = version >= 5 ? in.u8() : 1;
        if (version >= 5) {
            addressSize = in.u8();
            abbreviations = Forms.number(in, offsetSize);
        } else {
            abbreviations = Forms.number(in, offsetSize);
            addressSize = in.u8();
        }
        switch (type) {
            case 1, 3 -> {}
            case 2, 6 -> in.skip(8L + offsetSize);
            default -> throw bad("debug information in the file itself", "unit type " + type);
        }
        firstDie = in.position();
    }

    FormatException bad(String expected, String found) {
        return new FormatException(sections.file(), ".debug_info", start, expected, found);
    }

    /** The DIE whose values come next, read without a look at what they mean. */
    Die die(Cursor in, long offset, Abbreviations.Shape shape) {
        Die die = Die.at(offset, shape.tag());
        for (Abbreviations.Field field : shape.fields()) {
            int form = field.form();
            while (form == Forms.INDIRECT) {
                form = (int) in.uleb();
            }
            long value =
                    form == Forms.IMPLICIT_CONST
                            ? field.constant()
                            : Forms.read(sections, in, form, version, addressSize, offsetSize);
            die.values().put(field.attribute(), new Die.Value(form, value));
        }
        return die;
    }

    /** Sets the unit's own DIE, whose bases other values need. */
    void root(Die die) {
        if (die.has(Die.DWO_NAME) || die.has(Die.GNU_DWO_NAME)) {
            throw bad("debug information in the file itself", "a reference to a .dwo file");
        }
        root = die;
    }

    String text(Die die, int attribute) {
        Die.Value value = die.values().get(attribute);
        if (value == null) {
            return "";
        }
        return switch (value.form()) {
            case Forms.STRING -> sections.content("info").cstring(value.number());
            case Forms.STRP -> sections.content("str").cstring(value.number());
            case Forms.LINE_STRP -> sections.content("line_str").cstring(value.number());
            case Forms.STRX, Forms.STRX1, 0x26, 0x27, Forms.STRX4 -> {
                long base = root.number(Die.STR_OFFSETS_BASE, 2L * offsetSize);
                Cursor in = sections.cursor("str_offsets", base + value.number() * offsetSize);
                yield sections.content("str").cstring(Forms.number(in, offsetSize));
            }
            default -> throw bad("a string", "form 0x" + Integer.toHexString(value.form()));
        };
    }

    /** Offset in {@code .debug_info} that a reference leads to, -1 if none. */
    long reference(Die die, int attribute) {
        Die.Value value = die.values().get(attribute);
        if (value == null) {
            return -1;
        }
        boolean local = value.form() >= Forms.REF1 && value.form() <= Forms.REF_UDATA;
        return local ? start + value.number() : value.number();
    }

    private long address(Die.Value value) {
        return switch (value.form()) {
            case Forms.ADDRX, Forms.ADDRX1, 0x2a, 0x2b, Forms.ADDRX4 -> indexed(value.number());
            default -> value.number();
        };
    }

    private long indexed(long index) {
        long base = root.number(Die.ADDR_BASE, 8);
        return Forms.number(sections.cursor("addr", base + index * addressSize), addressSize);
    }

    /** The address an attribute holds, 0 if none. */
    long address(Die die, int attribute) {
        Die.Value value = die.values().get(attribute);
        return value == null ? 0 : address(value);
    }

    /** The pieces of code of a DIE. */
    List<CodeRange> code(Die die) {
        List<CodeRange> code = new ArrayList<>();
        Die.Value ranges = die.values().get(Die.RANGES);
        if (ranges != null) {
            if (version >= 5) {
                rangeList(ranges, code);
            } else {
                oldRanges(ranges.number(), code);
            }
        } else if (die.has(Die.LOW_PC) && die.has(Die.HIGH_PC)) {
            long low = address(die, Die.LOW_PC);
            Die.Value high = die.values().get(Die.HIGH_PC);
            boolean absolute =
                    high != null
                            && (high.form() == Forms.ADDR
                                    || high.form() == Forms.ADDRX
                                    || (high.form() >= Forms.ADDRX1
                                            && high.form() <= Forms.ADDRX4));
            add(code, low, absolute ? address(die, Die.HIGH_PC) : low + die.number(Die.HIGH_PC, 0));
        }
        return List.copyOf(code);
    }

    private void add(List<CodeRange> code, long low, long high) {
        CodeRange range = sections.space().range(low, high);
        if (range != null) {
            code.add(range);
        }
    }

    /** DWARF 4, 2.17.3. */
    private void oldRanges(long offset, List<CodeRange> code) {
        Cursor in = sections.cursor("ranges", offset);
        long base = address(root, Die.LOW_PC);
        long select = addressSize == 8 ? -1L : 0xffff_ffffL;
        while (true) {
            long low = Forms.number(in, addressSize);
            long high = Forms.number(in, addressSize);
            if (low == 0 && high == 0) {
                return;
            }
            if (low == select) {
                base = high;
            } else {
                add(code, base + low, base + high);
            }
        }
    }

    /** DWARF 5, 2.17.3 and 7.25. */
    private void rangeList(Die.Value ranges, List<CodeRange> code) {
        long offset = ranges.number();
        if (ranges.form() == Forms.RNGLISTX) {
            long table = root.number(Die.RNGLISTS_BASE, 0);
            offset =
                    table
                            + Forms.number(
                                    sections.cursor("rnglists", table + offset * offsetSize),
                                    offsetSize);
        }
        Cursor in = sections.cursor("rnglists", offset);
        long base = address(root, Die.LOW_PC);
        while (true) {
            int kind = in.u8();
            switch (kind) {
                case 0 -> {
                    return;
                }
                case 1 -> base = indexed(in.uleb());
                case 2 -> add(code, indexed(in.uleb()), indexed(in.uleb()));
                case 3 -> {
                    long low = indexed(in.uleb());
                    add(code, low, low + in.uleb());
                }
                case 4 -> add(code, base + in.uleb(), base + in.uleb());
                case 5 -> base = Forms.number(in, addressSize);
                case 6 -> {
                    long low = Forms.number(in, addressSize);
                    add(code, low, Forms.number(in, addressSize));
                }
                case 7 -> {
                    long low = Forms.number(in, addressSize);
                    add(code, low, low + in.uleb());
                }
                default -> throw bad("a range list entry of kind 0 to 7", "kind " + kind);
            }
        }
    }

    /** The section of an address, and its offset there. */
    Section section(long address) {
        Section section = sections.space().at(address);
        if (section == null) {
            throw bad("an address of code", "0x" + Long.toHexString(address));
        }
        return section;
    }
}
