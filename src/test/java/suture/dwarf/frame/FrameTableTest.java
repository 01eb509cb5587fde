package suture.dwarf.frame;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.dwarf.frame.FrameRow.Cfa;
import suture.elf.Tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every row of real files is what readelf shows. */
class FrameTableTest {
    private static final List<String> NAMES =
            List.of(
                    "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10",
                    "r11", "r12", "r13", "r14", "r15", "ra");
    private static final Pattern ENTRY =
            Pattern.compile("[0-9a-f]+ [0-9a-f]+ [0-9a-f]+ FDE .*pc=([0-9a-f]+)\\.\\.([0-9a-f]+)");

    @TempDir Path scratch;

    static final String SOURCE =
            """
            #include <alloca.h>
            #include <string.h>
            int puts(const char *);
            __attribute__((noinline)) int room(int n)
            { char *p = alloca(n); memset(p, n, n); return p[n / 2] + puts(p); }
            __attribute__((noinline)) int wide(int n)
            { __attribute__((aligned(64))) char p[128]; memset(p, n, n); return p[n / 2] + puts(p); }
            __attribute__((noinline)) int many(int a, int b, int c, int d, int e, int f, int g, int h)
            { return a > 3 ? room(b) * room(c) + wide(d) * wide(e) : room(f) + wide(g) * room(h); }
            int main(int c, char **v) { return many(c, c, c, c, c, c, c, c) + many(c, 1, 2, 3, 4, 5, 6, 7); }
            """;

    /** A row by the columns of readelf, at its address; later rows of one address count. */
    private static Map<Long, Map<String, String>> rows(String dump) {
        Map<Long, Map<String, String>> rows = new LinkedHashMap<>();
        List<String> columns = List.of();
        for (String line : dump.lines().toList()) {
            String[] words = line.strip().split(" +", -1);
            if (words[0].equals("LOC")) {
                columns = List.of(words).subList(1, words.length);
            } else if (words[0].matches("[0-9a-f]{16}") && words.length == columns.size() + 1) {
                Map<String, String> row = new LinkedHashMap<>();
                for (int i = 0; i < columns.size(); i++) {
                    row.put(columns.get(i), words[i + 1]);
                }
                rows.put(Long.parseUnsignedLong(words[0], 16), row);
            } else {
                columns = List.of();
            }
        }
        return rows;
    }

    private static String text(FrameRow row, String column) {
        if (column.equals("CFA")) {
            return switch (row.cfa()) {
                case Cfa.Register(int register, long offset) -> NAMES.get(register) + "+" + offset;
                case Cfa.Expression expression -> "exp";
            };
        }
        return switch (row.rule(NAMES.indexOf(column))) {
            case null -> "u";
            case FrameRule.Undefined undefined -> "u";
            case FrameRule.Same same -> "s";
            case FrameRule.Saved(long offset) -> "c" + (offset < 0 ? "" : "+") + offset;
            case FrameRule.Value(long offset) -> "v" + (offset < 0 ? "" : "+") + offset;
            case FrameRule.InRegister(int register) -> NAMES.get(register);
            case FrameRule.SavedAt expression -> "exp";
            case FrameRule.Computed expression -> "vexp";
        };
    }

    private int compare(Path file) throws IOException {
        FrameFile frames = FrameFile.read(file);
        FrameTable table = frames.table();
        FrameTable all = frames.section();
        String dump = Tool.run(scratch, "readelf", "-wNF", file.toString());
        List<String> wrong = new ArrayList<>();
        Map<Long, Map<String, String>> rows = rows(dump.substring(dump.indexOf("FDE")));
        int compared = 0;
        for (Map.Entry<Long, Map<String, String>> expected : rows.entrySet()) {
            long pc = expected.getKey();
            FrameEntry entry = table.find(pc);
            if (entry == null || !entry.equals(all.find(pc))) {
                continue;
            }
            FrameRow row = FrameProgram.row(entry, pc);
            for (Map.Entry<String, String> column : expected.getValue().entrySet()) {
                String found = text(row, column.getKey());
                if (!found.equals(column.getValue())) {
                    wrong.add("%x %s: %s".formatted(pc, column, found));
                }
                compared++;
            }
        }
        assertThat(wrong).isEmpty();
        return compared;
    }

    @ParameterizedTest
    @ValueSource(strings = {"libc.so.6", "ld-linux-x86-64.so.2", "libstdc++.so.6"})
    void librariesAsReadelfShowsThem(String name) throws IOException {
        int compared = compare(Path.of("/lib/x86_64-linux-gnu", name).toRealPath());
        assertThat(compared).isGreaterThan(name.startsWith("ld") ? 3_000 : 50_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O0", "gcc-12 -O2", "gcc-12 -O3 -fomit-frame-pointer", "gcc-12 -Os",
                "clang-14 -O1", "clang-16 -O2", "clang-19 -O0", "clang-19 -O3 -static"
            })
    void programsAsReadelfShowsThem(String how) throws IOException {
        List<String> command = new ArrayList<>(List.of(how.split(" ", -1)));
        Files.writeString(scratch.resolve("t.c"), SOURCE);
        command.addAll(List.of("t.c", "-o", "t"));
        Tool.run(scratch, command.toArray(String[]::new));
        assertThat(compare(scratch.resolve("t"))).isGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"libc.so.6", "libstdc++.so.6"})
    void theSortedTableLeadsToTheSameEntries(String name) throws IOException {
        Path file = Path.of("/lib/x86_64-linux-gnu", name).toRealPath();
        FrameFile frames = FrameFile.read(file);
        FrameTable table = frames.table();
        FrameTable all = frames.section();
        String dump = Tool.run(scratch, "readelf", "-wNF", file.toString());
        Matcher matcher = ENTRY.matcher(dump);
        int entries = 0;
        while (matcher.find()) {
            long start = Long.parseUnsignedLong(matcher.group(1), 16);
            long end = Long.parseUnsignedLong(matcher.group(2), 16);
            for (long pc : new long[] {start, end - 1}) {
                FrameEntry entry = Objects.requireNonNull(table.find(pc));
                assertThat(entry).isEqualTo(all.find(pc));
                assertThat(entry.covers(pc)).isTrue();
            }
            FrameEntry behind = table.find(end);
            assertThat(behind == null || behind.start() == end).isTrue();
            entries++;
        }
        assertThat(entries).isGreaterThan(1000).isEqualTo(all.entries().size());
    }
}
