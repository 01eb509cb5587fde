package suture.target.linux.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Symbols by name and by address. */
public final class SymbolIndex {
    private final List<KernelSymbol> all;
    private final Map<String, List<KernelSymbol>> byName;
    private final List<KernelSymbol> sorted;
    private final long[] addresses;

    private SymbolIndex(List<KernelSymbol> all, Map<String, List<KernelSymbol>> byName) {
        this.all = List.copyOf(all);
        this.byName = byName;
        this.sorted = new ArrayList<>(all);
        sorted.sort((a, b) -> Long.compareUnsigned(a.address(), b.address()));
        this.addresses = new long[sorted.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = sorted.get(i).address() ^ Long.MIN_VALUE;
        }
    }

    /** A symbol whose position is not known yet. */
    record Bare(long address, char type, String name) {}

    /** Numbers the symbols of one name in the given order, which must be the kernel's. */
    static SymbolIndex of(List<Bare> symbols) {
        Map<String, List<KernelSymbol>> byName = HashMap.newHashMap(symbols.size());
        Map<String, List<KernelSymbol>> several = new HashMap<>();
        for (Bare symbol : symbols) {
            if (byName.put(symbol.name(), List.of()) != null) {
                several.computeIfAbsent(symbol.name(), _ -> new ArrayList<>());
            }
        }
        byName.putAll(several);
        List<KernelSymbol> all = new ArrayList<>(symbols.size());
        for (Bare symbol : symbols) {
            List<KernelSymbol> same = several.get(symbol.name());
            int position = same == null ? 0 : same.size() + 1;
            KernelSymbol numbered =
                    new KernelSymbol(symbol.address(), symbol.type(), symbol.name(), position);
            all.add(numbered);
            if (same == null) {
                byName.put(symbol.name(), List.of(numbered));
            } else {
                same.add(numbered);
            }
        }
        return new SymbolIndex(all, byName);
    }

    /** All, in the order of the table. */
    public List<KernelSymbol> all() {
        return all;
    }

    /** All of that name, in the order of their positions. */
    public List<KernelSymbol> named(String name) {
        return byName.getOrDefault(name, List.of());
    }

    /** All that start exactly there. */
    public List<KernelSymbol> at(long address) {
        int from = lowerBound(address);
        int to = from;
        while (to < addresses.length && sorted.get(to).address() == address) {
            to++;
        }
        return sorted.subList(from, to);
    }

    /** The symbols that start nearest at or before the address; empty if none does. */
    public List<KernelSymbol> floor(long address) {
        int from = lowerBound(address);
        if (from < addresses.length && sorted.get(from).address() == address) {
            return at(address);
        }
        return from == 0 ? List.of() : at(sorted.get(from - 1).address());
    }

    /**
     * Bytes from the address to the next symbol that starts later, which is what the kernel takes
     * for a symbol's size; -1 if there is none.
     */
    public long extent(long address) {
        int next = lowerBound(address);
        while (next < addresses.length && sorted.get(next).address() == address) {
            next++;
        }
        return next == addresses.length ? -1 : sorted.get(next).address() - address;
    }

    private int lowerBound(long address) {
        int found = Arrays.binarySearch(addresses, address ^ Long.MIN_VALUE);
        if (found < 0) {
            return -found - 1;
        }
        while (found > 0 && addresses[found - 1] == addresses[found]) {
            found--;
        }
        return found;
    }
}
