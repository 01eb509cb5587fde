package suture.impact;

import suture.finding.Finding;
import suture.graph.NameGrammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * From functions about to change to everything that must be patched with them.
 *
 * @param functions the changed ones first, then in order of distance
 * @param findings what could not be decided, or found
 */
public record Impact(List<Impacted> functions, List<Finding> findings) {
    /** {@code refused}, {@code changed} or {@code unchanged}. */
    public String outcome() {
        if (findings.stream().anyMatch(Finding::refuses)) {
            return "refused";
        }
        return functions.isEmpty() ? "unchanged" : "changed";
    }

    /**
     * Follows all facts from the named functions.
     *
     * @param names {@code f}, or {@code FILE:f} where several files have a function of that name
     */
    public static Impact of(Index index, List<String> names) {
        return new Search(index).run(names);
    }

    /** A function of a unit, by its symbol. */
    private record Node(String unit, String symbol) {}

    private static final class Search {
        private final Index index;
        private final List<Finding> findings = new ArrayList<>();
        private final Map<Node, Function> reached = new LinkedHashMap<>();
        private final Map<Node, List<Fact>> reasons = new LinkedHashMap<>();
        private final Map<Node, List<String>> chains = new LinkedHashMap<>();
        private final Set<Node> changed = new LinkedHashSet<>();
        private final Deque<Node> queue = new ArrayDeque<>();

        Search(Index index) {
            this.index = index;
        }

        Impact run(List<String> names) {
            names.forEach(this::begin);
            while (!queue.isEmpty()) {
                follow(queue.remove());
            }
            List<Impacted> all = new ArrayList<>();
            reached.forEach((node, function) -> {
                // What was inlined again is only a step on the way.
                if (changed.contains(node) || function.form() != Function.Form.NONE) {
                    all.add(
                            new Impacted(
                                    function,
                                    changed.contains(node),
                                    List.copyOf(reasons.getOrDefault(node, List.of())),
                                    chains.getOrDefault(node, List.of())));
                }
            });
            undecided();
            return new Impact(List.copyOf(all), List.copyOf(findings));
        }

        private void begin(String wanted) {
            int colon = wanted.lastIndexOf(':');
            String name = NameGrammar.base(wanted.substring(colon + 1));
            String file = colon < 0 ? "" : wanted.substring(0, colon);
            List<Function> known = index.functions(name).stream().filter(f -> in(f, file)).toList();
            Set<String> places = new TreeSet<>();
            for (Function function : known) {
                places.add(function.declared().isEmpty() ? function.unit() : function.declared());
            }
            if (known.isEmpty()) {
                findings.add(unknown(wanted, name, file));
            } else if (places.size() > 1 && file.isEmpty()) {
                findings.add(ambiguous(wanted, places));
            } else {
                roots(name, known);
            }
        }

        /** The function as written, in each unit that has any form of it. */
        private void roots(String name, List<Function> known) {
            Map<String, Function> roots = new LinkedHashMap<>();
            known.stream().filter(Search::isSource).forEach(f -> roots.putIfAbsent(f.unit(), f));
            for (Function f : known) {
                roots.putIfAbsent(
                        f.unit(),
                        new Function(f.unit(), name, name, f.declared(), Function.Form.NONE, ""));
            }
            for (Function function : roots.values()) {
                Node node = new Node(function.unit(), function.name());
                if (reached.putIfAbsent(node, function) == null) {
                    changed.add(node);
                    queue.add(node);
                }
            }
        }

        /** Not a copy or a piece of it. */
        private static boolean isSource(Function function) {
            return switch (function.form()) {
                case PLAIN, NONE -> true;
                case CLONE -> false;
                case PART -> function.name().equals(function.base());
            };
        }

        private static boolean in(Function function, String file) {
            if (file.isEmpty()) {
                return true;
            }
            String declared = function.declared();
            int line = declared.lastIndexOf(':');
            String place = line < 0 ? declared : declared.substring(0, line);
            return ends(place, file) || ends(function.unit(), file);
        }

        private static boolean ends(String path, String file) {
            return path.equals(file) || path.endsWith("/" + file);
        }

        private static Finding unknown(String wanted, String name, String file) {
            return Finding.error(
                    "unknown-function",
                    wanted,
                    file,
                    "nothing that was read has a function "
                            + name
                            + ", neither as code nor as inlined body",
                    "check the name; if the source has it, the compiler dropped it as unused"
                            + " (-fkeep-static-functions would show it): as a new function it"
                            + " impacts nothing that runs");
        }

        private static Finding ambiguous(String wanted, Set<String> places) {
            return Finding.error(
                    "ambiguous-function",
                    wanted,
                    String.join(", ", places),
                    "several functions have this name",
                    "say which one: FILE:" + wanted);
        }

        private void follow(Node node) {
            boolean source = changed.contains(node);
            Function function = function(node);
            for (Fact fact : index.facts(function.base())) {
                if (fact.unit().equals(node.unit())
                        && sameSource(fact, function)
                        && (source || carries(fact, node))) {
                    reach(node, fact);
                }
            }
        }

        private Function function(Node node) {
            Function function = reached.get(node);
            if (function == null) {
                throw new IllegalStateException(node.toString());
            }
            return function;
        }

        private static boolean sameSource(Fact fact, Function function) {
            return fact.declared().isEmpty()
                    || function.declared().isEmpty()
                    || fact.declared().equals(function.declared());
        }

        /**
         * Whether a change that reached only this symbol goes on through the fact. Debug
         * information names all bodies that are in a function, dumps only the next one.
         */
        private static boolean carries(Fact fact, Node node) {
            return switch (fact.effect()) {
                case INLINED, PARTLY_INLINED -> fact.evidence() == Fact.Evidence.DUMP;
                case CLONE -> false;
                case FOLDED,
                        CALLS_CLONE,
                        CALLS_FIXED,
                        CALLS_FOLDED,
                        REGISTER_USE,
                        NORETURN,
                        ARGUMENT ->
                        fact.via().equals(node.symbol());
            };
        }

        private void reach(Node from, Fact fact) {
            Node node = new Node(fact.unit(), fact.into());
            if (node.equals(from) || changed.contains(node)) {
                return;
            }
            reasons.computeIfAbsent(node, n -> new ArrayList<>()).add(fact);
            if (!reached.containsKey(node)) {
                reached.put(node, named(fact));
                List<String> chain = new ArrayList<>();
                chain.add(fact.into() + ": " + fact.sentence());
                chain.addAll(chains.getOrDefault(from, List.of()));
                if (changed.contains(from)) {
                    chain.add(fact.from() + ": named");
                }
                chains.put(node, chain);
                queue.add(node);
            }
        }

        private Function named(Fact fact) {
            return index.functions(NameGrammar.base(fact.into())).stream()
                    .filter(f -> f.unit().equals(fact.unit()) && f.name().equals(fact.into()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(fact.toString()));
        }

        /** What may have happened unseen, units with the same answer together. */
        private void undecided() {
            Map<String, List<Node>> alike = new LinkedHashMap<>();
            for (Node node : changed) {
                Knowledge unit = index.knowledge(node.unit());
                if (!unit.hidden().isEmpty()) {
                    alike.computeIfAbsent(unit.compiler() + unit.hidden(), h -> new ArrayList<>())
                            .add(node);
                }
            }
            alike.values().forEach(nodes -> findings.add(undecided(nodes)));
        }

        private Finding undecided(List<Node> nodes) {
            Knowledge unit = index.knowledge(nodes.getFirst().unit());
            Set<String> units = new TreeSet<>();
            Set<String> names = new TreeSet<>();
            nodes.forEach(n -> {
                units.add(n.unit());
                names.add(n.symbol());
            });
            String options =
                    unit.hidden().stream()
                            .map(
                                    unit.compiler().startsWith("clang")
                                            ? h -> ""
                                            : Hidden::preventedBy)
                            .filter(o -> !o.isEmpty())
                            .distinct()
                            .collect(Collectors.joining(", "));
            return Finding.warning(
                    "undecided",
                    String.join(", ", names),
                    units.iterator().next()
                            + (units.size() == 1
                                    ? ""
                                    : " and " + (units.size() - 1) + " more units"),
                    "whether other functions of the unit rely on it is not decided by what was"
                            + " read: "
                            + unit.hidden().stream()
                                    .map(Hidden::text)
                                    .collect(Collectors.joining("; ")),
                    "compare with the object of the changed source (--patched)"
                            + (options.isEmpty()
                                    ? ""
                                    : "; what was built with these has none of it: " + options));
        }
    }
}
