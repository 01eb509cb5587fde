package suture.impact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects facts; of several about the same two functions the first one stays. */
final class Facts {
    private record Key(Effect effect, String from, String declared, String via, String into) {}

    private final String unit;
    private final Map<Key, Fact> facts = new LinkedHashMap<>();

    Facts(String unit) {
        this.unit = unit;
    }

    /** The changed function: its name in the source, and where that stands. */
    record Changed(String name, String declared) {}

    /** Where in the impacted function it shows: its symbol, the place, the source line. */
    record Site(String function, String where, String source) {
        static Site of(String function) {
            return new Site(function, "", "");
        }
    }

    void add(
            Effect effect,
            Changed from,
            String via,
            Site into,
            String detail,
            Fact.Evidence evidence) {
        facts.putIfAbsent(
                new Key(effect, from.name(), from.declared(), key(effect, via), into.function()),
                new Fact(
                        effect,
                        unit,
                        from.name(),
                        from.declared(),
                        via,
                        into.function(),
                        into.where(),
                        into.source(),
                        detail,
                        evidence));
    }

    /** Through how many functions a body came is no fact of its own. */
    private static String key(Effect effect, String via) {
        return effect == Effect.INLINED || effect == Effect.PARTLY_INLINED ? "" : via;
    }

    boolean has(Effect effect, String from, String into) {
        return facts.values().stream()
                .anyMatch(f ->
                        f.effect() == effect && f.from().equals(from) && f.into().equals(into));
    }

    List<Fact> all() {
        return new ArrayList<>(facts.values());
    }
}
