package suture.dwarf;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.Section;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What {@code .debug_info} says about functions, inlined calls, call sites and sizes (DWARF 5,
 * chapters 3 and 5). Read once per object; a question about a place costs one search.
 */
public final class DebugInfo {
    private final DebugInfoReader read;
    private final Map<Section, TreeMap<Long, @Nullable InlinedCall>> innermost = new HashMap<>();
    private final Map<Section, TreeMap<Long, Subprogram>> functions = new HashMap<>();

    private DebugInfo(DebugInfoReader read) {
        this.read = read;
        // Outer calls come before inner ones, so the innermost is painted last.
        for (InlinedCall call : read.inlined) {
            for (CodeRange range : call.code()) {
                paint(
                        innermost.computeIfAbsent(range.section(), s -> new TreeMap<>()),
                        range,
                        call);
            }
        }
        for (Subprogram function : read.subprograms) {
            for (CodeRange range : function.code()) {
                functions
                        .computeIfAbsent(range.section(), s -> new TreeMap<>())
                        .put(range.offset(), function);
            }
        }
    }

    private static void paint(
            NavigableMap<Long, @Nullable InlinedCall> map, CodeRange range, InlinedCall call) {
        long end = range.offset() + range.size();
        Map.Entry<Long, @Nullable InlinedCall> before = map.floorEntry(end);
        InlinedCall after = before == null ? null : before.getValue();
        map.subMap(range.offset(), end).clear();
        map.put(range.offset(), call);
        map.put(end, after);
    }

    /**
     * Reads the debug information of an object; all lists are empty if there is none.
     *
     * @throws FormatException if it breaks the format's rules or stands in another file
     */
    public static DebugInfo read(ElfObject object) {
        DebugInfoReader reader = new DebugInfoReader(new DebugSections(object));
        reader.read();
        return new DebugInfo(reader);
    }

    /**
     * The compile units in the order of the file, without a look at what they hold; empty if there
     * is no debug information.
     *
     * @throws FormatException as {@link #read}
     */
    public static List<CompileUnit> units(ElfObject object) {
        DebugInfoReader reader = new DebugInfoReader(new DebugSections(object));
        reader.readUnits();
        return List.copyOf(reader.units);
    }

    /** The compile units in the order of the file. */
    public List<CompileUnit> units() {
        return List.copyOf(read.units);
    }

    /** The compiler of the first unit, with its options; empty if not said. */
    public String producer() {
        return read.units.isEmpty() ? "" : read.units.getFirst().producer();
    }

    /** All functions, declarations and abstract forms included. */
    public List<Subprogram> subprograms() {
        return List.copyOf(read.subprograms);
    }

    /** All inlined calls, outer ones before those within. */
    public List<InlinedCall> inlinedCalls() {
        return List.copyOf(read.inlined);
    }

    /** All calls that return and that the compiler described. */
    public List<CallSite> callSites() {
        return List.copyOf(read.callSites);
    }

    /** All named structures, unions and classes with a size. */
    public List<StructSize> structs() {
        return List.copyOf(read.structs);
    }

    /** The inlined calls that the instruction at a place came through, the innermost first. */
    public List<InlinedCall> inlinedAt(Section section, long offset) {
        TreeMap<Long, @Nullable InlinedCall> map = innermost.get(section);
        Map.Entry<Long, @Nullable InlinedCall> entry = map == null ? null : map.floorEntry(offset);
        List<InlinedCall> chain = new ArrayList<>();
        for (InlinedCall call = entry == null ? null : entry.getValue();
                call != null;
                call = call.outer()) {
            chain.add(call);
        }
        return chain;
    }

    /** The function whose code covers a place, or null. */
    public @Nullable Subprogram functionAt(Section section, long offset) {
        TreeMap<Long, Subprogram> map = functions.get(section);
        Map.Entry<Long, Subprogram> entry = map == null ? null : map.floorEntry(offset);
        Subprogram function = entry == null ? null : entry.getValue();
        boolean covers =
                function != null
                        && function.code().stream().anyMatch(r -> r.contains(section, offset));
        return covers ? function : null;
    }
}
