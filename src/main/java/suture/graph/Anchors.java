package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.elf.Section;
import suture.graph.AnchorValue.Spot;
import suture.machine.Machine;
import suture.machine.Registers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** Asks {@link AnchorFlow} about every function that refers to a section anchor. */
final class Anchors {
    private Anchors() {}

    static void resolve(Machine machine, AtomStore store, Map<Reference, Spot> spots) {
        Registers registers = machine.registers();
        if (registers == null || spots.isEmpty()) {
            return;
        }
        Map<Reference, Spot> loaded = loaded(store, spots);
        AnchorJumps jumps = new AnchorJumps(machine, store);
        AnchorCalls calls = new AnchorCalls(machine, registers);
        Set<Atom> never = AnchorReturns.never(machine, store.atoms());
        BiFunction<Atom, Set<Atom>, @Nullable List<Reference>> flow =
                (atom, left) ->
                        new AnchorFlow(
                                        machine, registers, store, jumps, calls, spots, loaded,
                                        left, atom)
                                .run();
        Predicate<Reference> known = r -> spots.containsKey(r) || loaded.containsKey(r);
        for (Atom atom : store.atoms()) {
            if (atom.code() && atom.references().stream().anyMatch(known)) {
                List<Reference> uses = flow.apply(atom, never);
                uses = uses == null ? flow.apply(atom, Set.of()) : uses;
                if (uses != null) {
                    atom.setUses(uses);
                }
            }
        }
    }

    /** The places whose addresses an entry of the TOC holds (ppc64), by references to the entry. */
    private static Map<Reference, Spot> loaded(AtomStore store, Map<Reference, Spot> spots) {
        Map<Reference, Spot> found = new HashMap<>();
        for (Atom atom : store.atoms()) {
            for (Reference r : atom.code() ? atom.references() : List.<Reference>of()) {
                Section home = r.target().section();
                if (home != null && home.name().startsWith(".toc")) {
                    r.target().references().stream()
                            .filter(entry -> entry.offset() == r.targetOffset())
                            .filter(spots::containsKey)
                            .forEach(entry -> found.put(r, spots.get(entry)));
                }
            }
        }
        return found;
    }
}
