package suture.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.bytes.Bytes;
import suture.elf.Tool;
import suture.target.linux.image.KernelPackages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the cursors of all machines say about compiled code, against the machine's own objdump:
 * lengths, targets, flow, and the fields that relocations fill. {@code -Dsuture.decoder.limit=N}
 * sets how many instructions of kernel modules to compare.
 */
class MachineFactsTest {
    private static final String SOURCE =
            """
            extern int ext(int, ...); extern int other(long); extern long far_data[]; extern char s[];
            static int state[40]; _Thread_local int tls; int shared = 5; static int (*hook)(int, ...);
            static double ratio(double a, int b) { return a > 1.5 ? a * b : a / (b + 0.25); }
            int many(int x, long y) {
                switch (x) { case 0: return ext(1); case 1: return other(y); case 2: return ext(x, y);
                    case 3: return x * 77; case 4: return ext(3) + 1; case 5: return -x;
                    case 6: return other(y >> 3); case 7: return (int) y; }
                for (int i = 0; i < x; i++) { state[i % 40] += ext(i, far_data[i], "text"); tls++; }
                return (int) ratio(x, (int) y) + state[3];
            }
            int pick(int a, int b) { return a > b ? ext(a) : b > 9 ? other(b) : hook ? hook(a) : 0; }
            long big(long a) { return (a ^ 0x123456789abcdef0L) + (long) &far_data[7] + shared++; }
            int scan(const char *p) { int n = 0; while (*p && *p != s[3]) { n += *p++ & 0x41; } return n; }
            void set(int (*f)(int, ...)) { hook = f; __builtin_memset(state, 0, sizeof state); }
            int tail(int x) { if (x < 0) __builtin_trap(); return ext(x + 1); }
            long loop(long *p, long n) { long t = 0; while (n-- > 0) t += p[n] * 3 + other(t); return t; }
            """;

    private static final Pattern SHOWN = Pattern.compile("(?:^|[ ,\\t])(?:0x)?([0-9a-f]+) <[^>]*>");

    /** LLVM shows the distance, and behind it the place in its function, which begins at 0. */
    private static final Pattern PLACE = Pattern.compile("<[^>+]*(?:\\+0x([0-9a-f]+))?>");

    private static final Pattern RELOCATION = Pattern.compile("([0-9a-f]+): +(R_\\w+)");

    private final List<String> wrong = new ArrayList<>();
    private long compared;
    private long relocated;

    @TempDir Path scratch;

    @ParameterizedTest
    @CsvSource({
        // machine,  compiler,                      objdump,                        calls, returns
        "x86_64,     gcc-12,                        objdump,                        call, ret",
        "x86_64,     clang-16,                      objdump,                        call, ret",
        "aarch64,    aarch64-linux-gnu-gcc,         aarch64-linux-gnu-objdump,      bl, ret",
        "aarch64,    clang-16 --target=aarch64-linux-gnu, aarch64-linux-gnu-objdump, bl, ret",
        "ppc64le,    powerpc64le-linux-gnu-gcc,     powerpc64le-linux-gnu-objdump,  bl, blr",
        "s390x,      s390x-linux-gnu-gcc,           s390x-linux-gnu-objdump,        brasl, br",
        "riscv64,    riscv64-linux-gnu-gcc,         riscv64-linux-gnu-objdump,      jal, ret",
        "loongarch64, clang-16 --target=loongarch64-linux-gnu, llvm-objdump-16,     bl, ret",
    })
    void agreesWithObjdump(String name, String compiler, String objdump, String call, String ret)
            throws IOException {
        Machine machine =
                Machine.all().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
        Path source = Files.writeString(scratch.resolve("t.c"), SOURCE);
        boolean relax = name.equals("riscv64");
        for (String level : List.of("-O0", "-O1", "-O2", "-O3", "-Os")) {
            List<String> command = new ArrayList<>(List.of(compiler.split(" ", -1)));
            command.addAll(List.of(level, relax ? "-mno-relax" : "-g0", "-ffunction-sections"));
            command.addAll(List.of("-c", source.toString(), "-o", "t.o"));
            Tool.run(scratch, command.toArray(String[]::new));
            Path object = scratch.resolve("t.o");
            compare(
                    machine,
                    objdump,
                    object,
                    new Words(call, ret, objdump.startsWith("llvm")),
                    Long.MAX_VALUE);
        }
        assertThat(wrong).isEmpty();
        assertThat(compared).isGreaterThan(700);
        assertThat(relocated).isGreaterThan(100);
    }

    /** Stock kernel modules: as many instructions as are asked for. */
    @Test
    @Tag("kernel")
    void modulesOfAStockKernelAgree() throws IOException {
        long limit = Long.getLong("suture.decoder.limit", 300_000);
        Machine machine = Machine.all().getFirst();
        try (Stream<Path> all = Files.walk(KernelPackages.modules("6.1.0-56-cloud-amd64"))) {
            for (Path module : all.filter(f -> f.toString().endsWith(".ko")).sorted().toList()) {
                if (compared < limit) {
                    compare(machine, "objdump", module, new Words("call", "ret", false), limit);
                }
            }
        }
        System.out.println(
                "kernel modules: "
                        + compared
                        + " instructions compared, "
                        + relocated
                        + " relocated fields");
        assertThat(wrong).isEmpty();
        assertThat(compared).isGreaterThanOrEqualTo(Math.min(limit, 300_000));
    }

    /**
     * How a disassembler writes it.
     *
     * @param call a call to a place in the instruction
     * @param places whether it gives targets as places in functions
     */
    private record Words(String call, String ret, boolean places) {}

    private void compare(Machine machine, String objdump, Path object, Words words, long limit)
            throws IOException {
        Map<String, RelocationKind> kinds = new HashMap<>();
        machine.relocations().forEach(kind -> kinds.put(kind.name(), kind));
        List<String> command =
                objdump.startsWith("llvm")
                        ? List.of(objdump, "-d", "-r", object.toString())
                        : List.of(objdump, "-d", "-r", "-w", "-z", object.toString());
        Listing.of(
                command,
                run -> {
                    for (Listing.Line line : run.lines()) {
                        if (!line.undecoded() && compared < limit && wrong.size() < 40) {
                            compared++;
                            String fault = new Check(machine, run, line, kinds).fault(words);
                            if (!fault.isEmpty()) {
                                wrong.add(object.getFileName() + " " + line + ": " + fault);
                            }
                        }
                    }
                    return compared < limit && wrong.size() < 40;
                });
    }

    /** One instruction. */
    private final class Check {
        private final Machine machine;
        private final Listing.Run run;
        private final Listing.Line line;
        private final Map<String, RelocationKind> kinds;
        private final long start;
        private final InstructionCursor cursor;

        Check(
                Machine machine,
                Listing.Run run,
                Listing.Line line,
                Map<String, RelocationKind> kinds) {
            this.machine = machine;
            this.run = run;
            this.line = line;
            this.kinds = kinds;
            this.start = line.address() - run.base();
            this.cursor = decoded(run.code());
        }

        private InstructionCursor decoded(Bytes code) {
            InstructionCursor at = machine.instructions(code);
            at.seek(start);
            at.next();
            return at;
        }

        String fault(Words words) {
            if (!cursor.valid() || cursor.length() != line.size()) {
                return "length " + cursor.length() + ", valid " + cursor.valid();
            }
            boolean moved = false;
            Matcher parts = RELOCATION.matcher(String.join("\t", line.relocations()));
            while (parts.find()) {
                RelocationKind kind = kinds.get(parts.group(2));
                if (kind == null) {
                    return "an unknown relocation " + parts.group();
                }
                moved |= !kind.noop();
                String fault = field(kind, Long.parseLong(parts.group(1), 16) - line.address());
                if (!fault.isEmpty()) {
                    return fault + " of " + parts.group();
                }
            }
            String fault = moved ? "" : target(words);
            return fault.isEmpty() ? flow(words) : fault;
        }

        /** The field is an operand, and nothing that says what the instruction is. */
        private String field(RelocationKind kind, long field) {
            if (kind.noop() || kind.width() <= 0) {
                return "";
            }
            relocated++;
            boolean x86 = machine.minimumInstruction() == 1;
            boolean isDisplacement =
                    field == cursor.displacementOffset()
                            && kind.width() == cursor.displacementSize();
            boolean isImmediate =
                    field == cursor.immediateOffset() && kind.width() == cursor.immediateSize();
            if (x86 && isDisplacement == isImmediate) {
                return "field +" + field;
            }
            byte[] code = run.code().slice(start, line.size()).toArray();
            for (int i = 0; i < kind.width() && field + i < code.length; i++) {
                code[(int) field + i] ^= (byte) kind.maskOfByte(i);
            }
            InstructionCursor other = machine.instructions(Bytes.of(code));
            other.next();
            return other.length() == cursor.length()
                            && other.flow() == cursor.flow()
                            && other.fallsThrough() == cursor.fallsThrough()
                            && other.displacementSize() == cursor.displacementSize()
                            && (kind.width() > line.size()
                                    || other.operation() == cursor.operation())
                    ? ""
                    : "more than an operand";
        }

        /** Every address that objdump computes is a target, and every target one of those. */
        private String target(Words words) {
            String text = line.text().replaceFirst("\\s(?:# |//).*", "");
            Matcher shown = (words.places ? PLACE : SHOWN).matcher(text);
            boolean known = cursor.hasTarget() || cursor.knowsOperand();
            if (!shown.find()) {
                return known && line.text().indexOf('<') >= 0 ? "a target of its own" : "";
            }
            long address =
                    Long.parseUnsignedLong(Objects.requireNonNullElse(shown.group(1), "0"), 16);
            if (known) {
                long target = cursor.target() + run.base();
                return target == address ? "" : "target " + Long.toHexString(target);
            }
            return cursor.pcRelativeMemory() ? "" : "no target";
        }

        private String flow(Words words) {
            String text = line.text().replaceFirst("^(?:[cd]s|bnd|notrack|rep[nz]*) ", "");
            String word = text.split("\\s+", 2)[0];
            String rest = text.substring(word.length()).strip();
            boolean indirect = rest.startsWith("*");
            Flow wanted = null;
            if (word.equals(words.call) && !indirect) {
                wanted = Flow.CALL;
            } else if (word.equals(words.ret) && (!word.equals("br") || rest.equals("%r14"))) {
                wanted = Flow.RETURN;
            }
            boolean other = cursor.flow() == Flow.CALL || cursor.flow() == Flow.RETURN;
            if (wanted == null) {
                return other && !COMPOUND.matcher(word).matches() ? "flow " + cursor.flow() : "";
            }
            return cursor.flow() == wanted ? "" : "flow " + cursor.flow() + " not " + wanted;
        }
    }

    /** Other spellings of calls and returns. */
    private static final Pattern COMPOUND = Pattern.compile("b[cl].*|.*lr|bras|jr|jalr|.*ret.*");
}
