package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.elf.Section;
import suture.machine.InstructionCursor;

import java.util.HashSet;
import java.util.Set;

/**
 * Which functions of an object have room for a tracer at their entry, which is where the Linux
 * kernel redirects calls: a call of {@code __fentry__} or {@code mcount} (gcc -mfentry, -pg), or an
 * entry in {@code __patchable_function_entries} (-fpatchable-function-entry).
 *
 * <p>An object none of whose functions has one is not made for that, and says nothing.
 */
public final class PatchSites {
    private static final Set<String> TRACERS = Set.of("__fentry__", "mcount", "_mcount");
    private static final Set<String> TABLES =
            Set.of("__patchable_function_entries", "__mcount_loc");

    private final ObjectGraph graph;
    private final boolean used;
    private @Nullable Set<Atom> stored;

    /** Looks at all functions. */
    public PatchSites(ObjectGraph graph) {
        this.graph = graph;
        boolean any = false;
        for (Atom atom : graph.atoms()) {
            any |= atom.code() && has(atom);
        }
        used = any;
    }

    /** The functions whose addresses are made or kept somewhere. */
    private Set<Atom> stored() {
        Set<Atom> known = stored;
        if (known == null) {
            known = new HashSet<>();
            for (Atom atom : graph.atoms()) {
                if (atom.code()) {
                    addresses(atom, known);
                } else if (!isUnwinding(atom)) {
                    for (Reference reference : atom.references()) {
                        if (reference.target().code() && reference.target() != atom.owner()) {
                            known.add(reference.target());
                        }
                    }
                }
            }
            stored = known;
        }
        return known;
    }

    /** References to functions that are neither the target of a call nor of a jump. */
    private void addresses(Atom atom, Set<Atom> found) {
        for (int i = 0; i < atom.extents().size(); i++) {
            InstructionCursor cursor =
                    graph.machine().instructions(atom.extents().get(i).content());
            Set<Long> branches = new HashSet<>();
            while (cursor.next()) {
                switch (cursor.flow()) {
                    case CALL, JUMP, CONDITIONAL ->
                            branches.add(cursor.offset() + cursor.displacementOffset());
                    case NEXT, RETURN, INDIRECT_CALL, INDIRECT_JUMP, TRAP -> {}
                }
            }
            for (Reference reference : atom.references()) {
                if (reference.extent() == i
                        && reference.target().code()
                        && reference.target() != atom
                        && !branches.contains(reference.offset())) {
                    found.add(reference.target());
                }
            }
        }
    }

    private static boolean isUnwinding(Atom atom) {
        Section section = atom.section();
        return section != null && section.name().startsWith(".eh_frame");
    }

    private static boolean has(Atom function) {
        for (Reference reference : function.references()) {
            if (TRACERS.contains(reference.target().name())) {
                return true;
            }
        }
        for (Atom entry : function.entries()) {
            Section section = entry.section();
            if (section != null && TABLES.contains(section.name())) {
                return true;
            }
        }
        return false;
    }

    /** Whether others of the object have a site and this function has none. */
    public boolean lacks(Atom function) {
        return used && !has(function);
    }

    /**
     * Whether all that enters the function are calls in its own object: it is local, and no datum
     * holds its address. What calls it can be given another copy.
     */
    public boolean onlyCalledHere(Atom function) {
        return !function.visible() && !stored().contains(function);
    }
}
