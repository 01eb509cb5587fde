package suture.trial;

import static java.nio.charset.StandardCharsets.UTF_8;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;

import java.nio.ByteOrder;
import java.util.List;

/**
 * The steps and the payloads as the guest's boot module.
 *
 * <pre>
 *   0  "SUTUREXT"       for each step, 152 bytes:     0  action
 *   8  count                                         4  timeout in milliseconds
 *  12  zero                                          8  name, 128 bytes with its NULs
 *  16  steps                                       136  offset of the payload
 *      payloads, each at a page                    144  its size; the highest bit: essential
 * </pre>
 */
final class XenScript {
    private static final int HEADER = 16;
    private static final int STEP = 152;
    private static final int NAME = 128;
    private static final int PAGE = 4096;
    private static final int TIMEOUT_MILLIS = 2000;
    private static final long ESSENTIAL = 1L << 63;

    private XenScript() {}

    static Bytes of(List<XenStep> steps) {
        ByteSink sink = new ByteSink(ByteOrder.LITTLE_ENDIAN);
        sink.put(Bytes.of("SUTUREXT")).u32(steps.size()).u32(0);
        long place = aligned(HEADER + (long) STEP * steps.size());
        for (XenStep step : steps) {
            sink.u32(step.action().code()).u32(TIMEOUT_MILLIS);
            byte[] name = step.name().getBytes(UTF_8);
            sink.put(Bytes.of(name)).zeros(NAME - name.length);
            long size = step.payload().size();
            sink.u64(place).u64(size | (step.essential() ? ESSENTIAL : 0));
            place += aligned(size);
        }
        for (XenStep step : steps) {
            sink.align(PAGE).put(step.payload());
        }
        return sink.align(PAGE).toBytes();
    }

    private static long aligned(long size) {
        return (size + PAGE - 1) / PAGE * PAGE;
    }
}
