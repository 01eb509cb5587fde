package suture.target.linux.image;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Note;

import java.util.List;

/**
 * What tells one build of a kernel from all others.
 *
 * <p>The banner is the content of {@code /proc/version} (Linux 6.1 {@code init/version.c}):
 *
 * <pre>
 *   Linux version RELEASE (USER@HOST) (COMPILER, LINKER) VERSION
 * </pre>
 *
 * The kernel itself does not compare any of this when it loads a module: with checksums of symbols
 * it ignores even the release (Linux 6.1 {@code kernel/module/version.c}, {@code same_magic}).
 *
 * @param buildId the GNU build id, which a running kernel shows in {@code /sys/kernel/notes}; null
 *     if it has none
 * @param banner the whole banner without its line end
 * @param release the name of the release, as {@code uname -r} says it
 * @param version the number and time of the build, as {@code uname -v} says it
 * @param compiler the compiler's own first line, as in CONFIG_CC_VERSION_TEXT
 * @param linker the linker's
 */
public record KernelIdentity(
        @Nullable Bytes buildId,
        String banner,
        String release,
        String version,
        String compiler,
        String linker) {
    private static final String START = "Linux version ";
    private static final int LONGEST = 1024;

    /** The identity of an image. */
    public static KernelIdentity of(KernelImage image) {
        String banner = banner(image);
        int built = banner.indexOf(" (");
        int builtEnd = built < 0 ? -1 : closing(banner, built + 1);
        int tools = builtEnd < 0 ? -1 : banner.indexOf(" (", builtEnd);
        int toolsEnd = tools < 0 ? -1 : closing(banner, tools + 1);
        if (toolsEnd < 0) {
            throw new FormatException(
                    image.elf().file(),
                    "linux_banner",
                    -1,
                    START + "RELEASE (USER@HOST) (COMPILER, LINKER) VERSION",
                    banner);
        }
        String both = banner.substring(tools + 2, toolsEnd);
        int comma = comma(both);
        return new KernelIdentity(
                Note.buildId(image.elf()),
                banner,
                banner.substring(START.length(), built),
                banner.substring(toolsEnd + 1).strip(),
                comma < 0 ? both : both.substring(0, comma),
                comma < 0 ? "" : both.substring(comma + 2));
    }

    private static String banner(KernelImage image) {
        List<KernelSymbol> symbols = image.symbols().named("linux_banner");
        for (KernelSymbol symbol : symbols) {
            for (long room = LONGEST; room > 0; room /= 2) {
                Bytes text = image.read(symbol.address(), room);
                if (text != null && text.indexOf(0, 0) >= 0) {
                    String banner = text.cstring(0).strip();
                    if (banner.startsWith(START)) {
                        return banner;
                    }
                }
            }
        }
        throw new FormatException(
                image.elf().file(), "linux_banner", -1, "\"" + START + "...\"", "no such text");
    }

    /** The parenthesis that closes the one at {@code from}, or -1. */
    private static int closing(String text, int from) {
        int depth = 0;
        for (int i = from; i < text.length(); i++) {
            depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }

    /** The last comma outside of parentheses, or -1. */
    private static int comma(String text) {
        int depth = 0;
        int last = -1;
        for (int i = 0; i + 1 < text.length(); i++) {
            depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
            if (depth == 0 && text.startsWith(", ", i)) {
                last = i;
            }
        }
        return last;
    }
}
