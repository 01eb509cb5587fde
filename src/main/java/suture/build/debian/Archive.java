package suture.build.debian;

import java.io.IOException;
import java.util.List;

/** A place that packages come from. */
public sealed interface Archive permits AptArchive, DirectoryArchive {
    /** The names of packages that begin so, sorted. */
    List<String> names(String prefix) throws IOException;

    /** The versions of a package, the newest first; empty if there is none. */
    List<String> versions(String name) throws IOException;

    /**
     * Gets one package.
     *
     * @throws suture.bytes.FormatException if it is not there in that version
     */
    DebFile fetch(String name, String version) throws IOException;

    /** What this place is called in messages. */
    String title();
}
