package suture.machine;

import suture.bytes.Bytes;

import java.util.List;
import java.util.Set;

/**
 * What unwinding has to know of a processor under Linux. Registers have their DWARF numbers.
 *
 * @param stackPointer the stack pointer
 * @param returnAddress the register that stands for the return address: the instruction pointer
 * @param preserved what a function gives back as it found it
 * @param traced for each register, its position among those that ptrace gives
 * @param signalReturn the instructions that a signal handler returns to
 * @param signalContext distance of the interrupted registers from the stack pointer there
 * @param interrupted the registers that stand there, one word each
 */
public record FrameFacts(
        int stackPointer,
        int returnAddress,
        Set<Integer> preserved,
        List<Integer> traced,
        Bytes signalReturn,
        int signalContext,
        List<Integer> interrupted) {
    /**
     * x86-64: numbers and preserved registers by its System V psABI 1.0 (3.6.2, 3.2.1): rax, rdx,
     * rcx, rbx, rsi, rdi, rbp, rsp, r8 to r15, return address; positions by {@code struct
     * user_regs_struct} (sys/user.h); {@code mov $15, %rax; syscall}, behind which {@code struct
     * ucontext} lies with {@code struct sigcontext} at 40 (arch/x86/include/uapi/asm).
     */
    public static final FrameFacts X86_64 =
            new FrameFacts(
                    7,
                    16,
                    Set.of(3, 6, 12, 13, 14, 15),
                    List.of(10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0, 16),
                    Bytes.of(new byte[] {0x48, (byte) 0xc7, (byte) 0xc0, 0x0f, 0, 0, 0, 0x0f, 5}),
                    40,
                    List.of(8, 9, 10, 11, 12, 13, 14, 15, 5, 4, 6, 3, 1, 0, 2, 7, 16));
}
