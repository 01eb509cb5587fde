package suture.target.linux.klp;

import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One running function that the module replaces.
 *
 * @param object {@code vmlinux} or a module's name
 * @param name the function's name in the running symbol table
 * @param position {@code old_sympos}: 0 if the name is unique in the object
 * @param replacement the label of the new function in the module
 */
public record PatchedFunction(String object, String name, int position, String replacement) {
    /** The entry of {@code .modinfo} that says so. */
    public static final String KEY = "suture_replaces";

    private static final Pattern TEXT = Pattern.compile("([^:]+):([^,]+),(\\d{1,9}) (\\S+)");

    /** {@code OBJECT:NAME,POSITION REPLACEMENT}. */
    public String text() {
        return object + ':' + name + ',' + position + ' ' + replacement;
    }

    /** The opposite of {@link #text}; null if it is not of that form. */
    public static @Nullable PatchedFunction parse(String text) {
        Matcher match = TEXT.matcher(text);
        return match.matches()
                ? new PatchedFunction(
                        match.group(1),
                        match.group(2),
                        Integer.parseInt(match.group(3)),
                        match.group(4))
                : null;
    }
}
