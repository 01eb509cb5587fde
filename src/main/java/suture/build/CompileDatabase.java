package suture.build;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** All units of a baseline, by object and by source. */
public final class CompileDatabase {
    private final SortedMap<String, Unit> byObject = new TreeMap<>();
    private final SortedMap<String, List<Unit>> bySource = new TreeMap<>();

    /** A database of these units; an object that comes twice counts once. */
    public CompileDatabase(Collection<Unit> units) {
        for (Unit unit : units) {
            byObject.put(unit.object(), unit);
        }
        for (Unit unit : byObject.values()) {
            bySource.computeIfAbsent(unit.source(), s -> new ArrayList<>(1)).add(unit);
        }
    }

    /** All units in the order of their objects. */
    public Collection<Unit> units() {
        return byObject.values();
    }

    /** The unit that makes an object. */
    public @Nullable Unit object(String object) {
        return byObject.get(object);
    }

    /** The units whose main source this is; empty if none is. */
    public List<Unit> ofSource(String source) {
        return List.copyOf(bySource.getOrDefault(source, List.of()));
    }
}
