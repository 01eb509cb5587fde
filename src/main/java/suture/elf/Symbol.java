package suture.elf;

import org.jspecify.annotations.Nullable;

/**
 * One entry of a symbol table. Two symbols are the same only if they are the same object: names
 * repeat.
 */
public final class Symbol {
    private final int index;
    private final String name;
    private final long value;
    private final long size;
    private final int info;
    private final int other;
    private final Place place;

    /** Where a symbol is defined. */
    public sealed interface Place {
        /** Defined in a section; the value is an offset in it (an address in a linked file). */
        record InSection(Section section) implements Place {}

        /** Not defined here (SHN_UNDEF). */
        record Undefined() implements Place {}

        /** A value that no section carries (SHN_ABS). */
        record Absolute() implements Place {}

        /** A tentative definition (SHN_COMMON); the value is its alignment. */
        record Common() implements Place {}

        /** Another reserved index, for instance SHN_LIVEPATCH 0xff20; the code has 16 bits. */
        record Reserved(int code) implements Place {}
    }

    /**
     * @param index position in its symbol table, from 0 (the null symbol); for order and messages
     *     only
     * @param name the name; empty for a section symbol
     * @param value {@code st_value}
     * @param size {@code st_size} in bytes, 0 if unknown
     * @param info {@code st_info}: binding in the high four bits, type in the low four
     * @param other {@code st_other}: visibility in the low two bits, the rest processor specific
     * @param place where it is defined
     */
    public Symbol(int index, String name, long value, long size, int info, int other, Place place) {
        this.index = index;
        this.name = name;
        this.value = value;
        this.size = size;
        this.info = info;
        this.other = other;
        this.place = place;
    }

    /** Position in its symbol table; for order, side tables and messages, never as a reference. */
    public int index() {
        return index;
    }

    /** The name; empty for a section symbol. */
    public String name() {
        return name;
    }

    /** Offset in its section, address, alignment or number, by {@link #place}. */
    public long value() {
        return value;
    }

    /** Size in bytes, 0 if unknown. */
    public long size() {
        return size;
    }

    /** {@code st_info}. */
    public int info() {
        return info;
    }

    /** {@code st_other}. */
    public int other() {
        return other;
    }

    /** Where it is defined. */
    public Place place() {
        return place;
    }

    /** Binding: 0 local, 1 global, 2 weak, 10 GNU unique. */
    public int binding() {
        return info >>> 4;
    }

    /**
     * Type: 0 none, 1 object, 2 function, 3 section, 4 file, 5 common, 6 TLS, 10 GNU indirect
     * function.
     */
    public int type() {
        return info & 0xf;
    }

    /** The section it is defined in, or null. */
    public @Nullable Section section() {
        return place instanceof Place.InSection(Section section) ? section : null;
    }

    /** Whether it is not defined here. */
    public boolean isUndefined() {
        return place instanceof Place.Undefined;
    }

    /** Whether only this file can see it. */
    public boolean isLocal() {
        return binding() == Elf.STB_LOCAL;
    }

    @Override
    public String toString() {
        return name.isEmpty() && section() != null ? section().toString() : name;
    }
}
