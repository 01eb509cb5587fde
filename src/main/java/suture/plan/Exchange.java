package suture.plan;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.finding.Finding;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the units of a patch give each other: the part of a linker in a plan. */
final class Exchange {
    private final List<Closure> closures;
    private final Visibility visibility;
    private final Map<String, Map<String, Closure>> givers = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();

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

    /** A weak definition gives way to any other, as it does when the units are linked. */
    private void register(Map<String, Closure> own, String name, Closure closure) {
        Closure other = own.get(name);
        if (other == null || isWeak(other, name)) {
            own.put(name, closure);
        } else if (!isWeak(closure, name)) {
            findings.add(
                    Finding.error(
                            "defined-twice",
                            name,
                            closure.unit().unit(),
                            "two units of the patch define this new symbol; the other one is "
                                    + other.unit().unit(),
                            "rename one of them, or make it static"));
        }
    }

    private static boolean isWeak(Closure closure, String name) {
        return closure.offers().symbol(name).binding() == Elf.STB_WEAK;
    }

    /** Walks all units until none wants anything more of another one; tells what is wrong. */
    List<Finding> settle() {
        Deque<Errand> errands = new ArrayDeque<>();
        closures.forEach(closure -> send(closure, closure.begin(), errands));
        while (!errands.isEmpty()) {
            Errand errand = errands.remove();
            send(errand.giver, errand.giver.give(errand.want), errands);
        }
        return findings;
    }

    private void send(Closure from, Iterable<Closure.Want> wants, Deque<Errand> errands) {
        for (Closure.Want want : wants) {
            Closure giver = giver(from.unit().owner(), want.name());
            if (giver != null) {
                errands.add(new Errand(giver, want));
            }
        }
    }

    /** The unit that gives a name to code of an object; null if none of the patch does. */
    @Nullable Closure giver(String owner, String name) {
        Closure own = givers.getOrDefault(owner, Map.of()).get(name);
        if (own != null) {
            return own;
        }
        for (Map.Entry<String, Map<String, Closure>> other : givers.entrySet()) {
            Closure giver = other.getValue().get(name);
            if (giver != null && visibility.sees(owner, other.getKey())) {
                return giver;
            }
        }
        return null;
    }
}
