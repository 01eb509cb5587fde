package suture.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process may do. */
final class Privilege {
    /** Linux {@code include/uapi/linux/capability.h}. */
    private static final int CAP_SYS_MODULE = 16;

    private Privilege() {}

    /** Whether the effective capabilities in a {@code status} file have CAP_SYS_MODULE. */
    static boolean mayLoadModules(Path status) throws IOException {
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("CapEff:")) {
                long bits = Long.parseUnsignedLong(line.substring(7).strip(), 16);
                return (bits >> CAP_SYS_MODULE & 1) != 0;
            }
        }
        return false;
    }
}
