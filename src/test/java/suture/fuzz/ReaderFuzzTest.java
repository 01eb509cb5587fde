package suture.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.code_intelligence.jazzer.junit.FuzzTest;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.provider.MethodSource;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.diff.Differ;
import suture.diff.ObjectDiff;
import suture.diff.Verdict;
import suture.dwarf.DebugInfo;
import suture.dwarf.LineTable;
import suture.elf.Compression;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.ElfWriter;
import suture.elf.Note;
import suture.elf.Section;
import suture.machine.InstructionCursor;
import suture.machine.Machine;
import suture.plan.Hooks;
import suture.plan.Planner;
import suture.source.PatchCheck;
import suture.source.PatchSeeds;

import java.util.List;

/** The targets. The fuzzer's own run has one of them at a time: {@code bench/fuzz}. */
class ReaderFuzzTest {
    private static final PatchCheck PATCHES = new PatchCheck(PatchSeeds.tree());

    /** What broken objects are compared with; one of each machine. */
    private static final List<ElfObject> WHOLE =
            Seeds.good().stream().map(image -> ElfReader.read("good.o", Bytes.of(image))).toList();

    private static long executed;

    static List<byte[]> objects() {
        return Seeds.objects();
    }

    static List<byte[]> code() {
        return Seeds.code();
    }

    static List<byte[]> patches() {
        return Seeds.patches();
    }

    /** What is read is written back as it was. */
    @MethodSource("objects")
    @FuzzTest
    void elf(byte[] image) {
        executed++;
        refusedOr(() -> {
            Bytes bytes = Bytes.of(image);
            ElfObject object = ElfReader.read("bad.o", bytes);
            assertThat(ElfWriter.write(object)).isEqualTo(bytes);
            for (Section section : object.sections()) {
                Compression.content(object, section);
            }
            Note.buildId(object);
        });
    }

    @MethodSource("objects")
    @FuzzTest
    void lines(byte[] image) {
        executed++;
        refusedOr(() -> {
            LineTable table = LineTable.read(ElfReader.read("bad.o", Bytes.of(image)));
            LineTable.Rows rows = table.rows();
            while (rows.next()) {
                table.lineAt(rows.section(), rows.offset());
            }
        });
    }

    @MethodSource("objects")
    @FuzzTest
    void debugInfo(byte[] image) {
        executed++;
        refusedOr(() -> {
            ElfObject object = ElfReader.read("bad.o", Bytes.of(image));
            DebugInfo info = DebugInfo.read(object);
            for (Section section : object.sections()) {
                info.functionAt(section, 0);
                info.inlinedAt(section, 1);
            }
        });
    }

    /** Every machine's instructions, end to end: each has a length, and its fields are in it. */
    @MethodSource("code")
    @FuzzTest
    void instructions(byte[] code) {
        executed++;
        for (Machine machine : Machine.all()) {
            InstructionCursor cursor = machine.instructions(Bytes.of(code));
            long at = 0;
            while (cursor.next()) {
                assertThat(cursor.offset()).isEqualTo(at);
                assertThat(cursor.length()).isPositive();
                assertThat(cursor.displacementOffset() + cursor.displacementSize())
                        .isLessThanOrEqualTo(cursor.length());
                assertThat(cursor.immediateOffset() + cursor.immediateSize())
                        .isLessThanOrEqualTo(cursor.length());
                at += cursor.length();
            }
            assertThat(at).isEqualTo(code.length);
        }
    }

    /** The whole comparison, both ways; with itself nothing has changed. */
    @MethodSource("objects")
    @FuzzTest
    void diff(byte[] image) {
        executed++;
        refusedOr(() -> {
            ElfObject bad = ElfReader.read("bad.o", Bytes.of(image));
            for (ElfObject whole : WHOLE) {
                if (whole.header().machine() == bad.header().machine()) {
                    plan(Differ.diff(whole, bad));
                    plan(Differ.diff(bad, whole));
                    break;
                }
            }
            assertThat(Differ.diff(bad, bad).functions())
                    .noneMatch(verdict -> verdict.verdict() == Verdict.CHANGED);
        });
    }

    private static void plan(ObjectDiff diff) {
        Planner.plan(List.of(new Planner.UnitDiff("t.c", "vmlinux", diff)), Hooks.LINUX);
    }

    @MethodSource("patches")
    @FuzzTest
    void patch(byte[] text) {
        executed++;
        PATCHES.check(new String(text, ISO_8859_1));
    }

    /** The one way to say no. */
    private static void refusedOr(Runnable reading) {
        try {
            reading.run();
        } catch (FormatException e) {
            assertThat(e).hasMessageContaining("expected");
        }
    }

    @AfterAll
    static void report() {
        System.out.println("fuzz targets: " + executed + " inputs");
    }
}
