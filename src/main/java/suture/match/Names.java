package suture.match;

import suture.bytes.Bytes;
import suture.graph.Atom;
import suture.graph.NameGrammar;
import suture.graph.ObjectGraph;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the names of these two objects say; which part of a name counts differs by what made them.
 */
final class Names {
    private final List<ObjectGraph> graphs;
    private final boolean sameFiles;
    private final boolean gcc;

    /** Bases of what link-time optimisation made visible: those have lost their file. */
    private final Set<String> promoted = new HashSet<>();

    Names(ObjectGraph original, ObjectGraph patched) {
        this.graphs = List.of(original, patched);
        this.sameFiles = files(original).equals(files(patched));
        this.gcc = graphs.stream().allMatch(Names::isOfGcc);
        for (ObjectGraph graph : graphs) {
            for (Atom atom : graph.atoms()) {
                if (atom.visible() && !atom.extents().isEmpty() && !atom.named()) {
                    promoted.add(NameGrammar.base(atom.name()));
                }
            }
        }
    }

    private static Set<String> files(ObjectGraph graph) {
        Set<String> files = new HashSet<>();
        graph.atoms().forEach(a -> files.add(a.file()));
        files.remove("");
        return files;
    }

    /**
     * Whether it is a variable of a file and of no function. One with a number may be either; clang
     * puts the function's name in front of those.
     */
    boolean isFileScope(Atom atom) {
        return atom.kind() == Atom.Kind.VARIABLE
                && (!NameGrammar.isStaticLocal(atom.name())
                        || (!gcc && NameGrammar.base(atom.name()).indexOf('.') < 0));
    }

    /** Whether gcc made all of it. */
    private static boolean isOfGcc(ObjectGraph graph) {
        Bytes comment = graph.object().content(".comment");
        return comment != null
                && Stream.of(comment.text().split("\0", -1))
                        .allMatch(maker -> maker.isEmpty() || maker.startsWith("GCC:"));
    }

    /** Keys of the atoms of both objects that are so. */
    Set<String> bases(Predicate<Atom> wanted) {
        Set<String> bases = new HashSet<>();
        for (ObjectGraph graph : graphs) {
            graph.atoms().stream().filter(wanted).forEach(a -> bases.add(base(a)));
        }
        return bases;
    }

    /** The file if it can tell two of one name apart. */
    private String scope(Atom atom, String base) {
        return sameFiles && !promoted.contains(base) ? atom.file() + "\0" : "";
    }

    /** The name in the source, in its file. */
    String base(Atom atom) {
        String base = NameGrammar.base(atom.name());
        return scope(atom, base) + base;
    }

    /** The same, and which kind of a compiler's copy it is. */
    String clone(Atom atom) {
        return base(atom) + "\0" + NameGrammar.cloneKind(atom.name());
    }

    /** The name as it stands, in its file. */
    String exact(Atom atom) {
        return scope(atom, NameGrammar.base(atom.name())) + atom.name();
    }

    /** Whether it is a function as written, no copy of one. */
    static boolean isPlain(Atom atom) {
        return atom.code()
                && atom.symbol() != null
                && NameGrammar.cloneKind(atom.name()).isEmpty()
                && !NameGrammar.isMarker(atom.name());
    }
}
