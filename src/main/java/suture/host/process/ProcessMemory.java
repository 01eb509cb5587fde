package suture.host.process;

import suture.bytes.Bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The memory of another process by {@code /proc/PID/mem}, which also writes to private pages that
 * the process itself may not write to (proc(5)).
 */
final class ProcessMemory implements AutoCloseable {
    private final int pid;
    private final FileChannel channel;

    private ProcessMemory(int pid, FileChannel channel) {
        this.pid = pid;
        this.channel = channel;
    }

    static ProcessMemory readable(int pid) throws IOException {
        return open(pid, StandardOpenOption.READ);
    }

    static ProcessMemory writable(int pid) throws IOException {
        return open(pid, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static ProcessMemory open(int pid, StandardOpenOption... options) throws IOException {
        try {
            return new ProcessMemory(
                    pid, FileChannel.open(Path.of("/proc/" + pid + "/mem"), options));
        } catch (IOException e) {
            throw Refusal.of(pid, e);
        }
    }

    /**
     * Reads exactly {@code length} bytes.
     *
     * @throws HostException if a part of it is not mapped
     */
    Bytes read(long address, int length) throws IOException {
        byte[] content = new byte[length];
        int count = read(address, content);
        if (count < length) {
            throw new HostException(
                    "process %d: no memory at 0x%x".formatted(pid, address + Math.max(0, count)));
        }
        return Bytes.of(content);
    }

    /** Reads up to the first byte that is not mapped; the number of bytes read. */
    int read(long address, byte[] target) {
        ByteBuffer buffer = ByteBuffer.wrap(target);
        while (buffer.hasRemaining()) {
            try {
                int count = channel.read(buffer, address + buffer.position());
                if (count <= 0) {
                    break;
                }
            } catch (IOException e) {
                break;
            }
        }
        return buffer.position();
    }

    /** Reads one address. */
    long word(long address) throws IOException {
        return read(address, 8).s64(0, ByteOrder.LITTLE_ENDIAN);
    }

    void write(long address, Bytes content) throws IOException {
        ByteBuffer buffer = content.buffer();
        while (buffer.hasRemaining()) {
            try {
                if (channel.write(buffer, address + buffer.position()) <= 0) {
                    throw new IOException("nothing written");
                }
            } catch (IOException e) {
                throw new HostException(
                        "process %d: its memory at 0x%x cannot be written: %s"
                                .formatted(pid, address + buffer.position(), e.getMessage()));
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
