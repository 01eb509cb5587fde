package suture.target.linux.image;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Symbol tables as text.
 *
 * <pre>
 *   System.map       ADDRESS SP TYPE SP NAME                         by address
 *   /proc/kallsyms   ADDRESS SP TYPE SP NAME [ TAB "[" MODULE "]" ]  as the kernel counts them
 *   Symbols.list     klp-convert-symbol-data.0.1                     of klp-convert
 *                    *OBJECT                                         begins an object
 *                    NAME                                            one of its symbols
 * </pre>
 *
 * The kernel shows addresses of 0 to those who may not know them. What kallsyms lists as {@code
 * [bpf]} or {@code [__builtin__...]} belongs to no module.
 */
public final class SymbolText {
    private static final Pattern LINE =
            Pattern.compile("([0-9a-fA-F]{1,16}) (\\S) (\\S+)(?:\\s+\\[([^\\]]+)\\])?\\s*");
    private static final Pattern MODULE = Pattern.compile("[A-Za-z0-9_]+");
    private static final String LIST = "klp-convert-symbol-data.0.1";
    private static final String BUILTIN = "__builtin__";
    private static final String BPF = "bpf";

    private SymbolText() {}

    /**
     * Reads a System.map.
     *
     * @throws FormatException if a line breaks the form, or there are few
     */
    public static ObjectSymbols systemMap(Path file) throws IOException {
        Map<String, List<SymbolIndex.Bare>> all = lines(file);
        List<SymbolIndex.Bare> kernel = all.getOrDefault(KernelImage.NAME, List.of());
        boolean startsText = kernel.stream().anyMatch(s -> s.name().equals("_text"));
        if (all.size() != 1 || !startsText) {
            // Debian's image packages have a System.map that only says where the real one is.
            throw new FormatException(
                    file.toString(), "", -1, "the System.map of a kernel, with _text", "none");
        }
        return ObjectSymbols.of(KernelImage.NAME, file.toString(), kernel, true);
    }

    /**
     * Reads a kallsyms; the kernel and each module that was loaded.
     *
     * @throws FormatException if a line breaks the form, or the kernel is not in it
     */
    public static List<ObjectSymbols> kallsyms(Path file) throws IOException {
        Map<String, List<SymbolIndex.Bare>> all = lines(file);
        if (!all.containsKey(KernelImage.NAME)) {
            throw new FormatException(file.toString(), "", -1, "the kernel's symbols", "none");
        }
        boolean placed =
                all.values().stream().flatMap(List::stream).anyMatch(s -> s.address() != 0);
        List<ObjectSymbols> objects = new ArrayList<>();
        all.forEach((object, symbols) ->
                objects.add(ObjectSymbols.of(object, file.toString(), symbols, placed)));
        return objects;
    }

    private static Map<String, List<SymbolIndex.Bare>> lines(Path file) throws IOException {
        Map<String, List<SymbolIndex.Bare>> all = new LinkedHashMap<>();
        long offset = 0;
        // The size of a file in /proc is 0, so it cannot be mapped.
        for (String line : Bytes.of(Files.readAllBytes(file)).text().split("\n", -1)) {
            Matcher match = LINE.matcher(line);
            if (match.matches()) {
                String module = match.group(4);
                if (module == null || isModule(module)) {
                    all.computeIfAbsent(
                                    module == null ? KernelImage.NAME : module,
                                    _ -> new ArrayList<>())
                            .add(
                                    new SymbolIndex.Bare(
                                            Long.parseUnsignedLong(match.group(1), 16),
                                            match.group(2).charAt(0),
                                            match.group(3)));
                }
            } else if (!line.isBlank()) {
                throw new FormatException(
                        file.toString(), "", offset, "ADDRESS TYPE NAME [MODULE]", line);
            }
            offset += line.length() + 1L;
        }
        return all;
    }

    private static boolean isModule(String name) {
        return MODULE.matcher(name).matches() && !name.startsWith(BUILTIN) && !name.equals(BPF);
    }

    /**
     * Reads klp-convert's list of symbols.
     *
     * @throws FormatException if it is not one
     */
    public static List<ObjectSymbols> symbolList(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.getFirst().strip().equals(LIST)) {
            throw new FormatException(
                    file.toString(), "", 0, LIST, lines.isEmpty() ? "nothing" : lines.getFirst());
        }
        Map<String, List<SymbolIndex.Bare>> all = new LinkedHashMap<>();
        List<SymbolIndex.Bare> current = null;
        for (String line : lines.subList(1, lines.size())) {
            String text = line.strip();
            if (text.startsWith("*") && text.length() > 1) {
                String object = text.substring(1).replace('-', '_');
                current = all.computeIfAbsent(object, _ -> new ArrayList<>());
            } else if (!text.isEmpty()) {
                if (current == null || text.indexOf(' ') >= 0) {
                    throw new FormatException(
                            file.toString(), "", -1, "*OBJECT, then a NAME on each line", text);
                }
                current.add(new SymbolIndex.Bare(0, '?', text));
            }
        }
        List<ObjectSymbols> objects = new ArrayList<>();
        all.forEach((object, symbols) ->
                objects.add(ObjectSymbols.of(object, file.toString(), symbols, false)));
        return objects;
    }
}
