package suture.host.process;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The C library's calls that stop and steer other processes: ptrace(2), waitpid(2), gettid(2). */
@SuppressWarnings("restricted")
final class LibC {
    static final int EPERM = 1;
    static final int ESRCH = 3;

    static final int CONT = 7;
    static final int GETREGS = 12;
    static final int SETREGS = 13;
    static final int DETACH = 17;
    static final int SYSCALL = 24;
    static final int GETEVENTMSG = 0x4201;
    static final int SEIZE = 0x4206;
    static final int INTERRUPT = 0x4207;

    private static final int WNOHANG = 1;
    private static final int WALL = 0x4000_0000;
    private static final int WNOTHREAD = 0x2000_0000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERROR =
            Linker.Option.captureStateLayout()
                    .varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle PTRACE =
            LINKER.downcallHandle(
                    symbol("ptrace"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG),
                    ERRNO,
                    Linker.Option.firstVariadicArg(1));
    private static final MethodHandle WAITPID =
            LINKER.downcallHandle(
                    symbol("waitpid"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT));
    private static final MethodHandle GETTID =
            LINKER.downcallHandle(symbol("gettid"), FunctionDescriptor.of(ValueLayout.JAVA_INT));

    /** A change of state of a traced thread; {@code status} as of waitpid(2). */
    record Event(int thread, int status) {
        boolean stopped() {
            return (status & 0xff) == 0x7f;
        }

        int signal() {
            return (status >> 8) & 0xff;
        }

        int event() {
            return status >> 16;
        }
    }

    private LibC() {}

    private static MemorySegment symbol(String name) {
        return LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new IllegalStateException("the C library has no " + name));
    }

    /** 0, or the negative error number. */
    static int ptrace(int request, int thread, long address, long data) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            long result = (long) PTRACE.invokeExact(state, request, thread, address, data);
            return result == -1 ? -(int) ERROR.get(state, 0L) : 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@link #ptrace} with a buffer as its data. */
    static int ptrace(int request, int thread, MemorySegment data) {
        return ptrace(request, thread, 0, data.address());
    }

    /** The next event of a thread that this thread traces, or null if there is none now. */
    static @Nullable Event poll() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            int thread = (int) WAITPID.invokeExact(-1, status, WNOHANG | WALL | WNOTHREAD);
            return thread <= 0 ? null : new Event(thread, status.get(ValueLayout.JAVA_INT, 0));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** The kernel's number of this thread. */
    static int thread() {
        try {
            return (int) GETTID.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
