package suture.plan;

import org.jspecify.annotations.Nullable;

import suture.finding.Finding;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the units of a patch give each other: the part of a linker in a plan. */
final class Exchange {
    private final List<Closure> closures;
    private final Visibility visibility;
    private final Map<String, Map<String, Closure>> givers = new LinkedHashMap<>();
    private final Set<Finding> findings = new LinkedHashSet<>();

    private record Errand(Closure giver, Closure.Want want) {}

    /**
     * @param closures the units, none of them begun
     * @param visibility whose names code can use
     */
    Exchange(List<Closure> closures, Visibility visibility) {
        this.closures = closures;
        this.visibility = visibility;
        for (Closure closure : closures) {
            Map<String, Closure> own =
                    givers.computeIfAbsent(closure.unit().owner(), _ -> new HashMap<>());
            closure.offers().names().forEach(name -> register(own, name, closure));
        }
    }

    /**
     * Which of two definitions a linker takes depends on what a plan does not know, and the unit of
     * the other one would go on with its own: only copies of one body are no contradiction.
     */
    private void register(Map<String, Closure> own, String name, Closure closure) {
        Closure other = own.putIfAbsent(name, closure);
        if (other != null && !(closure.offers().isCopy(name) && other.offers().isCopy(name))) {
            findings.add(definedTwice(name, closure, other));
        }
    }

    private static Finding definedTwice(String name, Closure one, Closure other) {
        return Finding.error(
                "defined-twice",
                name,
                one.unit().unit(),
                "two units of the patch define this new symbol; the other one is "
                        + other.unit().unit(),
                "rename one of them, or make it static");
    }

    /** Walks all units until none wants anything more of another one; tells what is wrong. */
    List<Finding> settle() {
        Deque<Errand> errands = new ArrayDeque<>();
        closures.forEach(closure -> send(closure, closure.begin(), errands));
        while (!errands.isEmpty()) {
            Errand errand = errands.remove();
            send(errand.giver, errand.giver.give(errand.want), errands);
        }
        return List.copyOf(findings);
    }

    private void send(Closure from, Iterable<Closure.Want> wants, Deque<Errand> errands) {
        for (Closure.Want want : wants) {
            List<Closure> all = givers(from.unit().owner(), want.name());
            if (!all.isEmpty()) {
                errands.add(new Errand(all.getFirst(), want));
            }
            all.stream()
                    .skip(1)
                    .forEach(other ->
                            findings.add(definedTwice(want.name(), all.getFirst(), other)));
        }
    }

    /** The unit that gives a name to code of an object; null if none of the patch does. */
    @Nullable Closure giver(String owner, String name) {
        List<Closure> all = givers(owner, name);
        return all.isEmpty() ? null : all.getFirst();
    }

    /** Its own object's, or those of all others that it sees; several contradict each other. */
    private List<Closure> givers(String owner, String name) {
        Closure own = givers.getOrDefault(owner, Map.of()).get(name);
        if (own != null) {
            return List.of(own);
        }
        List<Closure> others = new ArrayList<>();
        givers.forEach((other, names) -> {
            Closure giver = names.get(name);
            if (giver != null && visibility.sees(owner, other)) {
                others.add(giver);
            }
        });
        return others;
    }
}
