package suture.graph;

import java.util.List;

/**
 * Finds the records that a sanitizer's checks hand to its run-time functions where no section name
 * tells them apart (clang, and gcc without {@code -fdata-sections}): writable data without a symbol
 * whose address is an argument of {@code __ubsan_handle_*}, and the type descriptors that it refers
 * to. No variable of a program is without a symbol.
 *
 * <p>A record starts with {@code struct source_location} (Linux {@code lib/ubsan.h}; compiler-rt
 * {@code ubsan_value.h}): a pointer to the file's name, then the line in four bytes.
 */
final class Records {
    private static final String HANDLER = "__ubsan_handle_";

    /** Arguments of a handler: the record and up to two values, which may be addresses as well. */
    private static final int ARGUMENTS = 3;

    private Records() {}

    static void mark(List<Atom> atoms, int pointer) {
        LineField line = new LineField(pointer, 32);
        for (Atom atom : atoms) {
            List<Reference> references = atom.code() ? atom.references() : List.of();
            for (int i = 1; i < references.size(); i++) {
                if (references.get(i).target().name().startsWith(HANDLER)) {
                    references
                            .subList(Math.max(0, i - ARGUMENTS), i)
                            .forEach(r -> mark(r.target(), line));
                }
            }
        }
    }

    private static void mark(Atom record, LineField line) {
        List<Reference> references = record.references();
        if (nameless(record)
                && !references.isEmpty()
                && references.getFirst().offset() == 0
                && references.getFirst().target().kind() == Atom.Kind.STRING) {
            record.setRecord(line);
            references.stream()
                    .map(Reference::target)
                    .filter(Records::nameless)
                    .filter(target -> !target.madeForSite())
                    .forEach(target -> target.setRecord(null));
        }
    }

    private static boolean nameless(Atom atom) {
        return atom.kind() == Atom.Kind.CONTENT && atom.symbol() == null && atom.state();
    }
}
