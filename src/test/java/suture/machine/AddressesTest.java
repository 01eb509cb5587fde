package suture.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import suture.bytes.Bytes;
import suture.elf.Tool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the tables say of an instruction's registers against objdump's text: each register there is
 * accounted for, none is that does not stand there, the first operand is written where the mnemonic
 * writes, and the distance in a memory operand is the same. {@code -Dsuture.code=FILE} reads other
 * code of the first machine that objdump knows it for.
 */
class AddressesTest {
    /**
     * How objdump writes a machine's code.
     *
     * @param registers general registers, with the number in the first group that matches
     * @param memory a distance and a base
     * @param reads mnemonics that write no general register
     */
    record Dialect(
            String compiler,
            List<String> objdump,
            Machine machine,
            Pattern registers,
            Pattern memory,
            Pattern reads) {
        @Override
        public String toString() {
            return compiler;
        }
    }

    private static final Pattern WORDS = Pattern.compile("(\\S+)\\s*(.*)");

    private static final String SOURCE =
            """
            typedef unsigned long U; extern void sink(void*,...); static int t[64]; static double d[64];
            struct S { char c; short s; int i; long l; float f; unsigned b:5, e:9; } ; static struct S z[9];
            long f(long a, long b, struct S *p, int n) { long r = a*b + (a^b) - (a&~b) + a/(b|1) + a%(n|1);
              for (int i=0;i<n;i++) { r += t[i]*p[i].i - p[i].s + p[i].c; p[i].l = r>>3; p[i].b = r; p[i].e += i; }
              return r > 5 ? r<<n : -r; }
            double g(double *p, float *q, int n) { double r=0; for (int i=0;i<n;i++) { r += p[i]*q[i]+d[i]; q[i]=r; } return r; }
            int h(int x, U u, unsigned v) { switch(x){case 0:return u>>3;case 1:return v*7;case 2:return u%9;case 3:return x/5;
              case 4:return __builtin_clzl(u|1);case 5:return (int)u<(int)v;case 6:return u+v;} return 3; }
            void c(struct S *a, struct S *b) { *a = *b; z[3] = *a; __builtin_memset(z, 0, sizeof *z); sink(a, b, z, t); }
            int at(int *p, long *q) { __atomic_fetch_add(p, 3, 5); int e=4; __atomic_compare_exchange_n(p,&e,9,0,5,5);
              return __atomic_exchange_n(q, 8, 5) + e; }
            long w(const char*s, long n) { char b[600]; __builtin_memcpy(b, s, n); sink(b, n); return b[n] + (short)n + (U)*s; }
            """;

    static Stream<Dialect> dialects() {
        return Stream.of(
                new Dialect(
                        "aarch64-linux-gnu-gcc",
                        List.of("aarch64-linux-gnu-objdump"),
                        machine("aarch64"),
                        Pattern.compile("\\b[xw]([0-9]+)\\b|\\b(w?sp)\\b"),
                        Pattern.compile("\\[(\\w+)(?:, #(-?[0-9]+))?\\](?!, )"),
                        Pattern.compile(
                                "st[^x].*|cmp|cmn|tst|cb.*|tb.*|b|b\\..*|blr?|br|ret|ccm.*|msr|prf.*|f?nop|dmb|svc|dc|ic|hint|dsb|isb|[fs]cmp.*")),
                new Dialect(
                        "riscv64-linux-gnu-gcc",
                        List.of("riscv64-linux-gnu-objdump", "-Mno-aliases,numeric"),
                        machine("riscv64"),
                        Pattern.compile("\\bx([0-9]+)\\b"),
                        Pattern.compile("(-?[0-9]+)\\((x[0-9]+)\\)"),
                        Pattern.compile(
                                "s[bhwd]|c\\.f?s[wd](sp)?|c\\.b.*|b.*|c\\.j.*|fs[wd]|fence.*|ecall|ebreak|sfence.*|j")),
                new Dialect(
                        "powerpc64le-linux-gnu-gcc",
                        List.of("powerpc64le-linux-gnu-objdump", "-Mpower8"),
                        machine("ppc64le"),
                        Pattern.compile("\\br([0-9]+)\\b"),
                        Pattern.compile("(-?[0-9]+)\\((r[0-9]+)\\)"),
                        Pattern.compile(
                                "st.*|cmp.*|b.*|mt.*|tw.*|td.*|dcb.*|icb.*|nop|s?ync|isync|lwsync")),
                new Dialect(
                        "s390x-linux-gnu-gcc",
                        List.of("s390x-linux-gnu-objdump"),
                        machine("s390x"),
                        Pattern.compile("%r([0-9]+)"),
                        Pattern.compile("(-?[0-9]+)\\((%r[0-9]+)\\)"),
                        Pattern.compile(
                                "st.*|sfpc|c(?![sfg][edx]|s).*|cs?t?|b(?!as).*|j.*|t[mc].*|mv.*|xc|oc|nc|[nox]iy?|a[lg]?s?i|agsi|nopr?|br.*|pfd.*|svc|ex.*|tr.*|l[dexz].*|ld.*")));
    }

    private static Machine machine(String name) {
        return Machine.all().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void registersAreThoseOfTheListing(Dialect dialect, @TempDir Path directory)
            throws IOException {
        String given = System.getProperty("suture.code." + dialect.machine.name());
        List<String> files = new ArrayList<>();
        for (String level :
                given == null ? List.of("-O1", "-O2", "-O3", "-Os") : List.<String>of()) {
            Path file = directory.resolve("t" + level + ".o");
            Tool.compile(directory, dialect.compiler, SOURCE, file.getFileName().toString(), level);
            files.add(file.toString());
        }
        int[] counts = new int[2];
        Map<String, String> wrong = new TreeMap<>();
        for (String file : given == null ? files : List.of(given.split(","))) {
            List<String> command = new ArrayList<>(dialect.objdump);
            command.addAll(List.of("-d", "-z", "--wide", file));
            Listing.of(
                    command,
                    run -> {
                        run.lines().forEach(line -> check(dialect, run, line, counts, wrong));
                        return true;
                    });
        }
        if (given != null) {
            System.out.printf(
                    "%s: %d instructions, %d without a row, wrong: %s%n",
                    dialect, counts[0], counts[1], wrong);
        }
        assertThat(wrong).as("%s", dialect).isEmpty();
        assertThat(counts[0]).isGreaterThan(given == null ? 500 : 10_000);
        assertThat(counts[1]).as("without a row").isLessThan(counts[0] / 50 + 1);
    }

    private static void check(
            Dialect dialect,
            Listing.Run run,
            Listing.Line line,
            int[] counts,
            Map<String, String> wrong) {
        if (line.undecoded() || line.text().isBlank()) {
            return;
        }
        Bytes code = run.code().slice(line.address() - run.base(), line.size());
        InstructionCursor cursor = dialect.machine.instructions(code);
        cursor.next();
        AddressUse use = cursor.addressUse();
        counts[0]++;
        if (use == null) {
            counts[1]++;
            return;
        }
        Matcher parts = WORDS.matcher(line.text().strip());
        if (!parts.matches()) {
            return;
        }
        String operands = parts.group(2).replaceAll("<.*>|//.*| #.*pcrel.*", "");
        String fault = fault(dialect, cursor, use, parts.group(1), operands);
        if (!fault.isEmpty()) {
            wrong.putIfAbsent(
                    parts.group(1) + " " + fault.substring(0, fault.indexOf(' ')),
                    line.text() + ": " + fault);
        }
    }

    private static String fault(
            Dialect dialect,
            InstructionCursor cursor,
            AddressUse use,
            String mnemonic,
            String operands) {
        Registers registers = java.util.Objects.requireNonNull(dialect.machine.registers());
        int named = 0;
        int first = -1;
        Matcher matcher = dialect.registers.matcher(operands);
        while (matcher.find()) {
            int number = matcher.group(1) == null ? 31 : Integer.parseInt(matcher.group(1));
            boolean counts = (registers.never() >>> number & 1) == 0 || number == registers.stack();
            named |= counts ? 1 << number : 0;
            first = matcher.start() == 0 && counts ? number : first;
        }
        int second = use.second() == null ? 0 : use.second().bases();
        int known = use.place().bases() | second | use.reads() | use.writes() | use.mayWrite();
        int stack = 1 << registers.stack();
        boolean branch = cursor.flow() != Flow.NEXT;
        boolean zero = registers.baseless() && (named & ~known) == 1;
        if ((named & ~known & ~stack) != 0 && !zero) {
            return "missing " + Integer.toHexString(named & ~known & ~stack);
        }
        boolean implied = implied(mnemonic) || branch;
        int surely = use.place().bases() | second | use.writes();
        if ((surely & ~named & ~stack) != 0 && !implied) {
            return "added " + Integer.toHexString(surely & ~named & ~stack);
        }
        boolean writes = first >= 0 && !dialect.reads.matcher(mnemonic).matches() && !branch;
        if (writes
                && ((use.writes() | use.mayWrite()) >>> first & 1) == 0
                && first != registers.stack()) {
            return "unwritten " + first;
        }
        if (first >= 0
                && !writes
                && !branch
                && use.target() < 0
                && (use.writes() >>> first & 1) != 0
                && !implied) {
            return "written " + first;
        }
        Matcher memory = dialect.memory.matcher(operands);
        if (memory.find() && use.kind() == AddressUse.Kind.ACCESS && second == 0) {
            boolean before = memory.group(1).matches("-?[0-9]+");
            String distance = before ? memory.group(1) : memory.group(2);
            long wanted = distance == null ? 0 : Long.parseLong(distance);
            if (wanted != use.place().displacement()) {
                return "distance " + use.place().displacement();
            }
        }
        return "";
    }

    /** Instructions with registers that the text does not name: pairs, ranges, fixed ones. */
    private static boolean implied(String mnemonic) {
        return mnemonic.matches(
                "c\\.(ld|sd|lw|sw|fld|fsd)sp|c\\.addi(4spn|16sp)|[ls]tm[ghy]*|lm[gh]?|[md]l?g?[rf]*|ml[rg]*|dl[gr]*"
                    + "|[md]s?g?f?r?|srst|mvst|clst|flogr|mv?cl?[eu]?|mvcle|clcl.*|s[rl]d[al]|s[rl]da"
                    + "|svc|stpq|lpq|cds.*|brxl?.*|bx.*|lmd|trt|ex.*|m?v?cs?k?");
    }
}
