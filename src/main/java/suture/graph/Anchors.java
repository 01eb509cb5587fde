package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.graph.AnchorValue.Spot;
import suture.machine.Machine;
import suture.machine.Registers;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** Asks {@link AnchorFlow} about every function that refers to a section anchor. */
final class Anchors {
    private Anchors() {}

    static void resolve(Machine machine, AtomStore store, Map<Reference, Spot> spots) {
        Registers registers = machine.registers();
        if (registers == null || spots.isEmpty()) {
            return;
        }
        AnchorJumps jumps = new AnchorJumps(machine, store);
        AnchorCalls calls = new AnchorCalls(machine, registers);
        Set<Atom> never = AnchorReturns.never(machine, store.atoms());
        BiFunction<Atom, Set<Atom>, @Nullable List<Reference>> flow =
                (atom, left) ->
                        new AnchorFlow(machine, registers, store, jumps, calls, spots, left, atom)
                                .run();
        for (Atom atom : store.atoms()) {
            if (atom.code() && atom.references().stream().anyMatch(spots::containsKey)) {
                List<Reference> uses = flow.apply(atom, never);
                uses = uses == null ? flow.apply(atom, Set.of()) : uses;
                if (uses != null) {
                    atom.setUses(uses);
                }
            }
        }
    }
}
