package suture.target.linux.image;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The file {@code Module.symvers} of a kernel build: everything that the kernel and its modules
 * export (Linux 6.1 {@code Documentation/kbuild/modules.rst}, 6.3).
 *
 * <pre>
 *   crc TAB symbol TAB module TAB export type TAB namespace
 *   0xe1cc2a05  usb_stor_suspend  drivers/usb/storage/usb-storage  EXPORT_SYMBOL_GPL  USB_STORAGE
 * </pre>
 */
public final class ModuleSymvers {
    private final Map<String, Entry> entries;

    private ModuleSymvers(Map<String, Entry> entries) {
        this.entries = entries;
    }

    /**
     * One line.
     *
     * @param name the symbol
     * @param crc its checksum, 0 without CONFIG_MODVERSIONS
     * @param provider {@code vmlinux} or the module's name, with underscores
     * @param gplOnly whether only GPL modules may use it
     * @param namespace its namespace, empty if none
     */
    public record Entry(
            String name, long crc, String provider, boolean gplOnly, String namespace) {}

    /**
     * Reads the file.
     *
     * @throws FormatException if a line breaks the format
     * @throws IOException if it cannot be read
     */
    public static ModuleSymvers read(Path file) throws IOException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        String text = Bytes.map(file).text();
        Map<String, String> providers = new HashMap<>();
        for (int start = 0; start < text.length(); ) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            if (end > start) {
                Entry entry = entry(text, start, end, providers);
                if (entry == null) {
                    throw new FormatException(
                            file.toString(),
                            "",
                            start,
                            "crc, symbol, module, type and namespace, by tabs",
                            text.substring(start, end));
                }
                entries.put(entry.name(), entry);
            }
            start = end + 1;
        }
        return new ModuleSymvers(entries);
    }

    /**
     * Reads a line; there are tens of thousands.
     *
     * @param providers the modules seen so far, by what their paths are
     * @return null if it breaks the format
     */
    private static @Nullable Entry entry(
            String text, int start, int end, Map<String, String> providers) {
        // Until Linux 5.4 there was no fifth column.
        int[] tabs = new int[4];
        int columns = 1;
        for (int tab = text.indexOf('\t', start); 0 <= tab && tab < end; columns++) {
            if (columns > tabs.length) {
                return null;
            }
            tabs[columns - 1] = tab;
            tab = text.indexOf('\t', tab + 1);
        }
        if (columns < 4 || tabs[0] != start + 10 || !text.startsWith("0x", start)) {
            return null;
        }
        long crc = 0;
        for (int i = start + 2; i < tabs[0]; i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return null;
            }
            crc = crc << 4 | HexFormat.fromHexDigit(text.charAt(i));
        }
        return new Entry(
                text.substring(tabs[0] + 1, tabs[1]),
                crc,
                providers.computeIfAbsent(
                        text.substring(tabs[1] + 1, tabs[2]), ModuleSymvers::provider),
                text.startsWith("EXPORT_SYMBOL_GPL", tabs[2] + 1),
                columns == 5 ? text.substring(tabs[3] + 1, end) : "");
    }

    private static String provider(String module) {
        return module.substring(module.lastIndexOf('/') + 1).replace('-', '_');
    }

    /** The line of a symbol, or null. */
    public @Nullable Entry get(String name) {
        return entries.get(name);
    }

    /** All lines by symbol, in the order of the file. */
    public Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }
}
