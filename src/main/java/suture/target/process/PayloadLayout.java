package suture.target.process;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.Symbol;
import suture.plan.Piece;
import suture.target.process.ProcessPayload.Area;
import suture.target.process.ProcessPayload.Fixup;
import suture.target.process.ProcessPayload.Label;
import suture.target.process.ProcessPayload.Part;
import suture.target.process.ProcessPayload.Target;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Lays the pieces of a payload out in its areas, and keeps the fields that are still open. */
final class PayloadLayout {
    private static final int CODE_ALIGNMENT = 16;
    private static final int SLOT = 8;
    private static final int STUB = 8;
    private static final int TRAP = 0xcc;

    private record Place(Area area, long offset) {}

    private final Map<Area, ByteArrayOutputStream> contents = new EnumMap<>(Area.class);
    private final Map<Piece, Place> places = new HashMap<>();
    private final List<Piece> zeros = new ArrayList<>();
    private final List<Label> labels = new ArrayList<>();
    private final List<Fixup> fixups = new ArrayList<>();
    private final Map<Object, Long> slots = new HashMap<>();
    private long stateSize;

    private record SlotKey(Target target, long offset) {}

    private record PatchedField(Area area, long at) {}

    private final Map<PatchedField, Bytes> replaced = new HashMap<>();

    /** Gives a piece its place. Pieces without content in the file come last, as zeros. */
    void place(Piece piece) {
        if (piece.section().isNobits()) {
            zeros.add(piece);
            return;
        }
        Area area =
                switch (piece.kind()) {
                    case CODE -> Area.CODE;
                    case CONSTANT, ENTRY -> Area.CONSTANT;
                    case STATE -> Area.STATE;
                };
        ByteArrayOutputStream out = open(area);
        long alignment = Math.max(area == Area.CODE ? CODE_ALIGNMENT : 1, alignment(piece));
        pad(out, alignment, piece.offset() % Math.max(1, alignment(piece)));
        enter(piece, area, out.size());
        out.writeBytes(piece.content().toArray());
    }

    private static long alignment(Piece piece) {
        return Math.max(1, piece.section().header().alignment());
    }

    private ByteArrayOutputStream open(Area area) {
        return contents.computeIfAbsent(area, a -> new ByteArrayOutputStream());
    }

    private void pad(ByteArrayOutputStream out, long alignment, long remainder) {
        int fill = out == contents.get(Area.CODE) ? TRAP : 0;
        while (out.size() % alignment != remainder % alignment) {
            out.write(fill);
        }
    }

    private void enter(Piece piece, Area area, long offset) {
        places.put(piece, new Place(area, offset));
        for (Symbol symbol : piece.symbols()) {
            labels.add(
                    new Label(
                            symbol.name(),
                            symbol.type() == Elf.STT_FUNC,
                            area,
                            offset + symbol.value() - piece.offset(),
                            symbol.size()));
        }
    }

    /** Puts the pieces of zeros behind all state. */
    void settleZeros() {
        ByteArrayOutputStream state = zeros.isEmpty() ? null : open(Area.STATE);
        stateSize = state == null ? 0 : state.size();
        for (Piece piece : zeros) {
            long alignment = alignment(piece);
            stateSize = (stateSize + alignment - 1) / alignment * alignment;
            enter(piece, Area.STATE, stateSize);
            stateSize += piece.size();
        }
    }

    boolean has(Piece piece) {
        return places.containsKey(piece);
    }

    Area area(Piece piece) {
        return place(piece, "area").area();
    }

    long offset(Piece piece) {
        return place(piece, "offset").offset();
    }

    private Place place(Piece piece, String what) {
        return Objects.requireNonNull(places.get(piece), () -> what + " of " + piece);
    }

    void fix(Area area, long at, int type, Target target, long addend) {
        fixups.add(new Fixup(area, at, type, target, addend));
    }

    /** Fills a field of four bytes now. */
    void put(Area area, long at, int value) {
        put(area, at, new ByteSink(ByteOrder.LITTLE_ENDIAN).u32(value).toBytes());
    }

    /** Puts other bytes in place of what a piece brought. */
    void put(Area area, long at, Bytes bytes) {
        replaced.put(new PatchedField(area, at), bytes);
    }

    /** Where the content of an area ends by now. */
    long end(Area area) {
        return open(area).size();
    }

    /** Puts bytes at the end of an area; returns where they are. */
    long append(Area area, Bytes content) {
        long at = end(area);
        open(area).writeBytes(content.toArray());
        return at;
    }

    /** The slot that holds an address; offset in the area of constants. */
    long slot(Target target, long offset) {
        return slots.computeIfAbsent(
                new SlotKey(target, offset),
                key -> {
                    long at = newSlot(0);
                    fix(Area.CONSTANT, at, 1, target, offset);
                    return at;
                });
    }

    /** A slot that holds a number. */
    long constantSlot(long value) {
        return slots.computeIfAbsent(value, key -> newSlot(value));
    }

    private long newSlot(long value) {
        ByteArrayOutputStream out = open(Area.CONSTANT);
        pad(out, SLOT, 0);
        long at = out.size();
        out.writeBytes(
                ByteBuffer.allocate(SLOT).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
        return at;
    }

    /** A stub that jumps to a far function: {@code jmp *slot(%rip)}; offset in the code. */
    long stub(Target.Exported target) {
        long slot = slot(target, 0);
        ByteArrayOutputStream out = open(Area.CODE);
        pad(out, CODE_ALIGNMENT, 0);
        long at = out.size();
        out.writeBytes(
                ByteBuffer.allocate(STUB)
                        .put((byte) 0xff)
                        .put((byte) 0x25)
                        .putInt(0)
                        .put((byte) 0x0f)
                        .put((byte) 0x0b)
                        .array());
        fix(Area.CODE, at + 2, 2, new Target.Inside(Area.CONSTANT), slot - 4);
        return at;
    }

    Map<Area, Part> parts() {
        Map<Area, Part> parts = new EnumMap<>(Area.class);
        contents.forEach((area, out) -> {
            byte[] content = out.toByteArray();
            replaced.forEach((field, bytes) -> {
                if (field.area() == area) {
                    bytes.copyTo(0, content, (int) field.at(), (int) bytes.size());
                }
            });
            long size = area == Area.STATE ? Math.max(stateSize, content.length) : content.length;
            parts.put(area, new Part(Bytes.of(content), size));
        });
        return parts;
    }

    List<Label> labels() {
        return labels.stream()
                .sorted(Comparator.comparing(Label::area).thenComparingLong(Label::offset))
                .toList();
    }

    List<Fixup> fixups() {
        return fixups.stream()
                .sorted(Comparator.comparing(Fixup::area).thenComparingLong(Fixup::offset))
                .toList();
    }
}
