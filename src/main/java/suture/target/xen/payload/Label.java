package suture.target.xen.payload;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;

/** A symbol of the payload in the making. Compared by identity. */
final class Label {
    private final String name;
    private final @Nullable Part part;
    private final long value;
    private final long size;
    private final int info;
    private final boolean added;

    private Label(
            String name, @Nullable Part part, long value, long size, int info, boolean added) {
        this.name = name;
        this.part = part;
        this.value = value;
        this.size = size;
        this.info = info;
        this.added = added;
    }

    /** The symbol of a section: it has no name, so the loader does not enter it. */
    static Label section(Part part) {
        return new Label("", part, 0, 0, Elf.STT_SECTION, false);
    }

    /** The new body of a running function. */
    static Label body(String name, Part part, long value, long size) {
        return new Label(name, part, value, size, Elf.STT_FUNC, false);
    }

    /** A function or variable that the hypervisor does not have. */
    static Label added(String name, Part part, long value, long size, int type) {
        return new Label(name, part, value, size, Elf.STB_GLOBAL << 4 | type, true);
    }

    /** A symbol of the hypervisor, or of a payload below. */
    static Label imported(String name) {
        return new Label(name, null, 0, 0, Elf.STB_GLOBAL << 4, false);
    }

    /** The name, with the payload's mark if it is new. */
    String name(String mark) {
        return added ? name + mark : name;
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

    long size() {
        return size;
    }

    int info() {
        return info;
    }

    boolean added() {
        return added;
    }
}
