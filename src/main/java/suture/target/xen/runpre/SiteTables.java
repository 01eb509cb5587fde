package suture.target.xen.runpre;

import suture.bytes.Bytes;
import suture.target.xen.image.XenImage;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The image's tables of sites in code: where the entries about a range of code are.
 *
 * <p>Each entry begins with the distance of its site from itself. In a bug frame that distance has
 * 24 bits; the high part of the line number is in the 7 bits above (Xen 4.17 {@code
 * xen/arch/x86/include/asm/bug.h}).
 */
final class SiteTables {
    private static final int BUG_DISTANCE = 24;

    private final Map<String, NavigableMap<Long, List<Long>>> tables = new HashMap<>();

    SiteTables(XenImage image) {
        add(image, ".altinstructions", "__alt_instructions", "__alt_instructions_end", 14, 32);
        add(image, ".ex_table", "__start___ex_table", "__stop___ex_table", 8, 32);
        String from = "__start_bug_frames";
        for (int type = 0; type < 4; type++) {
            String to = "__stop_bug_frames_" + type;
            add(image, ".bug_frames." + type, from, to, type == 3 ? 16 : 8, BUG_DISTANCE);
            from = to;
        }
    }

    private void add(XenImage image, String name, String from, String to, int size, int bits) {
        Bytes content = image.between(from, to);
        NavigableMap<Long, List<Long>> sites = new TreeMap<>();
        for (long at = 0; at + size <= content.size(); at += size) {
            int raw = content.s32(at, ByteOrder.LITTLE_ENDIAN);
            long site = image.mark(from) + at + (raw << (32 - bits) >> (32 - bits));
            sites.computeIfAbsent(site, _ -> new ArrayList<>(1)).add(image.mark(from) + at);
        }
        tables.put(name, sites);
    }

    /** The tables that are known. */
    List<String> names() {
        return tables.keySet().stream().sorted().toList();
    }

    /** Addresses of the entries about a range of code, in order of site, then of entry. */
    List<Long> entries(String table, long from, long to) {
        List<Long> found = new ArrayList<>();
        tables.getOrDefault(table, new TreeMap<>())
                .subMap(from, to)
                .values()
                .forEach(found::addAll);
        return found;
    }
}
