package suture.target.linux.klp;

import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that the livepatch core takes apart (Linux 6.1 {@code kernel/livepatch/core.c}):
 *
 * <pre>
 *   symbol               .klp.sym.OBJECT.NAME,POSITION   OBJECT: 1-55 characters, no dot
 *                                                        NAME: 1-511 characters, no comma
 *   relocation section   .klp.rela.OBJECT.SECTION        OBJECT: the same
 * </pre>
 */
public final class KlpNames {
    /** What relocation sections for the livepatch core begin with. */
    public static final String RELA = ".klp.rela.";

    private static final String SYM = ".klp.sym.";
    private static final Pattern SYMBOL =
            Pattern.compile("\\.klp\\.sym\\.([^.]{1,55})\\.([^,]{1,511}),(\\d{1,9})");
    private static final Pattern SECTION = Pattern.compile("\\.klp\\.rela\\.([^.]{1,55})\\.(.+)");

    /** A livepatch symbol's name, taken apart. */
    public record Name(String object, String name, int position) {
        @Override
        public String toString() {
            return SYM + object + '.' + name + ',' + position;
        }
    }

    private KlpNames() {}

    /** The parts of a livepatch symbol's name, or null. */
    public static @Nullable Name symbol(String name) {
        Matcher match = SYMBOL.matcher(name);
        return match.matches()
                ? new Name(match.group(1), match.group(2), Integer.parseInt(match.group(3)))
                : null;
    }

    /** The object that a relocation section waits for, or null. */
    public static @Nullable String object(String section) {
        Matcher match = SECTION.matcher(section);
        return match.matches() ? match.group(1) : null;
    }
}
