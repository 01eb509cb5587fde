package suture.impact;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How patchable a whole build is.
 *
 * @param units that were read
 * @param functions with code, coded included
 * @param patchable of them, those whose entry can be redirected
 * @param obstacles why the others cannot, with their number
 * @param effects what the compiler did, with the number of places
 * @param hot functions that would bring most others into a patch, the worst first
 * @param breaches functions whose calling convention the compiler changed or went beyond
 * @param unproven units in which registers may be kept over calls without a mark
 * @param compilers who made how many units
 */
public record Audit(
        int units,
        int functions,
        int patchable,
        Map<String, Integer> obstacles,
        Map<String, Integer> effects,
        List<HotSpot> hot,
        List<Breach> breaches,
        int unproven,
        Map<String, Integer> compilers) {
    /**
     * A function whose change spreads.
     *
     * @param functions how many functions have its body
     * @param units in how many units
     */
    public record HotSpot(String name, String declared, int functions, int units) {}

    /** A function that does not keep to the calling convention, and how. */
    public record Breach(String unit, String function, String how) {}

    /** Counts all that an index has. */
    public static Audit of(IndexFile index) {
        Map<String, Integer> obstacles = new TreeMap<>();
        Set<String> coded = new HashSet<>();
        int functions = 0;
        int patchable = 0;
        for (Function function : index.functions()) {
            switch (function.form()) {
                case PLAIN, CLONE -> {
                    coded.add(function.unit() + ' ' + function.name());
                    functions++;
                    if (function.redirectable()) {
                        patchable++;
                    } else {
                        obstacles.merge(obstacle(function), 1, Integer::sum);
                    }
                }
                case PART -> coded.add(function.unit() + ' ' + function.name());
                case NONE -> {}
            }
        }
        // A copy that was inlined again is none that anybody calls.
        List<Fact> facts =
                index.facts().stream()
                        .filter(f ->
                                f.effect() != Effect.CLONE
                                        || coded.contains(f.unit() + ' ' + f.into()))
                        .toList();
        Map<String, Integer> compilers = new TreeMap<>();
        int unproven = 0;
        int units = 0;
        for (Rows.UnitRow row : index.units().values()) {
            if (row.error().isEmpty()) {
                units++;
                unproven += row.knowledge().hidden().contains(Hidden.REGISTERS) ? 1 : 0;
                compilers.merge(row.knowledge().compiler(), 1, Integer::sum);
            }
        }
        return new Audit(
                units,
                functions,
                patchable,
                obstacles,
                effects(facts),
                hot(facts),
                breaches(facts),
                unproven,
                compilers);
    }

    private static String obstacle(Function function) {
        return function.obstacle().isEmpty()
                ? "a copy with a calling convention of the compiler: only together with its callers"
                : function.obstacle();
    }

    /** Effects by their word, coded by their kind. */
    static Map<String, Integer> effects(List<Fact> facts) {
        Map<String, Integer> all = new TreeMap<>();
        for (Fact fact : facts) {
            String kind =
                    fact.effect() == Effect.CLONE
                            ? "clone " + fact.detail().replaceFirst(" part of .*", "")
                            : fact.effect().word();
            all.merge(kind, 1, Integer::sum);
        }
        return all;
    }

    private static List<HotSpot> hot(List<Fact> facts) {
        record Source(String name, String declared) {}
        Map<Source, Set<String>> into = new HashMap<>();
        Map<Source, Set<String>> units = new HashMap<>();
        for (Fact fact : facts) {
            if (fact.effect() == Effect.INLINED || fact.effect() == Effect.PARTLY_INLINED) {
                Source source = new Source(fact.from(), fact.declared());
                into.computeIfAbsent(source, s -> new HashSet<>())
                        .add(fact.unit() + ' ' + fact.into());
                units.computeIfAbsent(source, s -> new HashSet<>()).add(fact.unit());
            }
        }
        List<HotSpot> all = new ArrayList<>();
        into.forEach((source, functions) ->
                all.add(
                        new HotSpot(
                                source.name(),
                                source.declared(),
                                functions.size(),
                                units.getOrDefault(source, Set.of()).size())));
        all.sort(
                Comparator.comparingInt((HotSpot h) -> -h.functions())
                        .thenComparing(HotSpot::name)
                        .thenComparing(HotSpot::declared));
        return all;
    }

    private static List<Breach> breaches(List<Fact> facts) {
        Set<Breach> all =
                new TreeSet<>(
                        Comparator.comparing(Breach::unit)
                                .thenComparing(Breach::function)
                                .thenComparing(Breach::how));
        for (Fact fact : facts) {
            switch (fact.effect()) {
                case CLONE -> {
                    if (!fact.detail().startsWith("cold") && !fact.detail().startsWith("local")) {
                        all.add(
                                new Breach(
                                        fact.unit(),
                                        fact.into(),
                                        "a copy (" + fact.detail() + ")"));
                    }
                }
                case ARGUMENT ->
                        all.add(
                                new Breach(
                                        fact.unit(),
                                        fact.via(),
                                        "its arguments are passed in another way"));
                case REGISTER_USE ->
                        all.add(
                                new Breach(
                                        fact.unit(),
                                        fact.via(),
                                        fact.into() + " relies on registers that it leaves alone"));
                case INLINED,
                        PARTLY_INLINED,
                        FOLDED,
                        CALLS_CLONE,
                        CALLS_FIXED,
                        CALLS_FOLDED,
                        NORETURN -> {}
            }
        }
        return List.copyOf(all);
    }

    /** Whether the calling convention of every function is kept, in a sentence. */
    public String promise() {
        if (!breaches.isEmpty()) {
            return "broken: "
                    + breaches.stream().map(b -> b.unit() + b.function()).distinct().count()
                    + " functions do not keep to the calling convention";
        }
        return unproven > 0
                ? "not proven: in " + unproven + " units registers may be kept over calls (IPA-RA)"
                : "holds: no function has another calling convention than its source says";
    }
}
