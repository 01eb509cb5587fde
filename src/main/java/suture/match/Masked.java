package suture.match;

import suture.bytes.Bytes;
import suture.graph.Extent;
import suture.graph.Reference;

import java.util.List;
import java.util.function.LongToIntFunction;

/** Comparison of bytes outside of reference fields. */
final class Masked {
    private Masked() {}

    /**
     * Offset of the first byte that differs in the common length and is covered by no field of
     * either side; -1 if there is none.
     *
     * @param from where to begin
     * @param free the bits of a byte that do not count, by its place
     */
    static long mismatch(
            Extent x,
            Extent y,
            List<Reference> p,
            List<Reference> q,
            long from,
            LongToIntFunction free) {
        if (x.section().isNobits() && y.section().isNobits()) {
            return -1;
        }
        long size = Math.min(x.size(), y.size());
        Bytes a = x.content(0, size);
        Bytes b = y.content(0, size);
        long at = from;
        while (at < size) {
            long next = a.from(at).mismatch(b.from(at));
            if (next < 0) {
                return -1;
            }
            long place = at + next;
            long end = Math.max(end(p, place), end(q, place));
            if (((a.u8(place) ^ b.u8(place)) & ~free.applyAsInt(place)) == 0) {
                end = Math.max(end, place + 1);
            }
            if (end <= place) {
                return place;
            }
            at = Math.min(end, size);
        }
        return -1;
    }

    /** End of the field that covers the place, 0 if none does. */
    private static long end(List<Reference> fields, long place) {
        int low = 0;
        int high = fields.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (fields.get(middle).offset() <= place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int i = low - 1; i >= 0 && fields.get(i).offset() > place - 16; i--) {
            if (fields.get(i).offset() + fields.get(i).width() > place) {
                return fields.get(i).offset() + fields.get(i).width();
            }
        }
        return 0;
    }
}
