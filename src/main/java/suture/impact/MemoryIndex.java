package suture.impact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An index of units that were just read. */
public final class MemoryIndex implements Index {
    private final Map<String, List<Function>> functions = new HashMap<>();
    private final Map<String, List<Fact>> facts = new HashMap<>();
    private final Map<String, Knowledge> knowledge = new HashMap<>();

    /** Indexes all units. */
    public MemoryIndex(List<UnitFacts> units) {
        for (UnitFacts unit : units) {
            knowledge.put(unit.knowledge().unit(), unit.knowledge());
            unit.functions()
                    .forEach(f ->
                            functions.computeIfAbsent(f.base(), n -> new ArrayList<>()).add(f));
            unit.facts()
                    .forEach(f -> facts.computeIfAbsent(f.from(), n -> new ArrayList<>()).add(f));
        }
    }

    @Override
    public List<Function> functions(String base) {
        return functions.getOrDefault(base, List.of());
    }

    @Override
    public List<Fact> facts(String base) {
        return facts.getOrDefault(base, List.of());
    }

    @Override
    public Knowledge knowledge(String unit) {
        return Objects.requireNonNull(knowledge.get(unit), unit);
    }
}
