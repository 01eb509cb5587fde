package suture.target.linux.klp;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.Symbol;

/** A symbol of the module in the making. Compared by identity. */
final class Label {
    private final String name;
    private final int info;
    private final Symbol.@Nullable Place elsewhere;
    private final @Nullable Part part;
    private final long value;
    private final long size;

    private Label(
            String name,
            int info,
            Symbol.@Nullable Place elsewhere,
            @Nullable Part part,
            long value,
            long size) {
        this.name = name;
        this.info = info;
        this.elsewhere = elsewhere;
        this.part = part;
        this.value = value;
        this.size = size;
    }

    static Label in(Part part, String name, long value, long size, int info) {
        return new Label(name, info, null, part, value, size);
    }

    /** A symbol that the kernel exports. */
    static Label imported(String name) {
        return new Label(name, Elf.STB_GLOBAL << 4, new Symbol.Place.Undefined(), null, 0, 0);
    }

    static Label livepatch(KlpNames.Name name, boolean function) {
        int info = Elf.STB_GLOBAL << 4 | (function ? Elf.STT_FUNC : Elf.STT_OBJECT);
        return new Label(
                name.toString(), info, new Symbol.Place.Reserved(Elf.SHN_LIVEPATCH), null, 0, 0);
    }

    static Label absolute(Symbol symbol) {
        return new Label(
                symbol.name(), symbol.type(), new Symbol.Place.Absolute(), null, symbol.value(), 0);
    }

    String name() {
        return name;
    }

    @Nullable Part part() {
        return part;
    }

    long value() {
        return value;
    }

    int info() {
        return info;
    }

    long size() {
        return size;
    }

    Symbol.@Nullable Place elsewhere() {
        return elsewhere;
    }
}
