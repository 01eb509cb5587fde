package suture.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import suture.bytes.Bytes;

import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The x86-64 cursor against objdump, on whatever programs are installed: boundaries, branch
 * targets, the places of displacements. {@code -Dsuture.decoder.limit=N} sets how many instructions
 * to compare, {@code -Dsuture.decoder.files=A:B} in which files.
 */
class X86DecoderTest {
    private static final Pattern TARGET =
            Pattern.compile(
                    "\\b(?:call|jmp|j[a-z]+|loop[a-z]*|xbegin)\\w*(?:,p[nt])? +([0-9a-f]+)\\b");
    private static final Pattern RIP = Pattern.compile("\\(%[re]ip\\)[^#]*# ([0-9a-f]+)");
    private static final Pattern DISPLACEMENT = Pattern.compile("(-?0x[0-9a-f]+)\\(%");
    private static final Pattern PREFIXES =
            Pattern.compile(
                    "(?:(?:rex(?:\\.\\w+)?|data16|addr32|repz|repnz|lock|[c-gs]s|bnd|notrack|fwait)\\s*)+");

    private static final Machine MACHINE =
            Objects.requireNonNull(Machine.of(62, true, ByteOrder.LITTLE_ENDIAN));

    private final long limit = Long.getLong("suture.decoder.limit", 300_000);
    private final List<String> wrong = new ArrayList<>();
    private long compared;
    private long undecoded;

    @Test
    void agreesWithObjdump() throws Exception {
        for (Path file : files()) {
            if (compared < limit) {
                Listing.of(
                        List.of("objdump", "-d", "-w", "-z", file.toString()),
                        run -> compare(file, run));
            }
        }
        System.out.println(
                "x86-64 decoder: "
                        + compared
                        + " instructions compared, "
                        + undecoded
                        + " left out that objdump cannot decode");
        assertThat(wrong).isEmpty();
        assertThat(compared).isGreaterThanOrEqualTo(Math.min(limit, 300_000));
    }

    private static List<Path> files() throws Exception {
        String given = System.getProperty("suture.decoder.files", "");
        if (!given.isEmpty()) {
            return List.of(given.split(":", -1)).stream().map(Path::of).toList();
        }
        try (var programs = Files.list(Path.of("/usr/bin"))) {
            return programs.filter(Files::isRegularFile)
                    .filter(X86DecoderTest::isElf)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isElf(Path file) {
        try (var in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(20);
            return head.length == 20 && head[0] == 0x7f && head[1] == 'E' && head[18] == 62;
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private boolean compare(Path file, Listing.Run run) {
        InstructionCursor cursor = MACHINE.instructions(run.code());
        List<Listing.Line> lines = run.lines();
        for (int i = 0; i < lines.size() && compared < limit && wrong.size() < 50; i++) {
            Listing.Line line = lines.get(i);
            if (line.undecoded()) {
                undecoded++;
                continue;
            }
            int size = line.size();
            while (i + 1 < lines.size()
                    && PREFIXES.matcher(lines.get(i).text()).matches()
                    && !lines.get(i).text().endsWith("fwait")) {
                size += lines.get(++i).size();
            }
            if (lines.get(i).undecoded() || i + 1 == lines.size()) {
                continue;
            }
            cursor.seek(line.address() - run.base());
            cursor.next();
            compared++;
            String fault = fault(cursor, run, lines.get(i), size);
            if (!fault.isEmpty()) {
                wrong.add(
                        file
                                + " "
                                + Long.toHexString(line.address())
                                + " "
                                + run.code().slice(cursor.offset(), size).hex()
                                + " "
                                + line.text()
                                + ": "
                                + fault);
            }
        }
        return compared < limit && wrong.size() < 50;
    }

    private static String fault(InstructionCursor c, Listing.Run run, Listing.Line line, int size) {
        if (!c.valid()) {
            return "not decoded";
        }
        int first = run.code().u8(c.offset());
        int last = run.code().u8(c.offset() + c.length() - 1);
        if (last == 0x9b && (line.text().contains("wait") || c.length() < size)) {
            return ""; // objdump takes it for a prefix of what follows
        }
        if (first == 0x9b && c.length() == 1) {
            return "";
        }
        if (c.length() != size) {
            return "length " + c.length();
        }
        String operand = operandFault(c, run, line.text());
        return operand.isEmpty() ? flowFault(c, line.text()) : operand;
    }

    private static String operandFault(InstructionCursor c, Listing.Run run, String text) {
        long start = run.base() + c.offset();
        Matcher target = TARGET.matcher(text);
        if (target.find() != c.hasTarget()) {
            return "target known: " + c.hasTarget();
        }
        long bits = c.displacementSize() == 2 ? 0xffff : -1; // such a branch clears the rest
        if (c.hasTarget()
                && ((Long.parseUnsignedLong(target.group(1), 16) ^ (c.target() + run.base()))
                                & bits)
                        != 0) {
            return "target " + Long.toHexString(c.target() + run.base());
        }
        Matcher rip = RIP.matcher(text);
        if (rip.find() != c.pcRelativeMemory()) {
            return "PC-relative: " + c.pcRelativeMemory();
        }
        long value = displacement(c, run.code());
        if (c.pcRelativeMemory()
                && Long.parseUnsignedLong(rip.group(1), 16) != start + c.length() + value) {
            return "displacement " + value;
        }
        Matcher shown = DISPLACEMENT.matcher(text);
        if (shown.find()
                && run.code().u8(c.offset()) != 0x62
                && !text.startsWith("addr32")
                && Long.decode(shown.group(1)) != value) {
            return "displacement " + value;
        }
        return text.matches(".*\\$-?0x[0-9a-f]+.*") == c.immediateSize() > 0 || implied(text)
                ? ""
                : "immediate of " + c.immediateSize();
    }

    /** Operands that stand in the opcode, and immediates that objdump writes as a mnemonic. */
    private static boolean implied(String text) {
        return text.matches(
                "(.* )?(vp\\w+|vblendv\\w+|vfn?m\\w+|v?p?cmp\\w*|vpcom\\w*|v?pclmul\\w*|movabs|xabort|xbegin|ret|pfcmp\\w*|pf?\\w+|s[ah][lr]\\w*|ro[lr]\\w*|rc[lr]\\w*|enter|int\\w*|aa[dm])("
                    + " .*)?");
    }

    private static final Pattern PREFIXED = Pattern.compile("^(" + PREFIXES + " )+");

    private static String flowFault(InstructionCursor c, String text) {
        Flow expected = flow(PREFIXED.matcher(text).replaceFirst("").split(" +", 2), c);
        return c.flow() == expected ? "" : "flow " + c.flow() + " not " + expected;
    }

    private static Flow flow(String[] words, InstructionCursor c) {
        boolean indirect = words.length > 1 && words[1].startsWith("*");
        return switch (words[0]) {
            case "jmp", "jmpw", "ljmp", "ljmpw", "rex.W ljmp" ->
                    indirect ? Flow.INDIRECT_JUMP : Flow.JUMP;
            case "call", "callw", "lcall", "lcallw" -> indirect ? Flow.INDIRECT_CALL : Flow.CALL;
            case "hlt", "int3", "int1", "int", "ud0", "ud1", "ud2" -> Flow.TRAP;
            default ->
                    words[0].matches("(l|i|sys|u)?ret[wlqf]?|sysexit[lq]?|sysret[lq]")
                            ? Flow.RETURN
                            : c.hasTarget() ? Flow.CONDITIONAL : Flow.NEXT;
        };
    }

    private static long displacement(InstructionCursor c, Bytes code) {
        long at = c.offset() + c.displacementOffset();
        return switch (c.displacementSize()) {
            case 0 -> 0;
            case 1 -> (byte) code.u8(at);
            case 2 -> (short) code.u16(at, ByteOrder.LITTLE_ENDIAN);
            case 4 -> code.s32(at, ByteOrder.LITTLE_ENDIAN);
            default -> code.s64(at, ByteOrder.LITTLE_ENDIAN);
        };
    }
}
