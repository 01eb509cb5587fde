package suture.target.linux.runpre;

import suture.bytes.Bytes;
import suture.elf.Section;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The places where the kernel can redirect a call: the table of calls of {@code __fentry__}, or of
 * room for them, that the compiler or objtool made. A site stands at the entry of its function or
 * behind the ENDBR64 there.
 */
final class TraceSites {
    private static final List<String> TABLES =
            List.of("__mcount_loc", "__patchable_function_entries");
    private static final Bytes ENDBR64 =
            Bytes.of(new byte[] {(byte) 0xf3, 0x0f, 0x1e, (byte) 0xfa});
    private static final Bytes NOP5 = Bytes.of(new byte[] {0x0f, 0x1f, 0x44, 0, 0});
    private static final int CALL = 0xe8;

    private final Original original;
    private final Map<Section, Set<Long>> sites = new HashMap<>();

    private TraceSites(Original original) {
        this.original = original;
    }

    static TraceSites of(Original original) {
        TraceSites all = new TraceSites(original);
        for (Section table : original.loaded()) {
            if (TABLES.contains(table.name())) {
                for (Field field : original.fields(table).values()) {
                    Section section = field.symbol().section();
                    if (section != null) {
                        all.sites.computeIfAbsent(section, _ -> new HashSet<>()).add(field.meant());
                    }
                }
            }
        }
        return all;
    }

    /** Whether the function that starts there has a site. */
    boolean contains(Section section, long entry) {
        boolean marked =
                section.content().contains(entry, 4)
                        && section.content().slice(entry, 4).equals(ENDBR64);
        return isSite(section, marked ? entry + 4 : entry);
    }

    private boolean isSite(Section section, long at) {
        Bytes code = section.content();
        if (!sites.getOrDefault(section, Set.of()).contains(at) || !code.contains(at, 5)) {
            return false;
        }
        Field field = original.fields(section).get(at + 1);
        boolean call =
                code.u8(at) == CALL && field != null && field.symbol().name().equals("__fentry__");
        return call || code.slice(at, 5).equals(NOP5);
    }
}
