package suture.target.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Relocation;
import suture.elf.Symbol;
import suture.plan.Destination;
import suture.plan.Link;
import suture.plan.Piece;
import suture.target.process.ProcessPayload.Area;
import suture.target.process.ProcessPayload.Target;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Binds references to running thread-local variables (x86-64: "ELF Handling For Thread-Local
 * Storage", and psABI 1.0, 4.4 and B.2).
 *
 * <p>In an executable a variable has the same distance from the thread pointer in every thread, and
 * code that finds it in a more general way is rewritten as the linker rewrote the program:
 *
 * <pre>
 *   19  data16 lea x@TLSGD(%rip), %rdi; call __tls_get_addr  16 bytes
 *                                     ->  mov %fs:0, %rax; lea x@TPOFF(%rax), %rax
 *   20  lea x@TLSLD(%rip), %rdi; call __tls_get_addr         12 or 13 bytes
 *                                     ->  mov %fs:0, %rax
 *   21  x@DTPOFF                      ->  x@TPOFF
 *   22  x@GOTTPOFF(%rip)              a slot of our own that holds it
 *   34  lea x@TLSDESC(%rip), %rax     ->  mov $x@TPOFF, %rax
 *   35  call *x@TLSCALL(%rax)         ->  xchg %ax, %ax
 * </pre>
 *
 * In a library only the loader knows, which has filled slots of the library's global offset table;
 * the running code of the unit has shown which, and new code uses the same. A variable that no
 * running code of the unit reaches that way is refused.
 */
final class ThreadLinks {
    private static final int GENERAL = 19;
    private static final int LOCAL = 20;
    private static final int OFFSET = 21;
    private static final int SLOT = 22;
    private static final int OFFSET_32 = 23;
    private static final int DESCRIPTOR = 34;
    private static final int CALL = 35;
    private static final int PC32 = 2;
    private static final String THREAD_POINTER = "64488b042500000000";

    private final PayloadLayout layout;
    private final Set<Place> replaced = new HashSet<>();

    private record Place(Area area, long at) {}

    ThreadLinks(PayloadLayout layout) {
        this.layout = layout;
    }

    /** Whether the field went away with the call that it was in. */
    boolean replaced(Area area, long at) {
        return replaced.contains(new Place(area, at));
    }

    void bind(Bindings bindings, Piece piece, Link link) {
        String name = bindings.threadName(link.destination());
        if (name.isEmpty() && !(link.destination() instanceof Destination.Travelling)) {
            refuse(bindings, piece, name);
            return;
        }
        Placement placement = bindings.placement(link.destination());
        boolean program = placement.image().executable();
        if (program && placement.threadSlot(LOCAL, "") != null) {
            // Not rewritten by the linker: its offsets are not those from the thread pointer.
            refuse(bindings, piece, name);
            return;
        }
        Long slot = placement.threadSlot(link.type(), name);
        Long offset = placement.threadOffset(name);
        boolean bound =
                slot != null
                        ? throughSlot(bindings, piece, link, bindings.slot(slot, name + "@slot"))
                        : program
                                ? inExecutable(bindings, piece, link, offset)
                                : link.type() == OFFSET && put(piece, link, offset);
        if (!bound) {
            refuse(bindings, piece, name);
        }
    }

    private static void refuse(Bindings bindings, Piece piece, String name) {
        bindings.refuse(
                piece,
                name,
                "it is thread-local, and no running code of the unit shows where it is",
                "leave it out of the patch, or use a thread-local variable that the changed"
                        + " functions use already");
    }

    private boolean throughSlot(Bindings bindings, Piece piece, Link link, Target.Running slot) {
        layout.fix(layout.area(piece), at(piece, link), PC32, slot, link.addend());
        return true;
    }

    private long at(Piece piece, Link link) {
        return layout.offset(piece) + link.at();
    }

    private boolean put(Piece piece, Link link, @Nullable Long offset) {
        if (offset == null) {
            return false;
        }
        layout.put(layout.area(piece), at(piece, link), (int) (offset + link.addend()));
        return true;
    }

    private boolean inExecutable(Bindings bindings, Piece piece, Link link, @Nullable Long offset) {
        return switch (link.type()) {
            case LOCAL -> local(piece, link);
            case OFFSET, OFFSET_32 -> put(piece, link, offset);
            case SLOT -> offset != null && ownSlot(piece, link, offset);
            case GENERAL -> offset != null && general(piece, link, offset);
            case DESCRIPTOR -> offset != null && descriptor(bindings, piece, link, offset);
            default -> throw new IllegalStateException("relocation type " + link.type());
        };
    }

    private boolean ownSlot(Piece piece, Link link, long offset) {
        long slot = layout.constantSlot(offset);
        Target constants = new Target.Inside(Area.CONSTANT);
        layout.fix(layout.area(piece), at(piece, link), PC32, constants, slot + link.addend());
        return true;
    }

    private boolean general(Piece piece, Link link, long offset) {
        boolean known =
                is(piece, link.at() - 4, "66488d3d")
                        && (is(piece, link.at() + 4, "666648e8")
                                || is(piece, link.at() + 4, "6648ff15"));
        return known
                && drop(piece, link.at() + 8)
                && write(piece, link.at() - 4, THREAD_POINTER + "488d80" + number(offset));
    }

    private boolean local(Piece piece, Link link) {
        if (!is(piece, link.at() - 3, "488d3d")) {
            return false;
        }
        if (is(piece, link.at() + 4, "e8")) {
            return drop(piece, link.at() + 5)
                    && write(piece, link.at() - 3, "666666" + THREAD_POINTER);
        }
        return is(piece, link.at() + 4, "ff15")
                && drop(piece, link.at() + 6)
                && write(piece, link.at() - 3, "66666666" + THREAD_POINTER);
    }

    /**
     * The calls by way of a descriptor have no field; only their relocations tell which they are.
     */
    private boolean descriptor(Bindings bindings, Piece piece, Link link, long offset) {
        if (!is(piece, link.at() - 3, "488d05")) {
            return false;
        }
        List<Relocation> all = bindings.relocations(piece.section());
        long field = piece.offset() + link.at();
        for (Relocation own : all) {
            if (own.offset() == field && own.type() == DESCRIPTOR) {
                for (Relocation call : all) {
                    long at = call.offset() - piece.offset();
                    boolean here = at >= 0 && at < piece.size();
                    if (call.type() == CALL && call.symbol() == own.symbol() && here) {
                        if (!is(piece, at, "ff10")) {
                            return false;
                        }
                        write(piece, at, "6690");
                    }
                }
            }
        }
        return write(piece, link.at() - 3, "48c7c0" + number(offset));
    }

    /** The call that goes away has to be one of the loader's function. */
    private boolean drop(Piece piece, long at) {
        for (Link call : piece.links()) {
            if (call.at() == at
                    && call.destination() instanceof Destination.External(Symbol symbol)
                    && symbol.name().equals("__tls_get_addr")) {
                return replaced.add(new Place(layout.area(piece), layout.offset(piece) + at));
            }
        }
        return false;
    }

    private static boolean is(Piece piece, long at, String hex) {
        Bytes content = piece.content();
        return content.contains(at, hex.length() / 2)
                && content.slice(at, hex.length() / 2).hex().equals(hex);
    }

    private static String number(long offset) {
        return HexFormat.of().toHexDigits(Integer.reverseBytes((int) offset));
    }

    private boolean write(Piece piece, long at, String hex) {
        Bytes bytes = Bytes.of(HexFormat.of().parseHex(hex));
        layout.put(layout.area(piece), layout.offset(piece) + at, bytes);
        return true;
    }
}
