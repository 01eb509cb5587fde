package suture.target.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Relocation;

import java.nio.ByteOrder;

/**
 * What a relocation of the original object became in the image.
 *
 * <p>The linker may have rewritten the instruction; x86-64 psABI 1.0, B.2 "Optimize GOTPCRELX
 * Relocations" and chapter 11 of "ELF Handling For Thread-Local Storage":
 *
 * <pre>
 *   mov  x@GOTPCREL(%rip), r   8b modrm      ->  lea x(%rip), r   8d modrm
 *                                            ->  mov $x, r        c7 modrm'
 *   call *x@GOTPCREL(%rip)     ff 15         ->  addr32 call x    67 e8
 *   jmp  *x@GOTPCREL(%rip)     ff 25         ->  jmp x; nop       e9 ... 90
 *   test, binop with x@GOTPCREL              ->  with $x          f7, 81
 *   mov  x@GOTTPOFF(%rip), r   8b            ->  mov $x@TPOFF, r  c7
 *   add  x@GOTTPOFF(%rip), r   03            ->  lea, add         8d, 81
 *   lea  x@TLSGD(%rip), %rdi; call __tls_get_addr
 *                                            ->  mov %fs:0, %rax; lea x@TPOFF(%rax), %rax
 *   lea  x@TLSLD(%rip), %rdi; call __tls_get_addr
 *                                            ->  mov %fs:0, %rax
 *   lea  x@TLSDESC(%rip), %rax; call *x@TLSCALL(%rax)
 *                                            ->  mov $x@TPOFF, %rax; xchg %ax, %ax
 * </pre>
 *
 * @param meaning what {@code value} is
 * @param value the symbol's address, the address of its slot, or its offset from the thread pointer
 * @param from first byte, relative to the relocation's offset, that the relocation explains
 * @param to the byte behind the last
 */
record Field(Meaning meaning, long value, int from, int to) {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int RELATIVE = 8;

    /** What the value of a field says. */
    enum Meaning {
        /** Where the symbol is. */
        ADDRESS,
        /** Where the slot of the global offset table is that holds its address. */
        SLOT,
        /** How far it is from the thread pointer. */
        THREAD_OFFSET,
        /** Where the slot of the global offset table is that leads to the thread-local symbol. */
        THREAD_SLOT,
        /** The field names an imported symbol, by a dynamic relocation. */
        IMPORTED,
        /** Nothing about the symbol. */
        OPAQUE
    }

    /**
     * Reads a field.
     *
     * @param image the image
     * @param section the original section's content
     * @param relocation the relocation in it
     * @param base where the section is in the image
     * @return null if the linker cannot have made this out of the relocation
     */
    static @Nullable Field read(
            ProcessImage image, Bytes section, Relocation relocation, long base) {
        long place = base + relocation.offset();
        long addend = relocation.addend();
        int width = width(relocation.type());
        Bytes field = width == 0 ? null : image.at(place, width);
        if (field == null) {
            return null;
        }
        return switch (relocation.type()) {
            case 1 -> word(image, place, field, addend);
            case 2, 4 -> new Field(Meaning.ADDRESS, field.s32(0, ORDER) + place - addend, 0, 4);
            case 24 -> new Field(Meaning.ADDRESS, field.s64(0, ORDER) + place - addend, 0, 8);
            case 10 -> new Field(Meaning.ADDRESS, field.u32(0, ORDER) - addend, 0, 4);
            case 11 -> new Field(Meaning.ADDRESS, field.s32(0, ORDER) - addend, 0, 4);
            case 23, 21 -> new Field(Meaning.THREAD_OFFSET, field.s32(0, ORDER) - addend, 0, 4);
            case 9, 41, 42 -> slot(image, section, relocation, place);
            case 22 -> threadSlot(image, section, relocation, place);
            case 19 -> dynamicThread(image, place, addend);
            case 20 -> localDynamic(image, place, addend);
            case 34 -> descriptor(image, place, addend);
            case 35 -> new Field(Meaning.OPAQUE, 0, 0, 2);
            default -> null;
        };
    }

    private static int width(int type) {
        return switch (type) {
            case 1, 24 -> 8;
            case 2, 4, 9, 10, 11, 19, 20, 21, 22, 23, 34, 41, 42 -> 4;
            case 35 -> 2;
            default -> 0;
        };
    }

    private static Field word(ProcessImage image, long place, Bytes field, long addend) {
        Relocation dynamic = image.dynamic(place);
        if (dynamic == null) {
            return new Field(Meaning.ADDRESS, field.s64(0, ORDER) - addend, 0, 8);
        }
        return dynamic.type() == RELATIVE
                ? new Field(Meaning.ADDRESS, dynamic.addend() - addend, 0, 8)
                : new Field(Meaning.IMPORTED, 0, 0, 8);
    }

    private static @Nullable Field slot(
            ProcessImage image, Bytes section, Relocation relocation, long place) {
        long at = relocation.offset();
        Bytes now = image.at(place - 3, 7);
        if (at < 2 || now == null) {
            return null;
        }
        int was = section.u8(at - 2);
        int is = now.u8(1);
        int second = section.u8(at - 1);
        int field = now.s32(3, ORDER);
        if (was == is && second == now.u8(2)) {
            return new Field(Meaning.SLOT, field + place - relocation.addend(), 0, 4);
        }
        if (was == 0x8b && is == 0x8d && second == now.u8(2)) {
            return new Field(Meaning.ADDRESS, field + place - relocation.addend(), -2, 4);
        }
        if (was == 0xff && second == 0x15 && is == 0x67 && now.u8(2) == 0xe8) {
            return new Field(Meaning.ADDRESS, field + place + 4, -2, 4);
        }
        if (was == 0xff && second == 0x25 && is == 0xe9 && now.u8(6) == 0x90) {
            return new Field(Meaning.ADDRESS, now.s32(2, ORDER) + place + 3, -2, 4);
        }
        boolean immediate = (was == 0x8b && is == 0xc7) || is == 0xf7 || is == 0x81;
        return immediate ? new Field(Meaning.ADDRESS, field, -3, 4) : null;
    }

    private static @Nullable Field threadSlot(
            ProcessImage image, Bytes section, Relocation relocation, long place) {
        long at = relocation.offset();
        Bytes now = image.at(place - 3, 7);
        if (at < 3 || now == null) {
            return null;
        }
        int was = section.u8(at - 2);
        int is = now.u8(1);
        if (was == is && section.u8(at - 1) == now.u8(2)) {
            return new Field(
                    Meaning.THREAD_SLOT, now.s32(3, ORDER) + place - relocation.addend(), 0, 4);
        }
        boolean relaxed =
                (was == 0x8b && is == 0xc7) || (was == 0x03 && (is == 0x8d || is == 0x81));
        return relaxed ? new Field(Meaning.THREAD_OFFSET, now.s32(3, ORDER), -3, 4) : null;
    }

    private static @Nullable Field dynamicThread(ProcessImage image, long place, long addend) {
        Bytes now = image.at(place - 4, 16);
        if (now == null) {
            return null;
        }
        if (now.hex().startsWith("66488d3d")) {
            return new Field(Meaning.THREAD_SLOT, now.s32(4, ORDER) + place - addend, 0, 4);
        }
        boolean local = now.hex().startsWith("64488b042500000000488d80");
        return local ? new Field(Meaning.THREAD_OFFSET, now.s32(12, ORDER), -4, 12) : null;
    }

    private static @Nullable Field localDynamic(ProcessImage image, long place, long addend) {
        Bytes now = image.at(place - 3, 13);
        if (now == null) {
            return null;
        }
        if (now.hex().startsWith("488d3d")) {
            return new Field(Meaning.THREAD_SLOT, now.s32(3, ORDER) + place - addend, 0, 4);
        }
        if (now.hex().startsWith("66666664488b042500000000")) {
            return new Field(Meaning.OPAQUE, 0, -3, 9);
        }
        boolean local = now.hex().startsWith("6666666664488b042500000000");
        return local ? new Field(Meaning.OPAQUE, 0, -3, 10) : null;
    }

    private static @Nullable Field descriptor(ProcessImage image, long place, long addend) {
        Bytes now = image.at(place - 3, 7);
        if (now == null) {
            return null;
        }
        if (now.hex().startsWith("488d05")) {
            return new Field(Meaning.THREAD_SLOT, now.s32(3, ORDER) + place - addend, 0, 4);
        }
        boolean local = now.hex().startsWith("48c7c0");
        return local ? new Field(Meaning.THREAD_OFFSET, now.s32(3, ORDER), -3, 4) : null;
    }
}
