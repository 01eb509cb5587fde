package suture.build.slice;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The preprocessed text of a unit, in pieces; offsets are bytes. */
final class UnitText {
    /** GCC's {@code cpp}, "Preprocessor Output": {@code # LINE "FILE" FLAGS}. */
    private static final Pattern MARKER =
            Pattern.compile("^# (\\d+) \"((?:[^\"\\\\]|\\\\.)*)\".*$", Pattern.MULTILINE);

    private static final Pattern PACKING = Pattern.compile("^#pragma pack.*$", Pattern.MULTILINE);

    private final String text;
    private final NavigableMap<Integer, String> files = new TreeMap<>();

    private UnitText(String text) {
        this.text = text;
        Matcher markers = MARKER.matcher(text);
        while (markers.find()) {
            files.put(markers.end(), markers.group(2));
        }
    }

    static UnitText read(Path file) throws IOException {
        return new UnitText(Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    /** The pieces in their order. */
    List<Piece> pieces(List<Declaration> declarations) {
        List<Declaration> sorted = new ArrayList<>(declarations);
        sorted.sort(Comparator.comparingInt(Declaration::begin));
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < sorted.size(); ) {
            int begin = sorted.get(i).begin();
            int end = sorted.get(i).end();
            List<Declaration> own = new ArrayList<>();
            while (i < sorted.size() && sorted.get(i).begin() <= end) {
                end = Math.max(end, sorted.get(i).end());
                own.add(sorted.get(i++));
            }
            int next = i < sorted.size() ? sorted.get(i).begin() : text.length();
            pieces.add(new Piece(begin, clean(begin, next), List.copyOf(own), file(begin)));
        }
        return pieces;
    }

    /** All directives that change the layout of what follows, by their place. */
    NavigableMap<Integer, String> packing() {
        NavigableMap<Integer, String> all = new TreeMap<>();
        Matcher packing = PACKING.matcher(text);
        while (packing.find()) {
            all.put(packing.start(), packing.group());
        }
        return all;
    }

    /** The head of a function: what stands before its body. */
    String head(Declaration function) {
        return clean(function.begin(), function.body());
    }

    private String file(int offset) {
        var marker = files.floorEntry(offset);
        return marker == null ? "" : marker.getValue();
    }

    /** A part without directives and empty lines. */
    private String clean(int from, int to) {
        StringBuilder clean = new StringBuilder();
        for (String line : text.substring(from, to).split("\n", -1)) {
            if (!line.isBlank() && !line.startsWith("# ") && !line.startsWith("#pragma")) {
                clean.append(line.stripTrailing()).append('\n');
            }
        }
        // The word stands before a declaration and belongs to the next one.
        return clean.toString().strip().replaceFirst("\\s*\\b__extension__$", "");
    }
}
