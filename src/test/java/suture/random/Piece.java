package suture.random;

import java.util.List;

/** A part of a program's source; the parts that a patch changes know both their texts. */
record Piece(Kind kind, String before, String after) {
    enum Kind {
        TEXT,
        STATEMENT,
        EXPRESSION,
        /** Something at file level that is there in the patched source alone. */
        DECLARATION
    }

    enum Variant {
        ORIGINAL,
        PATCHED,
        ORACLE
    }

    static Piece text(String text) {
        return new Piece(Kind.TEXT, text, text);
    }

    boolean changes() {
        return !before.equals(after);
    }

    /** The same place, left as it was. */
    Piece unchanged() {
        return new Piece(kind, before, before);
    }

    static String render(List<Piece> pieces, Variant variant) {
        StringBuilder text = new StringBuilder();
        pieces.forEach(piece -> text.append(piece.render(variant)));
        return text.toString();
    }

    private String render(Variant variant) {
        return switch (variant) {
            case ORIGINAL -> before;
            case PATCHED -> after;
            case ORACLE -> changes() ? oracle() : before;
        };
    }

    private String oracle() {
        return switch (kind) {
            case TEXT -> throw new IllegalStateException(before);
            case STATEMENT -> "if (suture_switched) { " + after + " } else { " + before + " }";
            case EXPRESSION -> "(suture_switched ? (" + after + ") : (" + before + "))";
            case DECLARATION -> after;
        };
    }
}
