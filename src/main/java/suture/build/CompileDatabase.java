package suture.build;

import org.jspecify.annotations.Nullable;

import suture.exec.Ahead;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** All units of a baseline, by object and by source. */
public final class CompileDatabase {
    private final Ahead<Tables> tables;

    private record Tables(
            SortedMap<String, Unit> byObject, SortedMap<String, List<Unit>> bySource) {
        static Tables of(Collection<Unit> units) {
            Tables tables = new Tables(new TreeMap<>(), new TreeMap<>());
            for (Unit unit : units) {
                tables.byObject.put(unit.object(), unit);
            }
            for (Unit unit : tables.byObject.values()) {
                tables.bySource.computeIfAbsent(unit.source(), s -> new ArrayList<>(1)).add(unit);
            }
            return tables;
        }
    }

    private CompileDatabase(Ahead<Tables> tables) {
        this.tables = tables;
    }

    /** A database of these units; an object that comes twice counts once. */
    public CompileDatabase(Collection<Unit> units) {
        this(Ahead.known(Tables.of(units)));
    }

    /**
     * A database of units that are read while something else goes on. What goes wrong with that is
     * thrown by whatever asks first, an {@link IOException} as its unchecked sibling.
     */
    public static CompileDatabase ahead(Ahead.Work<Collection<Unit>> reading) {
        return new CompileDatabase(Ahead.of("compile commands", () -> Tables.of(reading.run())));
    }

    private Tables tables() {
        try {
            return tables.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All units in the order of their objects. */
    public Collection<Unit> units() {
        return tables().byObject.values();
    }

    /** The unit that makes an object. */
    public @Nullable Unit object(String object) {
        return tables().byObject.get(object);
    }

    /** The units whose main source this is; empty if none is. */
    public List<Unit> ofSource(String source) {
        return List.copyOf(tables().bySource.getOrDefault(source, List.of()));
    }
}
