package suture.impact;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which functions of the source a patch changes. */
public sealed interface Roots {
    /**
     * How the source of a function changes, for instance {@code changed line t.c:120}; empty if it
     * does not.
     *
     * @param name in the source
     * @param file the file of its declaration, empty if unknown
     * @param line of its declaration
     */
    Optional<Change> of(String name, String file, int line);

    /**
     * How a function that was not there before came; empty if that is not known.
     *
     * @param file the file of its declaration, empty if unknown
     * @param line of its declaration
     */
    default Optional<Change> added(String file, int line) {
        return Optional.empty();
    }

    /** Changed places outside of the functions that {@link #of} was asked about. */
    List<String> elsewhere();

    /**
     * A change.
     *
     * @param text for the reader
     * @param source file and line, empty if unknown
     */
    record Change(String text, String source) {}

    /** Functions that somebody named. */
    record Named(Set<String> names) implements Roots {
        @Override
        public Optional<Change> of(String name, String file, int line) {
            return names.contains(name) ? Optional.of(new Change("named", "")) : Optional.empty();
        }

        @Override
        public List<String> elsewhere() {
            return List.of();
        }
    }

    /** Functions whose lines a patch touches. */
    record Edited(Edits edits) implements Roots {
        @Override
        public Optional<Change> of(String name, String file, int line) {
            return edits.in(file, line).map(place -> new Change("changed line " + place, place));
        }

        @Override
        public Optional<Change> added(String file, int line) {
            return edits.adding(file, line)
                    .map(place -> new Change("added with the lines at " + place, place));
        }

        @Override
        public List<String> elsewhere() {
            return edits.outside();
        }
    }
}
