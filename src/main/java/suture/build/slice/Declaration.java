package suture.build.slice;

import java.util.List;
import java.util.Set;

/**
 * One declaration at file scope.
 *
 * @param id its number in the tree
 * @param kind what it declares
 * @param name its name; empty if it has none
 * @param begin offset of its first character
 * @param end offset of the first character of its last token
 * @param body offset of a function's body; -1 if it has none here
 * @param type its type in words; empty if it has none
 * @param linkage its storage class; empty if it names none
 * @param inline whether it is declared inline
 * @param initialised whether a variable has a value
 * @param references numbers of the functions, variables and members that it uses
 * @param values tags of structures that it uses as values: their definition is needed
 * @param owned numbers of members, enumerators and types that are declared inside
 * @param tags structures, unions and enumerations that are defined in it
 * @param enumerators names of the constants that it defines
 * @param statics names of its static local variables that can be written
 */
record Declaration(
        long id,
        Kind kind,
        String name,
        int begin,
        int end,
        int body,
        String type,
        String linkage,
        boolean inline,
        boolean initialised,
        Set<Long> references,
        Set<String> values,
        Set<Long> owned,
        Set<String> tags,
        Set<String> enumerators,
        List<String> statics) {
    /** What it declares. */
    enum Kind {
        FUNCTION,
        VARIABLE,
        TYPEDEF,
        TAG,
        ASSEMBLER,
        OTHER
    }

    /** Whether it declares a function or a variable. */
    boolean isThing() {
        return kind == Kind.FUNCTION || kind == Kind.VARIABLE;
    }

    /** Whether it names a structure, union or enumeration and does not define it. */
    boolean isIncomplete() {
        return kind == Kind.TAG && tags.isEmpty() && enumerators.isEmpty() && owned.size() == 1;
    }

    /** Whether it defines the function or variable. */
    boolean isDefinition() {
        return switch (kind) {
            case FUNCTION -> body >= 0;
            case VARIABLE -> initialised || !linkage.equals("extern");
            case TYPEDEF, TAG, ASSEMBLER, OTHER -> true;
        };
    }
}
