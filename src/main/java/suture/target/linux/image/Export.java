package suture.target.linux.image;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Section;

import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One exported symbol of the kernel.
 *
 * <p>{@code __ksymtab} and {@code __ksymtab_gpl} hold entries of three signed 32-bit distances,
 * each from its own field: to the symbol, to its name, to its namespace (Linux 6.1 {@code
 * include/linux/export.h}). {@code __kcrctab} and {@code __kcrctab_gpl} hold the checksums in the
 * same order.
 *
 * @param name the symbol's name
 * @param address where it is
 * @param crc the checksum of its type
 * @param gplOnly whether only GPL modules may use it
 * @param namespace its namespace, empty if none
 */
public record Export(String name, long address, long crc, boolean gplOnly, String namespace) {
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final int ENTRY = 12;

    /** All exports of an image by name. */
    public static Map<String, Export> of(KernelImage image) {
        Map<String, Export> exports = new LinkedHashMap<>();
        read(image, "", false, exports);
        read(image, "_gpl", true, exports);
        return exports;
    }

    private static void read(
            KernelImage image, String kind, boolean gplOnly, Map<String, Export> exports) {
        Section table = image.elf().section("__ksymtab" + kind);
        Bytes crcs = image.elf().content("__kcrctab" + kind);
        if (table == null) {
            return;
        }
        long count = table.size() / ENTRY;
        if (crcs == null || crcs.size() != count * 4) {
            throw new FormatException(
                    image.elf().file(),
                    "__kcrctab" + kind,
                    -1,
                    count + " checksums (CONFIG_MODVERSIONS)",
                    crcs == null ? "no section" : crcs.size() + " bytes");
        }
        for (long i = 0; i < count; i++) {
            long at = table.header().address() + i * ENTRY;
            long address = at + table.content().s32(i * ENTRY, LE);
            String name = text(image, table, i * ENTRY + 4);
            String namespace = text(image, table, i * ENTRY + 8);
            long crc = crcs.u32(i * 4, LE);
            exports.put(name, new Export(name, address, crc, gplOnly, namespace));
        }
    }

    private static String text(KernelImage image, Section table, long field) {
        int distance = table.content().s32(field, LE);
        if (distance == 0) {
            return "";
        }
        long address = table.header().address() + field + distance;
        String text = image.text(address);
        if (text != null) {
            return text;
        }
        throw new FormatException(
                image.elf().file(), table.name(), field, "the place of a string", "" + distance);
    }
}
