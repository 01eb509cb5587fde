package suture.target.linux.module;

import io.airlift.compress.v3.zstd.ZstdInputStream;

import org.tukaani.xz.XZInputStream;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Section;
import suture.elf.Symbol;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/**
 * A module file.
 *
 * @param file where it was read
 * @param content the module itself, unpacked
 * @param name its name, with underscores
 * @param info the values of each key of {@code .modinfo}, in order
 * @param objects the modules, without {@code vmlinux}, whose symbols it names for the livepatch
 *     core, sorted
 */
public record KernelModule(
        Path file,
        Bytes content,
        String name,
        Map<String, List<String>> info,
        List<String> objects) {
    private static final String RELOCATIONS = ".klp.rela.";
    private static final String SYMBOL = ".klp.sym.";

    /**
     * Reads a module, packed by gzip, xz or zstd or not at all.
     *
     * @throws FormatException if it is no module
     */
    public static KernelModule read(Path file) throws IOException {
        Bytes content = unpacked(file);
        ElfObject elf = ElfReader.read(file.toString(), content);
        Bytes text = elf.content(".modinfo");
        if (text == null) {
            throw new FormatException(
                    file.toString(), ".modinfo", -1, "a kernel module", "no such section");
        }
        Map<String, List<String>> info = info(text);
        return new KernelModule(file, content, name(file, info), info, objects(elf));
    }

    /** The name a module of this file name has. */
    public static String nameOf(Path file) {
        String base = file.getFileName().toString();
        int dot = base.indexOf(".ko");
        return (dot < 0 ? base : base.substring(0, dot)).replace('-', '_');
    }

    /** Whether it says that it is a live patch. */
    public boolean isLivepatch() {
        return first("livepatch").equals("Y");
    }

    /** The modules that must be loaded before it, by name. */
    public List<String> depends() {
        String all = first("depends").replace('-', '_');
        return all.isEmpty() ? List.of() : List.of(all.split(",", -1));
    }

    /** The release of the kernel it was built for, empty if it does not say. */
    public String release() {
        String magic = first("vermagic");
        int space = magic.indexOf(' ');
        return space < 0 ? magic : magic.substring(0, space);
    }

    private String first(String key) {
        return info.getOrDefault(key, List.of("")).getFirst();
    }

    private static Bytes unpacked(Path file) throws IOException {
        String name = file.toString();
        if (name.endsWith(".ko")) {
            return Bytes.map(file);
        }
        try (InputStream packed = new BufferedInputStream(Files.newInputStream(file));
                InputStream plain =
                        name.endsWith(".gz")
                                ? new GZIPInputStream(packed)
                                : name.endsWith(".xz")
                                        ? new XZInputStream(packed)
                                        : name.endsWith(".zst")
                                                ? new ZstdInputStream(packed)
                                                : packed) {
            return Bytes.of(plain.readAllBytes());
        }
    }

    private static Map<String, List<String>> info(Bytes text) {
        Map<String, List<String>> info = new LinkedHashMap<>();
        for (String entry : text.text().split("\0", -1)) {
            int sign = entry.indexOf('=');
            if (sign > 0) {
                info.computeIfAbsent(entry.substring(0, sign), _ -> new ArrayList<>())
                        .add(entry.substring(sign + 1));
            }
        }
        return info;
    }

    private static String name(Path file, Map<String, List<String>> info) {
        List<String> name = info.get("name");
        return name == null ? nameOf(file) : name.getFirst();
    }

    private static List<String> objects(ElfObject elf) {
        TreeSet<String> names = new TreeSet<>();
        for (Section section : elf.sections()) {
            object(section.name(), RELOCATIONS, names);
        }
        for (Symbol symbol : elf.symbols()) {
            object(symbol.name(), SYMBOL, names);
        }
        names.remove("vmlinux");
        return List.copyOf(names);
    }

    private static void object(String text, String prefix, TreeSet<String> names) {
        int end = text.indexOf('.', prefix.length());
        if (text.startsWith(prefix) && end > 0) {
            names.add(text.substring(prefix.length(), end));
        }
    }
}
