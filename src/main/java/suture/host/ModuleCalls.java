package suture.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * The system calls that load and remove modules. They are made directly, not through {@code
 * insmod}: the error number is the kernel's own, and a failed load is not tried again another way.
 */
@SuppressWarnings("restricted")
final class ModuleCalls {
    private static final int O_RDONLY_CLOEXEC = 02000000;
    private static final int O_NONBLOCK = 04000;
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final Linker linker = Linker.nativeLinker();
    private final int finitModule;
    private final int deleteModule;

    private ModuleCalls(int finitModule, int deleteModule) {
        this.finitModule = finitModule;
        this.deleteModule = deleteModule;
    }

    /** The calls of the machine this JVM runs on (Linux {@code arch/.../syscalls}). */
    static ModuleCalls here() {
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> new ModuleCalls(313, 176);
            case "aarch64", "riscv64", "loongarch64" -> new ModuleCalls(273, 106);
            case "ppc64le", "ppc64" -> new ModuleCalls(353, 129);
            case "s390x" -> new ModuleCalls(344, 129);
            case String other ->
                    throw new IllegalStateException("no system call numbers for " + other);
        };
    }

    /** Loads a module; 0 or an error number. */
    int load(Path file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MethodHandle open =
                    function(
                            "open",
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT),
                            Linker.Option.firstVariadicArg(2));
            MemorySegment path = arena.allocateFrom(file.toString());
            int descriptor = (int) open.invokeExact(state, path, O_RDONLY_CLOEXEC);
            if (descriptor < 0) {
                return (int) ERRNO.get(state, 0L);
            }
            int result = call(state, finitModule, descriptor, arena.allocateFrom(""));
            MethodHandle close =
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("close"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            int ignored = (int) close.invokeExact(descriptor);
            return result;
        } catch (Throwable e) {
            throw new IllegalStateException("system call", e);
        }
    }

    /** Removes a module; 0 or an error number. */
    int unload(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment text = arena.allocateFrom(name);
            return call(state, deleteModule, text.address(), MemorySegment.ofAddress(O_NONBLOCK));
        } catch (Throwable e) {
            throw new IllegalStateException("system call", e);
        }
    }

    /** All arguments travel as longs; the last is the flags of finit_module, which are none. */
    private int call(MemorySegment state, int number, long first, MemorySegment second)
            throws Throwable {
        MethodHandle syscall =
                function(
                        "syscall",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG),
                        Linker.Option.firstVariadicArg(1));
        long result = (long) syscall.invokeExact(state, (long) number, first, second.address(), 0L);
        return result < 0 ? (int) ERRNO.get(state, 0L) : 0;
    }

    private MethodHandle function(String name, FunctionDescriptor form, Linker.Option variadic) {
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                form,
                Linker.Option.captureCallState("errno"),
                variadic);
    }
}
