package suture.build.slice;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A declaration while its tree is read. */
final class DeclarationBuilder {
    long id;
    Declaration.Kind kind = Declaration.Kind.OTHER;
    String name = "";
    int begin = -1;
    int end = -1;
    int body = -1;
    String type = "";
    String linkage = "";
    boolean inline;

    /** The enumeration that was entered last. */
    String enumeration = "";

    boolean initialised;
    final Set<Long> references = new HashSet<>();
    final Set<String> values = new TreeSet<>();
    final Set<Long> owned = new HashSet<>();
    final Set<String> tags = new TreeSet<>();
    final Set<String> enumerators = new TreeSet<>();
    final List<String> statics = new ArrayList<>();

    /** The declaration; none if it does not stand in the text. */
    List<Declaration> build() {
        if (begin < 0 || end < 0) {
            return List.of();
        }
        return List.of(
                new Declaration(
                        id,
                        kind,
                        name,
                        begin,
                        end,
                        body,
                        type,
                        linkage,
                        inline,
                        initialised,
                        Set.copyOf(references),
                        Set.copyOf(values),
                        Set.copyOf(owned),
                        Set.copyOf(tags),
                        Set.copyOf(enumerators),
                        List.copyOf(statics)));
    }
}
