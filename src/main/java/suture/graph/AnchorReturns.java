package suture.graph;

import suture.machine.Machine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The functions that do not return: those that something in the object ends with a call of. What
 * stands behind their calls is reached from elsewhere, if at all.
 */
final class AnchorReturns {
    private AnchorReturns() {}

    static Set<Atom> never(Machine machine, List<Atom> atoms) {
        Set<Atom> found = new HashSet<>();
        for (Atom atom : atoms) {
            if (atom.code()) {
                AnchorCode code = new AnchorCode(machine, atom, false);
                int last = last(code);
                Reference callee = last < 0 ? null : code.callee(last);
                if (callee != null && callee.target() != atom) {
                    found.add(callee.target());
                }
            }
        }
        return found;
    }

    /** The instruction behind which there is only filling, -1 if there is none. */
    private static int last(AnchorCode code) {
        int last = -1;
        for (int i = 0; i < code.size() && !code.step(i).ends(); i++) {
            last = code.step(i).idle() ? last : i;
        }
        return last;
    }
}
