package suture.host.process;

import suture.host.process.ProcFiles.Mapping;

import java.util.List;

/** Where there is room for a payload. */
final class AddressSpace {
    private static final long REACH = (1L << 31) - (1L << 24);
    private static final long GAP = 1L << 16;
    private static final long LOWEST = 1L << 16;
    private static final long HIGHEST = 0x7fff_ffff_f000L;

    private AddressSpace() {}

    /**
     * Free memory from which every byte of the image can be reached with a 32-bit displacement,
     * below the image if possible: above it may be the heap, which grows.
     *
     * @throws HostException if there is none
     */
    static long near(RunningImage image, long size, List<Mapping> maps) throws HostException {
        long highest =
                Math.min(
                        image.start() + REACH - size,
                        image.type() == 2 ? REACH - size : HIGHEST - size);
        long lowest = Math.max(LOWEST, image.end() - REACH);
        long below = -1;
        long above = -1;
        long end = 0;
        for (Mapping mapping : maps) {
            long from = Math.max(lowest, end + GAP);
            long to = Math.min(highest, mapping.start() - GAP - size) & -GAP;
            if (to >= from && Long.compareUnsigned(mapping.start(), end) > 0) {
                if (mapping.start() <= image.start()) {
                    below = to;
                } else if (above < 0) {
                    above = (from + GAP - 1) & -GAP;
                }
            }
            end = Math.max(end, mapping.end());
            if (end < 0) {
                break;
            }
        }
        long place = below >= 0 ? below : above;
        if (place < 0) {
            throw new HostException(
                    "no free memory of " + size + " bytes within 2 GiB of " + image.path());
        }
        return place;
    }
}
