package suture.source;

import java.util.List;

/**
 * Finds the lines of a hunk in a file in one pass, whatever lines repeat (Knuth, Morris and Pratt).
 */
final class LineSearch {
    private LineSearch() {}

    /** Index of the first place where all the hunk's old lines stand, -1 if there is none. */
    static int find(Hunk hunk, List<String> lines) {
        List<String> wanted =
                hunk.lines().stream()
                        .filter(line -> line.edit() != Script.Edit.ADDED)
                        .map(Script.Line::text)
                        .toList();
        if (wanted.isEmpty()) {
            return -1;
        }
        int[] borders = borders(wanted);
        int matched = 0;
        for (int i = 0; i < lines.size(); i++) {
            while (matched > 0 && !wanted.get(matched).equals(lines.get(i))) {
                matched = borders[matched - 1];
            }
            matched += wanted.get(matched).equals(lines.get(i)) ? 1 : 0;
            if (matched == wanted.size()) {
                return i + 1 - matched;
            }
        }
        return -1;
    }

    /** Of each beginning of the list: how long a beginning of it is its end too. */
    private static int[] borders(List<String> wanted) {
        int[] borders = new int[wanted.size()];
        int length = 0;
        for (int i = 1; i < borders.length; i++) {
            while (length > 0 && !wanted.get(length).equals(wanted.get(i))) {
                length = borders[length - 1];
            }
            length += wanted.get(length).equals(wanted.get(i)) ? 1 : 0;
            borders[i] = length;
        }
        return borders;
    }
}
