package suture.elf;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** Makes a string table in which each string stands once, in the order of first use. */
public final class StringTableBuilder {
    private final Map<String, Integer> offsets = new HashMap<>(Map.of("", 0));
    private final ByteSink sink = new ByteSink(ByteOrder.LITTLE_ENDIAN).u8(0);

    /** The offset of the string, which is added if it is new; the empty string is at 0. */
    public int add(String text) {
        Integer known = offsets.get(text);
        if (known != null) {
            return known;
        }
        int offset = sink.size();
        sink.cstring(text);
        offsets.put(text, offset);
        return offset;
    }

    /** The table. */
    public Bytes content() {
        return sink.toBytes();
    }
}
