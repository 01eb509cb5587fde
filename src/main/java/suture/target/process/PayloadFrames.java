package suture.target.process;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.dwarf.frame.CommonEntry;
import suture.dwarf.frame.FrameEntry;
import suture.dwarf.frame.FrameMemory;
import suture.dwarf.frame.FrameTable;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.finding.Finding;
import suture.machine.Flow;
import suture.machine.InstructionCursor;
import suture.machine.Machine;
import suture.plan.Piece;
import suture.plan.UnitPlan;
import suture.target.process.ProcessPayload.Area;
import suture.target.process.ProcessPayload.Target;

import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes the call frame information of a payload's code out of that of the patched objects, in one
 * form: a CIE with the augmentation {@code zR} (or {@code zRS}) and addresses of four bytes,
 * relative to their field. Code without information travels without.
 *
 * <p>Nothing in the process but Suture knows of it. An exception that is thrown would find neither
 * the payload's frames nor their tables, so code that has such a table is refused.
 */
final class PayloadFrames {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int RELATIVE = 0x1b;
    private static final int HEAD = 8;
    private static final int ADDRESS = 8;
    private static final int STUB = 8;
    private static final int PC32 = 2;

    /** At the entry of a function: CFA = rsp + 8, return address at CFA - 8. */
    private static final Bytes AT_ENTRY = Bytes.of(new byte[] {0x0c, 7, 8, (byte) 0x90, 1});

    private static final int RETURN_ADDRESS = 16;

    private final PayloadLayout layout;
    private final List<Finding> findings;
    private final Map<Bytes, Long> commons = new HashMap<>();

    PayloadFrames(PayloadLayout layout, List<Finding> findings) {
        this.layout = layout;
        this.findings = findings;
    }

    /** Adds the information of the unit's code that travels. */
    void add(UnitPlan unit) {
        ElfObject object = unit.patched();
        Section section = object.section(".eh_frame");
        if (section == null || section.isNobits()) {
            return;
        }
        Bytes content = section.content();
        List<Relocation> relocations = object.relocations(section);
        Map<Long, Relocation> fields = new HashMap<>();
        relocations.forEach(r -> fields.put(r.offset(), r));
        FrameTable table = FrameTable.section(FrameMemory.of(content), 0, content.size());
        for (FrameEntry entry : table.entries()) {
            Relocation field = fields.get(entry.field());
            Section code = field == null ? null : field.symbol().section();
            if (field != null && code != null) {
                long offset = field.symbol().value() + field.addend();
                for (Piece piece : unit.pieces()) {
                    long in = offset - piece.offset();
                    if (piece.section() == code && in >= 0 && in < piece.size()) {
                        add(unit, piece, in, entry, relocations);
                    }
                }
            }
        }
    }

    private void add(
            UnitPlan unit, Piece piece, long in, FrameEntry entry, List<Relocation> relocations) {
        boolean whole = true;
        for (Relocation relocation : relocations) {
            long at = relocation.offset();
            if (at > entry.field() && at < entry.address() + entry.size()) {
                whole = false;
                if (at < entry.instructionsAddress()) {
                    refuse(unit, piece);
                }
            }
        }
        if (whole && layout.has(piece)) {
            Bytes common = common(entry.common());
            put(common, layout.offset(piece) + in, entry.length(), entry.instructions());
        }
    }

    private void refuse(UnitPlan unit, Piece piece) {
        findings.add(
                Finding.error(
                        "exception-table",
                        piece.toString(),
                        unit.unit(),
                        "it catches exceptions or cleans up after them, and the running program"
                                + " would not find the tables of code that was added",
                        "move the change into a function without handlers and destructors"));
    }

    /**
     * Refuses code that calls, in an image that catches exceptions: one that comes through it would
     * find no information and end the process. C has a routine of its own, for cleaning up when a
     * thread is cancelled; without information that ends at the patched function.
     */
    void checkExceptions(UnitPlan unit, ProcessImage image) {
        if (!image.catchesExceptions()) {
            return;
        }
        for (Piece piece : unit.pieces()) {
            if (piece.kind() == Piece.Kind.CODE && calls(piece)) {
                findings.add(
                        Finding.error(
                                "exceptions-pass",
                                piece.toString(),
                                unit.unit(),
                                image.name()
                                        + " catches exceptions, and one that is thrown in what this"
                                        + " function calls would end the process",
                                "move the change into a function that calls nothing"));
            }
        }
    }

    private static boolean calls(Piece piece) {
        Machine machine = Objects.requireNonNull(Machine.of(Elf.EM_X86_64, true, ORDER));
        InstructionCursor code = machine.instructions(piece.content());
        while (code.next()) {
            Flow flow = code.flow();
            if (!code.valid() || flow == Flow.CALL || flow == Flow.INDIRECT_CALL) {
                return true;
            }
        }
        return false;
    }

    /** Adds the information of the stubs, which change nothing on the stack. */
    void stubs(Collection<Long> offsets) {
        for (long offset : offsets) {
            put(common(1, -8, RETURN_ADDRESS, false, AT_ENTRY), offset, STUB, Bytes.EMPTY);
        }
    }

    private void put(Bytes common, long code, long length, Bytes instructions) {
        long shared = commons.computeIfAbsent(common, c -> layout.append(Area.FRAMES, c));
        long at = layout.end(Area.FRAMES);
        ByteSink entry = new ByteSink(ORDER).u32(0).u32(at + 4 - shared);
        entry.u32(0).u32(length).u8(0).put(instructions);
        layout.append(Area.FRAMES, finished(entry));
        layout.fix(Area.FRAMES, at + ADDRESS, PC32, new Target.Inside(Area.CODE), code);
    }

    private static Bytes common(CommonEntry entry) {
        return common(
                entry.codeAlignment(),
                entry.dataAlignment(),
                entry.returnAddress(),
                entry.signal(),
                entry.instructions());
    }

    private static Bytes common(
            long codeAlignment, long dataAlignment, int register, boolean signal, Bytes rules) {
        ByteSink entry = new ByteSink(ORDER).u32(0).u32(0).u8(3).cstring(signal ? "zRS" : "zR");
        leb(entry, codeAlignment, false);
        leb(entry, dataAlignment, true);
        leb(entry, register, false);
        return finished(entry.u8(1).u8(RELATIVE).put(rules));
    }

    /** Fills up with {@code DW_CFA_nop}, which is 0. */
    private static Bytes finished(ByteSink entry) {
        entry.align(HEAD);
        return entry.u32At(0, entry.size() - 4).toBytes();
    }

    private static void leb(ByteSink sink, long value, boolean signed) {
        long rest = value;
        boolean more = true;
        while (more) {
            int low = (int) (rest & 0x7f);
            rest = signed ? rest >> 7 : rest >>> 7;
            boolean negative = signed && (low & 0x40) != 0;
            more = rest != (negative ? -1 : 0);
            sink.u8(more ? low | 0x80 : low);
        }
    }
}
