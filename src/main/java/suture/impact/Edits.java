package suture.impact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The lines that a patch touches, and in which function of the original source each stands. */
public final class Edits {
    private final Map<String, List<String>> texts = new LinkedHashMap<>();
    private final Map<String, List<Edit>> edits = new LinkedHashMap<>();
    private final Set<Edit> claimed = new LinkedHashSet<>();

    /**
     * A touched place in the original file's numbering.
     *
     * @param first the first removed line, or the line before an insertion
     * @param last the last removed line, or the line after an insertion
     * @param insertion whether lines are only added
     * @param added how many lines are added, blank ones too
     */
    public record Edit(String file, int first, int last, boolean insertion, int added) {
        private boolean touches(int from, int to) {
            return insertion ? from <= first && last <= to : first <= to && last >= from;
        }

        /** Whether the line is an added one: neutralised, they count on from the place. */
        private boolean adds(int line) {
            return line >= start() && line - start() < added;
        }

        private int start() {
            return insertion ? last : first;
        }

        @Override
        public String toString() {
            return file + ":" + start();
        }
    }

    /**
     * Adds a file.
     *
     * @param file its path in the tree
     * @param original its lines before the patch
     * @param places what the patch touches
     */
    public void add(String file, List<String> original, List<Edit> places) {
        texts.put(file, List.copyOf(original));
        edits.put(file, List.copyOf(places));
    }

    /** The first touched line in the function whose declaration stands there. */
    Optional<String> in(String path, int line) {
        for (Map.Entry<String, List<Edit>> file : edits.entrySet()) {
            if (line > 0 && isFile(path, file.getKey())) {
                List<String> text = texts.getOrDefault(file.getKey(), List.of());
                int end = CFunction.end(text, line);
                List<Edit> touched =
                        file.getValue().stream().filter(e -> e.touches(line, end)).toList();
                claimed.addAll(touched);
                return touched.stream().findFirst().map(Edit::toString);
            }
        }
        return Optional.empty();
    }

    /** Where lines are added, if that one, of the neutralised source, is one of them. */
    Optional<String> adding(String path, int line) {
        return edits.values().stream()
                .flatMap(List::stream)
                .filter(e -> isFile(path, e.file()) && e.adds(line))
                .findFirst()
                .map(Edit::toString);
    }

    private static boolean isFile(String path, String file) {
        return path.equals(file) || path.endsWith("/" + file);
    }

    /** Edits that no function asked about so far has, blank lines left out. */
    List<String> outside() {
        List<String> all = new ArrayList<>();
        edits.values()
                .forEach(list ->
                        list.stream()
                                .filter(e -> !claimed.contains(e))
                                .forEach(e -> all.add(e.toString())));
        return all;
    }
}
