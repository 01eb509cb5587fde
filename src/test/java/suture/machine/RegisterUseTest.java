package suture.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.bytes.Bytes;

import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** Registers that x86-64 instructions read and write, by the processor's manual. */
class RegisterUseTest {
    private static final List<String> NAMES =
            List.of(
                    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10",
                    "r11", "r12", "r13", "r14", "r15");

    @ParameterizedTest
    @CsvSource({
        // bytes,      reads,           writes           instruction
        "89f8,         rdi,             rax", //         mov %edi,%eax
        "31f6,         '',              rsi", //         xor %esi,%esi
        "31fe,         rsi rdi,         rsi", //         xor %edi,%esi
        "39fe,         rsi rdi,         ''", //          cmp %edi,%esi
        "8d0437,       rsi rdi,         rax", //         lea (%rdi,%rsi),%eax
        "410fb6d0,     r8,              rdx", //         movzbl %r8b,%edx
        "488b4608,     rsi,             rax", //         mov 8(%rsi),%rax
        "48897e08,     rsi rdi,         ''", //          mov %rdi,8(%rsi)
        "0faff2,       rdx rsi,         rsi", //         imul %edx,%esi
        "6bf203,       rdx,             rsi", //         imul $3,%edx,%esi
        "85f6,         rsi,             ''", //          test %esi,%esi
        "5e,           '',              rsi", //         pop %rsi
        "56,           rsi,             ''", //          push %rsi
        "be01000000,   '',              rsi", //         mov $1,%esi
        "b401,         '',              rax", //         mov $1,%ah
        "d3e6,         rcx rsi,         rsi", //         shl %cl,%esi
        "f7e6,         rax rsi,         rax rdx", //     mul %esi
        "0f44f7,       rsi rdi,         rsi", //         cmove %edi,%esi
        "400f94c6,     '',              rsi", //         sete %sil
        "0f1f0437,     '',              ''", //          nopl (%rdi,%rsi)
        "4d8b4c2410,   r12,             r9", //          mov 0x10(%r12),%r9
        "8b0500000000, '',              rax", //         mov 0(%rip),%eax
    })
    void registersAreThoseOfTheManual(String bytes, String reads, String writes) {
        byte[] code = HexFormat.of().parseHex(bytes.strip());
        RegisterUse use = RegisterUse.of(Bytes.of(code), 0, code.length);
        assertThat(names(use.reads())).isEqualTo(Objects.toString(reads, ""));
        assertThat(names(use.writes())).isEqualTo(Objects.toString(writes, ""));
    }

    private static String names(int mask) {
        return String.join(
                " ", NAMES.stream().filter(n -> (mask >> NAMES.indexOf(n) & 1) != 0).toList());
    }
}
