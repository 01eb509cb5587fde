package suture.trial;

import java.util.ArrayList;
import java.util.List;

/**
 * The bits of {@code /proc/sys/kernel/tainted} (Linux {@code
 * Documentation/admin-guide/tainted-kernels.rst}).
 */
final class Taint {
    private static final List<String> NAMES =
            List.of(
                    "proprietary module",
                    "forced module load",
                    "processor out of specification",
                    "forced module unload",
                    "machine check",
                    "bad page",
                    "tainted by a user",
                    "oops or BUG",
                    "overridden ACPI table",
                    "warning",
                    "staging driver",
                    "firmware workaround",
                    "out-of-tree module",
                    "unsigned module",
                    "soft lockup",
                    "live patch",
                    "auxiliary taint",
                    "structure layout randomised",
                    "in-kernel test");

    /** What a live patch that is fine brings: out-of-tree, unsigned, live patch. */
    private static final long HARMLESS = 1L << 12 | 1L << 13 | 1L << 15;

    private Taint() {}

    /** The names of the bits that came after the boot and are not a live patch's own. */
    static List<String> added(long boot, long now) {
        List<String> names = new ArrayList<>();
        long bits = now & ~boot & ~HARMLESS;
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((bits >> bit & 1) != 0) {
                names.add(bit < NAMES.size() ? NAMES.get(bit) : "bit " + bit);
            }
        }
        return names;
    }
}
