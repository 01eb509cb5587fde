package suture.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Nothing is lost on the way through the model. */
class ElfWriterTest {
    private static final long LARGEST = 64L << 20;
    private static final int FILES = 4000;

    @TempDir Path scratch;

    /** Each ELF file found on the machine, up to a number; the bytes between parts stay few. */
    @Test
    void everyFileOfTheMachineGoesThroughUnchanged() throws Exception {
        List<Path> files = elfFiles();
        assertThat(files).hasSizeGreaterThan(100);
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        files.parallelStream()
                .forEach(file -> {
                    String verdict = roundTrip(file);
                    if (!verdict.isEmpty()) {
                        wrong.add(verdict);
                    }
                });
        assertThat(wrong).isEmpty();
    }

    private static String roundTrip(Path file) {
        try {
            Bytes image = Bytes.map(file);
            Bytes written = ElfWriter.write(ElfReader.read(file.toString(), image));
            long at = image.mismatch(written);
            return at < 0 ? "" : file + " differs at " + at;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (FormatException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static List<Path> elfFiles() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String root : List.of("/usr/lib", "/usr/bin", "/usr/aarch64-linux-gnu/lib")) {
            Path start = Path.of(root);
            if (Files.isDirectory(start)) {
                Files.walkFileTree(start, new Finder(found));
            }
        }
        return found;
    }

    private static final class Finder extends SimpleFileVisitor<Path> {
        private final List<Path> found;

        Finder(List<Path> found) {
            this.found = found;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()
                    && attributes.size() >= 64
                    && attributes.size() < LARGEST
                    && Files.isReadable(file)
                    && isElf(file)) {
                found.add(file);
            }
            return found.size() < FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }

        private static boolean isElf(Path file) {
            try (var in = Files.newInputStream(file)) {
                byte[] magic = in.readNBytes(4);
                return magic[0] == 0x7f && magic[1] == 'E' && magic[2] == 'L' && magic[3] == 'F';
            } catch (IOException e) {
                return false;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gcc-12,               -O2 -g -fcommon",
        "gcc-12,               -O1 -m32 -g",
        "gcc-12,               -O2 -gz",
        "gcc-11,               -O2 -ffunction-sections",
        "clang-16,             -O2 -g",
        "s390x-linux-gnu-gcc,  -O2 -g",
        "aarch64-linux-gnu-gcc, -O2 -g",
        "clang-16,             -O2 --target=powerpc-linux-gnu -g",
    })
    void compiledObjectsAreEncodedAndNotCopied(String compiler, String options) throws Exception {
        Path file = compile(compiler, options);
        ElfObject object = ElfReader.read(file);
        assertThat(ElfWriter.write(object)).isEqualTo(Bytes.map(file));
        assertThat(ElfWriter.gaps(object)).isLessThan(8L * object.sections().size());
    }

    private Path compile(String compiler, String options) {
        return Tool.compile(
                scratch, compiler, ElfReaderTest.SOURCE, "t.o", options.strip().split(" +"));
    }

    /** Without its layout the object is arranged anew, and means the same. */
    @ParameterizedTest
    @CsvSource({
        "gcc-12,               -O2 -g3 -fcommon",
        "gcc-12,               -O1 -m32 -g",
        "clang-16,             -O2 -g -fno-addrsig",
        "s390x-linux-gnu-gcc,  -O2 -g",
    })
    void builtModelIsArranged(String compiler, String options) throws Exception {
        ElfObject object = ElfReader.read(compile(compiler, options));
        Bytes first = ElfWriter.write(withoutLayout(object));
        assertThat(ElfWriter.write(withoutLayout(object))).isEqualTo(first);
        ElfObject again = ElfReader.read("again.o", first);
        assertThat(meaning(again)).isEqualTo(meaning(object));
        assertThat(ElfWriter.write(withoutLayout(again))).isEqualTo(first);
        Path written = Files.write(scratch.resolve("again.o"), first.toArray());
        Tool.run(scratch, "readelf", "-aW", "--lint", written.toString());
    }

    @Test
    void arrangedObjectLinksAndRuns() throws Exception {
        String source = "int puts(const char *); int main(void) { return puts(\"ran\") < 0; }";
        ElfObject object = ElfReader.read(Tool.compile(scratch, "gcc-12", source, "m.o", "-O2"));
        Files.write(scratch.resolve("n.o"), ElfWriter.write(withoutLayout(object)).toArray());
        Tool.run(scratch, "gcc-12", "n.o", "-o", "n");
        assertThat(Tool.run(scratch, scratch.resolve("n").toString())).isEqualTo("ran\n");
    }

    @Test
    void symbolIndicesInUnknownContentAreRefused() throws Exception {
        ElfObject object = ElfReader.read(compile("clang-16", "-O2 -faddrsig"));
        assertThatThrownBy(() -> ElfWriter.write(withoutLayout(object)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(".llvm_addrsig depends on the symbol table");
    }

    @Test
    void manySectionsGetExtendedNumbering() throws Exception {
        StringBuilder source = new StringBuilder();
        for (int i = 0; i < 70_000; i++) {
            source.append(".section .s").append(i).append(",\"a\",@progbits\nv").append(i);
            source.append(": .byte 1\n");
        }
        Files.writeString(scratch.resolve("many.s"), source);
        Tool.run(scratch, "as", "many.s", "-o", "many.o");
        Path file = scratch.resolve("many.o");
        ElfObject object = ElfReader.read(file);
        assertThat(ElfWriter.write(object)).isEqualTo(Bytes.map(file));
        ElfObject again = ElfReader.read("a.o", ElfWriter.write(withoutLayout(object)));
        assertThat(meaning(again)).isEqualTo(meaning(object));
    }

    static ElfObject withoutLayout(ElfObject o) {
        return new ElfObject(
                o.file(),
                o.header(),
                o.sections(),
                o.symbols(),
                List.of(),
                o.relocationSections(),
                o.groups(),
                List.of(),
                null);
    }

    /** What an object says, without the numbers that only place it. */
    private static List<String> meaning(ElfObject object) {
        List<String> lines = new ArrayList<>();
        for (Section s : object.sections()) {
            boolean table = List.of(".symtab", ".strtab", ".shstrtab").contains(s.name());
            if (table || s.type() == Elf.SHT_NULL || s.type() == Elf.SHT_SYMTAB_SHNDX) {
                continue;
            }
            String content =
                    switch (s.type()) {
                        case Elf.SHT_GROUP, Elf.SHT_REL, Elf.SHT_RELA -> "";
                        default -> s.content().size() + " " + s.content().hash(0);
                    };
            lines.add(s + " " + s.type() + " " + s.header().flags() + " " + content);
        }
        for (Symbol s : object.symbols()) {
            lines.add(s + " " + s.value() + " " + s.size() + " " + s.info() + " " + s.section());
        }
        for (RelocationSection section : object.relocationSections()) {
            for (Relocation r : section.entries()) {
                String where = section.section() + " on " + section.target() + " " + r.offset();
                lines.add(where + " " + r.type() + " " + r.symbol() + " " + r.addend());
            }
        }
        for (Group g : object.groups()) {
            lines.add(g.section() + " " + g.flags() + " " + g.signature() + " " + g.members());
        }
        return lines;
    }
}
