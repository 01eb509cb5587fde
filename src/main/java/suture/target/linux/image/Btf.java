package suture.target.linux.image;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The types of a kernel or of a module (Linux 6.1 {@code Documentation/bpf/btf.rst}).
 *
 * <pre>
 *   header   0  u16  magic 0xeb9f        4  u32  hdr_len
 *            2  u8   version 1           8  u32  type_off, type_len   from the end of the header
 *            3  u8   flags              16  u32  str_off, str_len     from the end of the header
 *   type     0  u32  name                from the start of the strings
 *            4  u32  info                0-15 vlen, 24-28 kind, 31 kind_flag
 *            8  u32  size or type        by kind; then, by kind, more
 *   member   0  u32  name      4  u32 type      8  u32 bit offset; with kind_flag 24 bits of it,
 *                                                      and the size of a bit field above
 * </pre>
 *
 * The types of a module go on where the kernel's end: type numbers and string offsets that the
 * kernel has mean the kernel's.
 */
public final class Btf {
    static final int MAGIC = 0xeb9f;

    private static final int POINTER_SIZE = 8;
    private static final int DEEPEST = 64;

    /** The kinds by number, with the sizes of what follows: once, and for each of vlen. */
    private enum Kind {
        VOID(0, 0),
        INT(4, 0),
        PTR(0, 0),
        ARRAY(12, 0),
        STRUCT(0, 12),
        UNION(0, 12),
        ENUM(0, 8),
        FWD(0, 0),
        TYPEDEF(0, 0),
        VOLATILE(0, 0),
        CONST(0, 0),
        RESTRICT(0, 0),
        FUNC(0, 0),
        FUNC_PROTO(0, 8),
        VAR(4, 0),
        DATASEC(0, 12),
        FLOAT(0, 0),
        DECL_TAG(4, 0),
        TYPE_TAG(0, 0),
        ENUM64(0, 12);

        private final int once;
        private final int each;

        Kind(int once, int each) {
            this.once = once;
            this.each = each;
        }
    }

    /**
     * A member of a structure.
     *
     * @param name its name
     * @param bitOffset its distance from the start of the structure in bits
     * @param size its size in bytes (of the declared type for a bit field), -1 if it has none
     */
    public record Member(String name, long bitOffset, long size) {
        /** Its distance from the start of the structure in bytes. */
        public long offset() {
            return bitOffset / 8;
        }
    }

    private final String file;
    private final Bytes data;
    private final ByteOrder order;
    private final @Nullable Btf base;
    private final long strings;
    private final long stringsLength;
    private final List<Long> types = new ArrayList<>();
    private final Map<String, List<Integer>> structs = new HashMap<>();

    private Btf(String file, Bytes data, ByteOrder order, @Nullable Btf base) {
        this.file = file;
        this.data = data;
        this.order = order;
        this.base = base;
        if (!data.contains(0, 24) || data.u16(0, order) != MAGIC || data.u8(2) != 1) {
            throw bad(0, "BTF of version 1", data.toString());
        }
        long header = data.u32(4, order);
        long at = header + data.u32(8, order);
        long length = data.u32(12, order);
        this.strings = header + data.u32(16, order);
        this.stringsLength = data.u32(20, order);
        if (!data.contains(at, length) || !data.contains(strings, stringsLength)) {
            throw bad(8, "types and strings inside of " + data.size() + " bytes", "others");
        }
        read(at, at + length);
    }

    /** The kernel's types; empty if it was built without them. */
    public static Optional<Btf> of(KernelImage image) {
        ByteOrder order = image.elf().header().order();
        Bytes content = image.elf().content(".BTF");
        if (content == null) {
            List<KernelSymbol> start = image.symbols().named("__start_BTF");
            List<KernelSymbol> stop = image.symbols().named("__stop_BTF");
            if (start.size() == 1 && stop.size() == 1) {
                long address = start.getFirst().address();
                content = image.read(address, stop.getFirst().address() - address);
            }
        }
        return content == null || content.isEmpty()
                ? Optional.empty()
                : Optional.of(new Btf(image.elf().file(), content, order, null));
    }

    /** The types of a module with those of the kernel it belongs to; empty if it has none. */
    public static Optional<Btf> of(ModuleImage module, Btf kernel) {
        Bytes content = module.elf().content(".BTF");
        ByteOrder order = module.elf().header().order();
        return content == null
                ? Optional.empty()
                : Optional.of(new Btf(module.elf().file(), content, order, kernel));
    }

    private void read(long from, long to) {
        long at = from;
        while (at < to) {
            if (to - at < 12) {
                throw bad(at, "a type of 12 bytes", (to - at) + " bytes");
            }
            long info = data.u32(at + 4, order);
            Kind kind = kind(at);
            if (kind == Kind.STRUCT || kind == Kind.UNION) {
                String name = string(data.u32(at, order));
                if (!name.isEmpty()) {
                    structs.computeIfAbsent(name, _ -> new ArrayList<>(1))
                            .add(first() + types.size());
                }
            }
            types.add(at);
            at += 12 + kind.once + (info & 0xffff) * kind.each;
        }
        if (at != to) {
            throw bad(at, "the end of the types at " + to, "a type beyond it");
        }
    }

    private Kind kind(long at) {
        int number = (int) (data.u32(at + 4, order) >>> 24) & 0x1f;
        if (number == 0 || number >= Kind.values().length) {
            throw bad(at, "a type of kind 1 to " + (Kind.values().length - 1), "" + number);
        }
        return Kind.values()[number];
    }

    /** Number of the first type of this part; 0 is void. */
    private int first() {
        return base == null ? 1 : base.first() + base.types.size();
    }

    private long stringsEnd() {
        return (base == null ? 0 : base.stringsEnd()) + stringsLength;
    }

    private String string(long offset) {
        long own = base == null ? 0 : base.stringsEnd();
        if (base != null && offset < own) {
            return base.string(offset);
        }
        Bytes texts = data.slice(strings, stringsLength);
        if (offset - own >= stringsLength || texts.indexOf(0, offset - own) < 0) {
            throw bad(offset, "a terminated string before " + stringsEnd(), "one at " + offset);
        }
        return texts.cstring(offset - own);
    }

    /** Number of all types, those of the kernel included. */
    public int count() {
        return first() - 1 + types.size();
    }

    /**
     * Size in bytes of the structure or union of that name; empty if there is none, or several that
     * differ in size.
     */
    public OptionalLong size(String struct) {
        long[] sizes = sizes(struct).stream().mapToLong(Long::longValue).distinct().toArray();
        return sizes.length == 1 ? OptionalLong.of(sizes[0]) : OptionalLong.empty();
    }

    private List<Long> sizes(String struct) {
        List<Long> all = new ArrayList<>(base == null ? List.of() : base.sizes(struct));
        for (int type : structs.getOrDefault(struct, List.of())) {
            all.add(data.u32(types.get(type - first()) + 8, order));
        }
        return all;
    }

    /**
     * A member of the structure or union of that name, also one of an anonymous member of it; empty
     * if there is none, or the structures of that name disagree.
     */
    public Optional<Member> member(String struct, String name) {
        List<Optional<Member>> all = members(struct, name).stream().distinct().toList();
        return all.size() == 1 ? all.getFirst() : Optional.empty();
    }

    private List<Optional<Member>> members(String struct, String name) {
        List<Optional<Member>> all =
                new ArrayList<>(base == null ? List.of() : base.members(struct, name));
        for (int type : structs.getOrDefault(struct, List.of())) {
            all.add(Optional.ofNullable(find(type, name, 0, 0)));
        }
        return all;
    }

    private @Nullable Member find(int type, String name, long start, int depth) {
        if (base != null && type < first()) {
            return base.find(type, name, start, depth);
        }
        long at = at(type);
        Kind kind = kind(at);
        if ((kind != Kind.STRUCT && kind != Kind.UNION) || depth > DEEPEST) {
            return null;
        }
        long info = data.u32(at + 4, order);
        for (long i = 0; i < (info & 0xffff); i++) {
            long member = at + 12 + 12 * i;
            String own = string(data.u32(member, order));
            int of = (int) data.u32(member + 4, order);
            long offset = data.u32(member + 8, order);
            long bits = start + (info >>> 31 == 1 ? offset & 0xff_ffff : offset);
            if (own.equals(name)) {
                return new Member(name, bits, sizeOf(of, 0));
            }
            Member nested = own.isEmpty() ? find(of, name, bits, depth + 1) : null;
            if (nested != null) {
                return nested;
            }
        }
        return null;
    }

    private long at(int type) {
        int index = type - first();
        if (index < 0 || index >= types.size()) {
            throw bad(0, "type numbers up to " + count(), "" + type);
        }
        return types.get(index);
    }

    private long sizeOf(int type, int depth) {
        if (base != null && type < first()) {
            return base.sizeOf(type, depth);
        }
        if (type == 0 || depth > DEEPEST) {
            return -1;
        }
        long at = at(type);
        long word = data.u32(at + 8, order);
        return switch (kind(at)) {
            case INT, STRUCT, UNION, ENUM, FLOAT, ENUM64 -> word;
            case PTR -> POINTER_SIZE;
            case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG, VAR -> sizeOf((int) word, depth + 1);
            case ARRAY ->
                    data.u32(at + 20, order) * sizeOf((int) data.u32(at + 12, order), depth + 1);
            case VOID, FWD, FUNC, FUNC_PROTO, DATASEC, DECL_TAG -> -1;
        };
    }

    private FormatException bad(long offset, String expected, String found) {
        return new FormatException(file, ".BTF", offset, expected, found);
    }
}
