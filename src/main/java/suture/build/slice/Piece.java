package suture.build.slice;

import java.util.List;

/**
 * The text from the start of a declaration to that of the next. Two pieces are the same only if
 * they are the same object.
 */
final class Piece {
    private final int begin;
    private final String text;
    private final List<Declaration> declarations;
    private final String file;

    /**
     * @param begin offset of its first character
     * @param text what stands there, without directives
     * @param declarations what it declares, at least one
     * @param file where it was written
     */
    Piece(int begin, String text, List<Declaration> declarations, String file) {
        this.begin = begin;
        this.text = text;
        this.declarations = declarations;
        this.file = file;
    }

    int begin() {
        return begin;
    }

    String text() {
        return text;
    }

    List<Declaration> declarations() {
        return declarations;
    }

    String file() {
        return file;
    }

    /** Whether it defines nothing: prototypes, extern variables, and tags in their types. */
    boolean isPromise() {
        return declarations.stream()
                .allMatch(d -> d.isThing() ? !d.isDefinition() : d.isIncomplete());
    }
}
