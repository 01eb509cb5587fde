package suture.match;

import org.jspecify.annotations.Nullable;

import suture.graph.Atom;
import suture.graph.ObjectGraph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** Which atom of the original object is which atom of the patched one; at most one each way. */
public final class Correlation {
    private final @Nullable Atom[] patchedOf;
    private final @Nullable Atom[] originalOf;
    private final ObjectGraph original;
    private final ObjectGraph patched;
    private int size;

    Correlation(ObjectGraph original, ObjectGraph patched) {
        this.original = original;
        this.patched = patched;
        patchedOf = new Atom[original.atoms().size()];
        originalOf = new Atom[patched.atoms().size()];
    }

    /**
     * The twin in the patched object, or null if the atom was removed (or is content, which needs
     * no twin).
     */
    public @Nullable Atom patchedOf(Atom original) {
        return patchedOf[original.id()];
    }

    /**
     * The twin in the original object, or null if the atom is new (or is content, which needs no
     * twin).
     */
    public @Nullable Atom originalOf(Atom patched) {
        return originalOf[patched.id()];
    }

    /** Whether the two are twins. */
    public boolean twins(Atom original, Atom patched) {
        return patchedOf[original.id()] == patched;
    }

    /** The original object. */
    ObjectGraph original() {
        return original;
    }

    /** The patched object. */
    ObjectGraph patched() {
        return patched;
    }

    /** Whether neither has a twin. */
    boolean free(Atom original, Atom patched) {
        return patchedOf[original.id()] == null && originalOf[patched.id()] == null;
    }

    /** What has no twin in the patched object, by a key. */
    Map<String, List<Atom>> freeOriginals(Predicate<Atom> wanted, Function<Atom, String> key) {
        return free(original, a -> patchedOf(a) == null && wanted.test(a), key);
    }

    /** What has no twin in the original object, by a key. */
    Map<String, List<Atom>> freePatched(Predicate<Atom> wanted, Function<Atom, String> key) {
        return free(patched, a -> originalOf(a) == null && wanted.test(a), key);
    }

    private static Map<String, List<Atom>> free(
            ObjectGraph graph, Predicate<Atom> wanted, Function<Atom, String> key) {
        Map<String, List<Atom>> groups = new LinkedHashMap<>();
        for (Atom atom : graph.atoms()) {
            if (!atom.extents().isEmpty() && wanted.test(atom)) {
                groups.computeIfAbsent(key.apply(atom), k -> new ArrayList<>()).add(atom);
            }
        }
        return groups;
    }

    /** Number of pairs. */
    int size() {
        return size;
    }

    void pair(Atom original, Atom patched) {
        if (!free(original, patched)) {
            throw new IllegalStateException("paired already: " + original + " or " + patched);
        }
        patchedOf[original.id()] = patched;
        originalOf[patched.id()] = original;
        size++;
    }
}
