package suture.target.xen.verify;

import static suture.target.xen.XenError.EINVAL;
import static suture.target.xen.XenError.EOPNOTSUPP;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.target.xen.XenError;
import suture.target.xen.verify.RawPayload.Mark;
import suture.target.xen.verify.RawPayload.Part;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The file's form: header, section table, names, symbol table, in the loader's order (Xen {@code
 * common/livepatch_elf.c}: {@code livepatch_elf_load}). The ELF reader is not used: it refuses on
 * its own what the loader has an answer for.
 */
final class FileRules {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final int HEADER = 64;
    private static final int SECTION_HEADER = 64;
    private static final int SYMBOL = 24;
    private static final int MOST_SECTIONS = 1024;
    private static final int FREEBSD = 9;
    private static final String BROKEN = "the file is damaged: build it again";

    /** {@code LIVEPATCH_MAX_SIZE}. */
    static final long LARGEST = 2L << 20;

    private final Bytes file;
    private final Answers answers;

    FileRules(Bytes file, Answers answers) {
        this.file = file;
        this.answers = answers;
    }

    /** What is in the file; null if it cannot be followed. */
    @Nullable RawPayload check() {
        if (file.isEmpty() || file.size() > LARGEST) {
            answers.refuse(
                    EINVAL,
                    "payload-size",
                    "",
                    "it has " + file.size() + " bytes, and at most 2 MiB are taken",
                    "strip debug information: strip --strip-debug");
            return null;
        }
        if (!header()) {
            return null;
        }
        List<Part> unnamed = sections();
        if (answers.over()) {
            return null;
        }
        Part table = symbolTable(unnamed);
        if (table == null || !strings(unnamed, table.link(), "symbol-names")) {
            return null;
        }
        List<Part> sections = named(unnamed);
        if (answers.over()) {
            return null;
        }
        List<Mark> symbols = symbols(table, unnamed.get(table.link()).content());
        return answers.over() ? null : new RawPayload(sections, symbols, table.index());
    }

    private boolean header() {
        if (file.size() < HEADER || file.u32(0, LITTLE) != 0x464c_457fL) {
            fail(EINVAL, "not-elf", "no ELF header");
            return false;
        }
        if (file.u32(20, LITTLE) != 1
                || file.u8(6) != 1
                || file.u8(8) != 0
                || (file.u8(7) != 0 && file.u8(7) != FREEBSD)
                || file.u16(16, LITTLE) != Elf.ET_REL
                || file.u16(56, LITTLE) != 0) {
            fail(
                    EOPNOTSUPP,
                    "elf-header",
                    "not a relocatable file of version 1 and ABI 0 without program headers");
            return false;
        }
        if (file.u16(18, LITTLE) != Elf.EM_X86_64 || file.u8(4) != 2 || file.u8(5) != 1) {
            fail(EOPNOTSUPP, "machine", "not for x86-64");
            return false;
        }
        long offset = file.s64(40, LITTLE);
        int size = file.u16(58, LITTLE);
        int count = file.u16(60, LITTLE);
        int names = file.u16(62, LITTLE);
        if (names == 0) {
            fail(EINVAL, "section-names", "no table of section names");
        } else if (count >= MOST_SECTIONS) {
            fail(EOPNOTSUPP, "section-count", count + " sections, and at most 1023 are taken");
        } else if (names >= count
                || Long.compareUnsigned(offset, file.size()) >= 0
                || size < SECTION_HEADER
                || (file.size() - offset) / size < count) {
            fail(EINVAL, "section-table", "the section table is not in the file");
        }
        return !answers.over();
    }

    private List<Part> sections() {
        long table = file.s64(40, LITTLE);
        int step = file.u16(58, LITTLE);
        int count = file.u16(60, LITTLE);
        List<Part> all = new ArrayList<>();
        for (int i = 0; i < count && !answers.over(); i++) {
            long at = table + (long) i * step;
            int type = file.s32(at + 4, LITTLE);
            long flags = file.s64(at + 8, LITTLE);
            long offset = file.s64(at + 24, LITTLE);
            long size = file.s64(at + 32, LITTLE);
            long alignment = file.s64(at + 48, LITTLE);
            boolean bits = type != Elf.SHT_NOBITS;
            if (i > 0) {
                section(i, type, flags, offset, size, alignment, file.s64(at + 16, LITTLE));
            }
            boolean inside = bits && i > 0 && file.contains(offset, size);
            all.add(
                    new Part(
                            i,
                            "section " + i,
                            type,
                            flags,
                            size,
                            file.s32(at + 40, LITTLE),
                            file.u32(at + 44, LITTLE),
                            alignment,
                            file.s64(at + 56, LITTLE),
                            inside ? file.slice(offset, size) : Bytes.EMPTY));
        }
        return all;
    }

    private void section(
            int index, int type, long flags, long offset, long size, long alignment, long address) {
        String place = "section " + index;
        boolean bits = type != Elf.SHT_NOBITS;
        if (Long.compareUnsigned(offset, HEADER) < 0 || (bits && !file.contains(offset, size))) {
            answers.refuse(EINVAL, "section-place", place, "it is not in the file", BROKEN);
        } else if ((alignment & (alignment - 1)) != 0) {
            answers.refuse(
                    EOPNOTSUPP,
                    "section-alignment",
                    place,
                    "its alignment " + alignment + " is no power of two",
                    BROKEN);
        } else if (alignment != 0 && Long.remainderUnsigned(address, alignment) != 0) {
            answers.refuse(EINVAL, "section-address", place, "its address is not aligned", BROKEN);
        } else if (!bits
                && (flags & (Elf.SHF_WRITE | Elf.SHF_ALLOC)) != 0
                && Long.compareUnsigned(size, LARGEST) > 0) {
            answers.refuse(
                    EINVAL,
                    "section-size",
                    place,
                    "it has " + size + " bytes without content, and at most 2 MiB are taken",
                    "allocate large tables in a load hook");
        }
    }

    private @Nullable Part symbolTable(List<Part> sections) {
        List<Part> tables =
                sections.stream().skip(1).filter(s -> s.type() == Elf.SHT_SYMTAB).toList();
        if (tables.size() != 1) {
            fail(
                    tables.isEmpty() ? EINVAL : EOPNOTSUPP,
                    "symbol-table",
                    tables.size() + " symbol tables, and exactly one is taken");
            return null;
        }
        Part table = tables.getFirst();
        if (table.link() < 0 || table.link() >= sections.size()) {
            fail(EINVAL, "symbol-table", "its string table does not exist");
            return null;
        }
        if (table.size() == 0
                || Long.compareUnsigned(table.entrySize(), SYMBOL) < 0
                || Long.remainderUnsigned(table.size(), table.entrySize()) != 0) {
            fail(EINVAL, "symbol-table", "its size is no multiple of its entries' size");
            return null;
        }
        return table;
    }

    private boolean strings(List<Part> sections, int index, String rule) {
        if (index == 0) {
            answers.crash(
                    rule,
                    ".symtab",
                    "the string table is section 0, whose header it never looks up",
                    BROKEN);
            return false;
        }
        Part table = sections.get(index);
        Bytes text = table.content();
        if (table.type() != Elf.SHT_STRTAB
                || text.isEmpty()
                || text.u8(0) != 0
                || text.u8(text.size() - 1) != 0) {
            fail(EINVAL, rule, "section " + index + " is no table of strings between NULs");
            return false;
        }
        return true;
    }

    private List<Part> named(List<Part> sections) {
        int index = file.u16(62, LITTLE);
        List<Part> all = new ArrayList<>(sections.subList(0, Math.min(1, sections.size())));
        if (!strings(sections, index, "section-names")) {
            return all;
        }
        Bytes names = sections.get(index).content();
        long table = file.s64(40, LITTLE);
        int step = file.u16(58, LITTLE);
        for (Part part : sections.subList(1, sections.size())) {
            long name = file.u32(table + (long) part.index() * step, LITTLE);
            if (name >= names.size()) {
                fail(EINVAL, "section-names", part.name() + " has its name outside of the table");
                return all;
            }
            all.add(renamed(part, names.cstring(name)));
        }
        return all;
    }

    private static Part renamed(Part part, String name) {
        return new Part(
                part.index(),
                name,
                part.type(),
                part.flags(),
                part.size(),
                part.link(),
                part.info(),
                part.alignment(),
                part.entrySize(),
                part.content());
    }

    private List<Mark> symbols(Part table, Bytes names) {
        List<Mark> all = new ArrayList<>();
        Bytes content = table.content();
        for (long at = 0; at < content.size(); at += table.entrySize()) {
            long name = content.u32(at, LITTLE);
            if (name >= names.size() && at > 0) {
                fail(EINVAL, "symbol-names", "symbol " + all.size() + " has no name in the table");
                return all;
            }
            all.add(
                    new Mark(
                            all.size(),
                            at == 0 ? "" : names.cstring(name),
                            content.u16(at + 6, LITTLE),
                            content.s64(at + 8, LITTLE),
                            content.s64(at + 16, LITTLE)));
        }
        return all;
    }

    private void fail(XenError error, String rule, String message) {
        answers.refuse(error, rule, "", message, BROKEN);
    }
}
