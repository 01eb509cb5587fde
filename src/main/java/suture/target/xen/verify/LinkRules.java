package suture.target.xen.verify;

import static suture.target.xen.XenError.EINVAL;
import static suture.target.xen.XenError.ENOENT;
import static suture.target.xen.XenError.EOPNOTSUPP;
import static suture.target.xen.XenError.EOVERFLOW;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.target.xen.XenError;
import suture.target.xen.verify.RawPayload.Mark;
import suture.target.xen.verify.RawPayload.Part;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Symbols and relocations (Xen {@code livepatch_elf_resolve_symbols}, {@code
 * livepatch_elf_perform_relocs}, {@code arch/x86/livepatch.c}).
 */
final class LinkRules {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final int RELA = 24;
    private static final int NONE = 0;
    private static final int ABSOLUTE_64 = 1;
    private static final int RELATIVE_32 = 2;
    private static final int CALL_32 = 4;

    /** A relocation that was done: the field, and the symbol it is filled with. */
    record Link(Part section, long offset, int type, Mark symbol) {}

    private final RawPayload payload;
    private final Memory memory;
    private final PayloadStack stack;
    private final Answers answers;
    private final long[] values;
    private final Set<Mark> ignored = new HashSet<>();
    private final List<Link> links = new ArrayList<>();

    LinkRules(RawPayload payload, Memory memory, PayloadStack stack, Answers answers) {
        this.payload = payload;
        this.memory = memory;
        this.stack = stack;
        this.answers = answers;
        this.values = new long[payload.symbols().size()];
    }

    /** Gives each symbol its address. */
    void resolve() {
        for (Mark symbol : payload.symbols().subList(1, payload.symbols().size())) {
            values[symbol.index()] = resolve(symbol);
        }
    }

    /** A symbol's address, 0 if it has none. */
    long value(Mark symbol) {
        return values[symbol.index()];
    }

    /** The relocations that were done. */
    List<Link> links() {
        return List.copyOf(links);
    }

    private long resolve(Mark symbol) {
        Part section = payload.sectionOf(symbol);
        if (section != null) {
            if (!section.isLoaded()) {
                ignored.add(symbol);
                return symbol.value();
            }
            return symbol.value() + memory.address(section);
        }
        return switch (symbol.section()) {
            case RawPayload.SHN_COMMON -> {
                answers.refuse(
                        EINVAL,
                        "common-symbol",
                        symbol.name(),
                        "it has no place yet",
                        "compile with -fno-common");
                yield 0;
            }
            case RawPayload.SHN_ABS -> symbol.value();
            case 0 -> {
                long address = stack.address(symbol.name());
                if (address == 0) {
                    answers.refuse(
                            ENOENT,
                            "unknown-symbol",
                            symbol.name(),
                            "neither the hypervisor nor a loaded payload has it",
                            "locals are called FILE#NAME, for instance"
                                    + " common/kernel.c#assign_integer_param; the GOT is not there:"
                                    + " compile with -fvisibility=hidden");
                }
                yield address;
            }
            default -> {
                boolean reserved = symbol.section() >= RawPayload.SHN_LORESERVE;
                answers.refuse(
                        reserved ? EOPNOTSUPP : EINVAL,
                        "symbol-section",
                        symbol.name(),
                        "it is in section " + symbol.section(),
                        "the file is damaged: build it again");
                yield 0;
            }
        };
    }

    /** Does the relocations. */
    void relocate() {
        for (Part part : payload.sections().subList(1, payload.sections().size())) {
            if ((part.type() == Elf.SHT_RELA || part.type() == Elf.SHT_REL)
                    && part.info() < payload.sections().size()) {
                relocate(part);
            }
        }
    }

    private void relocate(Part part) {
        if (part.info() == 0) {
            answers.crash(
                    "relocation-target",
                    part.name(),
                    "it applies to section 0, whose header the loader never looks up",
                    "remove the section");
            return;
        }
        Part base = payload.sections().get((int) part.info());
        if (!base.isLoaded()) {
            return;
        }
        if (part.link() != payload.symbolTable()) {
            refuse(EINVAL, "relocation-symbols", part.name(), "it names another symbol table");
            return;
        }
        if (part.size() == 0) {
            return;
        }
        long least = part.type() == Elf.SHT_RELA ? RELA : 16;
        if (Long.compareUnsigned(part.entrySize(), least) < 0
                || Long.remainderUnsigned(part.size(), part.entrySize()) != 0) {
            refuse(EINVAL, "relocation-size", part.name(), "its size is no multiple of an entry's");
            return;
        }
        if (part.type() == Elf.SHT_REL) {
            refuse(EOPNOTSUPP, "relocation-form", part.name(), "it has no addends (SHT_REL)");
            return;
        }
        Bytes content = part.content();
        for (long at = 0; at < content.size(); at += part.entrySize()) {
            long info = content.s64(at + 8, LITTLE);
            one(part, base, content.s64(at, LITTLE), info, content.s64(at + 16, LITTLE));
        }
    }

    private void one(Part part, Part base, long offset, long info, long addend) {
        String place = base.name() + "+0x" + Long.toHexString(offset);
        long index = info >>> 32;
        int type = (int) info;
        if (index == 0 || index >= payload.symbols().size()) {
            refuse(
                    index == 0 ? EOPNOTSUPP : EINVAL,
                    "relocation-symbol",
                    place,
                    index == 0 ? "it refers to no symbol" : "its symbol does not exist");
            return;
        }
        Mark symbol = payload.symbols().get((int) index);
        if (ignored.contains(symbol)) {
            refuse(
                    EINVAL,
                    "relocation-not-loaded",
                    place,
                    "it refers to " + symbol.name() + " in a section that is not loaded");
            return;
        }
        int width =
                switch (type) {
                    case NONE -> 0;
                    case ABSOLUTE_64 -> 8;
                    case RELATIVE_32, CALL_32 -> 4;
                    default -> -1;
                };
        if (width < 0) {
            answers.refuse(
                    EOPNOTSUPP,
                    "relocation-type",
                    place,
                    "relocation type " + type + " to " + symbol.name(),
                    "only R_X86_64_64, PC32 and PLT32 are taken: compile with -fPIC and"
                            + " -fvisibility=hidden");
            return;
        }
        long size = base.size();
        if (width > 0
                && (Long.compareUnsigned(offset, size) >= 0
                        || Long.compareUnsigned(offset + width, size) > 0)) {
            refuse(EINVAL, "relocation-outside", place, base.name() + " has " + size + " bytes");
            return;
        }
        long value = values[symbol.index()] + addend;
        if (width == 4) {
            value -= memory.address(base) + offset;
            if (value != (int) value && values[symbol.index()] != 0) {
                refuse(EOVERFLOW, "relocation-overflow", place, symbol.name() + " is too far away");
                return;
            }
        }
        if (width > 0) {
            memory.write(base, offset, value, width);
            links.add(new Link(base, offset, type, symbol));
        }
    }

    private void refuse(XenError error, String rule, String place, String message) {
        answers.refuse(error, rule, place, message, "the file is damaged: build it again");
    }
}
