package suture.target.xen.image;

import suture.bytes.Bytes;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The places in code that the hypervisor rewrites while it starts (Xen 4.17 {@code
 * xen/arch/x86/include/asm/alternative.h}, {@code struct alt_instr}):
 *
 * <pre>
 *   orig_offset  0  4  distance of the site from this field
 *   repl_offset  4  4  distance of the replacement from this field
 *   cpuid        8  2
 *   orig_len    10  1  bytes of the site, padding included
 *   repl_len    11  1
 *   pad_len     12  1
 *   priv        13  1
 * </pre>
 *
 * @param sites bytes of each site, by address
 */
record Alternatives(NavigableMap<Long, Integer> sites) {
    private static final int ENTRY = 14;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    static Alternatives of(Bytes table, long address) {
        TreeMap<Long, Integer> sites = new TreeMap<>();
        for (long at = 0; at + ENTRY <= table.size(); at += ENTRY) {
            long site = address + at + table.s32(at, ORDER);
            sites.merge(site, table.u8(at + 10), Math::max);
        }
        return new Alternatives(sites);
    }

    /** The sites that begin in a range. */
    List<Long> in(long from, long to) {
        return new ArrayList<>(sites.subMap(from, to).keySet());
    }

    /** How many bytes from the address on none of them touches, {@code most} at most. */
    int untouched(long address, int most) {
        Map.Entry<Long, Integer> before = sites.lowerEntry(address);
        if (before != null && before.getKey() + before.getValue() > address) {
            return 0;
        }
        Long next = sites.ceilingKey(address);
        return next == null ? most : (int) Math.min(most, next - address);
    }
}
