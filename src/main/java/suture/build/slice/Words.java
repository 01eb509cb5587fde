package suture.build.slice;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The identifiers of a piece of C that may name types, enumerators and, in {@code typeof}, things;
 * C11 6.4. Members, labels and what stands in literals are left out.
 */
final class Words {
    private static final Pattern TOKEN =
            Pattern.compile(
                    "\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|\\.?\\d(?:[eEpP][+-]|[\\w.])*"
                            + "|[A-Za-z_$][\\w$]*|->|[^\\s]");
    private static final Set<String> TAGS = Set.of("struct", "union", "enum");
    private static final Set<String> BEFORE = Set.of(".", "->", "goto");
    private static final Set<String> TYPEOF = Set.of("typeof", "__typeof__", "__typeof");
    private static final Set<String> QUALIFIERS =
            Set.of("const", "volatile", "__const", "__volatile__", "__const__");

    /** How a tag is mentioned. */
    enum Mention {
        /** As the target of a pointer: its name is enough. */
        POINTED,
        /** As the type of an array's elements. */
        ELEMENTS,
        /** Any other way. */
        VALUE,
        /** With its members behind it. */
        DEFINED
    }

    /**
     * A tag in the text.
     *
     * @param keyword {@code struct}, {@code union} or {@code enum}
     */
    record Tag(String keyword, String name, Mention mention) {}

    private final List<Tag> tags = new ArrayList<>();
    private final List<String> plain = new ArrayList<>();
    private final List<String> inTypeof = new ArrayList<>();
    private final List<String> tokens = new ArrayList<>();

    Words(String text) {
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        int depth = 0;
        int typeof = -1;
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            depth += token.equals("(") ? 1 : token.equals(")") ? -1 : 0;
            if (typeof >= 0 && depth <= typeof && token.equals(")")) {
                typeof = -1;
            }
            if (TYPEOF.contains(token) && typeof < 0) {
                typeof = depth;
            } else if (TAGS.contains(token)) {
                i = tag(i);
            } else if (isName(token) && (i == 0 || !BEFORE.contains(tokens.get(i - 1)))) {
                plain.add(token);
                if (typeof >= 0) {
                    inTypeof.add(token);
                }
            }
        }
    }

    private static boolean isName(String token) {
        return Character.isJavaIdentifierStart(token.charAt(0));
    }

    private String token(int i) {
        return i < tokens.size() ? tokens.get(i) : "";
    }

    /** Reads the tag whose keyword is at a place; the place of its name. */
    private int tag(int at) {
        int name = attributes(at + 1);
        if (token(name).isEmpty() || !isName(token(name))) {
            return name - 1;
        }
        int next = attributes(name + 1);
        while (QUALIFIERS.contains(token(next))) {
            next = attributes(next + 1);
        }
        Mention mention =
                switch (token(next)) {
                    case "*", ";" -> Mention.POINTED;
                    case "{" -> Mention.DEFINED;
                    default ->
                            token(attributes(next + 1)).equals("[")
                                    ? Mention.ELEMENTS
                                    : Mention.VALUE;
                };
        tags.add(new Tag(tokens.get(at), token(name), mention));
        return name;
    }

    /** Skips attributes. */
    private int attributes(int at) {
        int i = at;
        while (token(i).equals("__attribute__") || token(i).equals("__attribute")) {
            int depth = 0;
            do {
                i++;
                depth += token(i).equals("(") ? 1 : token(i).equals(")") ? -1 : 0;
            } while (depth > 0 && i < tokens.size());
            i++;
        }
        return i;
    }

    /** Every identifier and keyword. */
    List<String> identifiers() {
        return tokens.stream().filter(Words::isName).toList();
    }

    /** The tags, in the order of the text. */
    List<Tag> tags() {
        return tags;
    }

    /** All other identifiers. */
    List<String> plain() {
        return plain;
    }

    /** Those inside of {@code typeof}. */
    List<String> inTypeof() {
        return inTypeof;
    }
}
