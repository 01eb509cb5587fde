package suture.build.debian;

import suture.bytes.FormatException;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code uname -r} says on a Debian kernel (Debian Kernel Handbook, chapter 3).
 *
 * <pre>
 *   6.1.0-56-cloud-amd64          series 6.1, flavour cloud-amd64
 *   6.12.57+deb13-amd64           series 6.12, flavour amd64
 * </pre>
 *
 * @param release the whole string
 * @param series the first two numbers of the version
 * @param flavour the configuration
 */
public record KernelRelease(String release, String series, String flavour) {
    private static final Pattern FORM =
            Pattern.compile(
                    "(\\d+\\.\\d+)\\.\\d+(?:\\+deb\\d+(?:u\\d+)?)?(?:\\+\\d+)?(?:-\\d+)?"
                            + "(?:\\.bpo\\.\\d+)?-((?:cloud-)?amd64)");

    /**
     * Reads a release.
     *
     * @throws FormatException if it is not one of a Debian kernel that Suture can build for
     */
    public static KernelRelease parse(String release) {
        Matcher matcher = FORM.matcher(release);
        if (!matcher.matches()) {
            throw new FormatException(
                    "--release " + release,
                    "",
                    -1,
                    "a stock Debian kernel for x86-64 such as 6.1.0-56-cloud-amd64 (what uname -r"
                            + " says there); for another kernel use --source and --build",
                    '"' + release + '"');
        }
        return new KernelRelease(release, matcher.group(1), matcher.group(2));
    }

    /** Packages that may hold the image, the likeliest first. */
    List<String> images() {
        return List.of("linux-image-" + release, "linux-image-" + release + "-unsigned");
    }

    /** The package with the configuration. */
    String headers() {
        return "linux-headers-" + release;
    }

    /** The package with the source. */
    String source() {
        return "linux-source-" + series;
    }
}
