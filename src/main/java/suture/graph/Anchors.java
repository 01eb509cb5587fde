package suture.graph;

import suture.graph.AnchorState.Spot;
import suture.machine.Machine;
import suture.machine.Registers;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks {@link AnchorFlow} about every function that refers to a section anchor. */
final class Anchors {
    private Anchors() {}

    static void resolve(Machine machine, AtomStore store, Map<Reference, Spot> spots) {
        Registers registers = machine.registers();
        if (registers == null || spots.isEmpty()) {
            return;
        }
        Map<Atom, Set<Long>> tables = tables(store.atoms());
        for (Atom atom : store.atoms()) {
            if (atom.code() && atom.references().stream().anyMatch(spots::containsKey)) {
                List<Reference> uses =
                        new AnchorFlow(machine, registers, store, tables, spots, atom).run();
                if (uses != null) {
                    atom.setUses(uses);
                }
            }
        }
    }

    /** Where in a function data leads to: the targets of its jump tables. */
    private static Map<Atom, Set<Long>> tables(List<Atom> atoms) {
        Map<Atom, Set<Long>> tables = new HashMap<>();
        for (Atom atom : atoms) {
            for (Reference reference : atom.code() ? List.<Reference>of() : atom.references()) {
                if (reference.target().code()
                        && reference.targetExtent() == 0
                        && reference.targetOffset() > 0) {
                    tables.computeIfAbsent(reference.target(), a -> new HashSet<>())
                            .add(reference.targetOffset());
                }
            }
        }
        return tables;
    }
}
