package suture.target.xen.payload;

import org.jspecify.annotations.Nullable;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.target.xen.image.XenImage;
import suture.target.xen.image.XenSymbol;

import java.nio.ByteOrder;
import java.util.List;

/** The hypervisor with the payloads that are applied on it, in order. */
public final class Stack implements Running {
    private static final int LONGEST_EXPECTATION = 31;
    private static final int ENDBR64_SIZE = 4;
    private static final int JUMP = 0xe9;

    private final XenImage image;
    private final List<LowerPayload> payloads;

    /**
     * @param payloads the applied ones, the first one first
     */
    public Stack(XenImage image, List<LowerPayload> payloads) {
        this.image = image;
        this.payloads = List.copyOf(payloads);
    }

    @Override
    public @Nullable String find(String name) {
        if (image.one(name) != null) {
            return name;
        }
        if (!image.named(name).isEmpty()) {
            return null;
        }
        for (LowerPayload payload : payloads.reversed()) {
            LowerPayload.Added added = payload.added(name);
            if (added != null) {
                return added.symbol();
            }
        }
        return null;
    }

    @Override
    public @Nullable Function function(String name) {
        XenSymbol symbol = image.one(name);
        if (symbol != null) {
            return new Function(name, symbol.size(), start(symbol));
        }
        for (LowerPayload payload : payloads.reversed()) {
            LowerPayload.Added added = payload.added(name);
            if (added != null) {
                return new Function(added.symbol(), added.size(), Bytes.EMPTY);
            }
        }
        return null;
    }

    /** A function that a payload below replaces begins with a jump, behind its ENDBR64. */
    private Bytes start(XenSymbol symbol) {
        int most = (int) Math.min(LONGEST_EXPECTATION, symbol.size());
        int stable = image.stable(symbol.address(), most);
        Bytes bytes = image.read(symbol.address(), stable);
        if (bytes == null) {
            return Bytes.EMPTY;
        }
        boolean patched = payloads.stream().anyMatch(p -> p.replaces(symbol.name()));
        if (!patched) {
            return bytes;
        }
        boolean marked =
                bytes.size() >= ENDBR64_SIZE
                        && bytes.slice(0, ENDBR64_SIZE).hex().equals("f30f1efa");
        byte[] jump = {(byte) JUMP};
        return marked
                ? new ByteSink(ByteOrder.LITTLE_ENDIAN)
                        .put(bytes.slice(0, ENDBR64_SIZE))
                        .u8(JUMP)
                        .toBytes()
                : Bytes.of(jump);
    }

    @Override
    public Bytes hypervisor() {
        return image.buildId();
    }

    @Override
    public Bytes below() {
        return payloads.isEmpty() ? image.buildId() : payloads.getLast().buildId();
    }
}
