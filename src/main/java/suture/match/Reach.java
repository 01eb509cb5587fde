package suture.match;

import suture.graph.Atom;
import suture.graph.Reference;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What an atom refers to, itself or through content that has no name: an entry of the TOC (ppc64),
 * a literal pool.
 */
final class Reach {
    private Reach() {}

    /** In the order of the references, each once. */
    static Collection<Atom> of(Atom atom) {
        Set<Atom> reached = new LinkedHashSet<>();
        Deque<Atom> open = new ArrayDeque<>();
        open.add(atom);
        while (!open.isEmpty()) {
            for (Reference reference : open.remove().uses()) {
                Atom target = reference.target();
                if (reached.add(target) && target.kind() == Atom.Kind.CONTENT && !target.state()) {
                    open.add(target);
                }
            }
        }
        return reached;
    }
}
