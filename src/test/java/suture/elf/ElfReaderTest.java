package suture.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the reader says is what readelf says. */
class ElfReaderTest {
    static final String SOURCE =
            """
            extern int external(int, const char *);
            static int counter = 3;
            int common_one;
            __thread int local;
            __attribute__((weak)) int weak(int a) { return a + counter; }
            static __attribute__((noinline)) int helper(int a) { return external(a, "text") + local; }
            int entry(int a) {
                static int calls;
                switch (a) {
                case 0: return helper(1);
                case 1: return weak(9);
                case 2: return ++calls;
                case 3: return common_one;
                case 4: return external(5, "other");
                case 5: return 77;
                default: return ++counter;
                }
            }
            """;

    @TempDir Path scratch;

    @ParameterizedTest
    @CsvSource({
        "gcc-12,            -O2 -g -fcommon",
        "gcc-12,            -O1 -m32 -fno-pic -fcommon",
        "gcc-11,            -O2 -ffunction-sections -fdata-sections",
        "clang-16,          -O2 -g",
        "clang-16,          -O2 -faddrsig -fcommon --target=x86_64-linux-gnu",
        "s390x-linux-gnu-gcc, -O2 -g",
        "aarch64-linux-gnu-gcc, -O2",
        "powerpc64le-linux-gnu-gcc, -O2",
        "clang-16,          -O2 --target=powerpc-linux-gnu",
    })
    void symbolsAndRelocationsAreThoseOfReadelf(String compiler, String options) throws Exception {
        Path object = Tool.compile(scratch, compiler, SOURCE, "t.o", options.strip().split(" +"));
        ElfObject elf = ElfReader.read(object);
        assertThat(symbols(elf)).isEqualTo(readelfSymbols(object)).hasSizeGreaterThan(5);
        assertThat(relocations(elf)).isEqualTo(readelfRelocations(object, elf));
    }

    @Test
    void manySectionsUseExtendedNumbering() throws Exception {
        StringBuilder source = new StringBuilder();
        int count = 66_000;
        for (int i = 0; i < count; i++) {
            source.append(".section .s").append(i).append(",\"a\",@progbits\nv").append(i);
            source.append(": .quad v").append((i + 1) % count).append('\n');
        }
        Path s = Files.writeString(scratch.resolve("many.s"), source);
        Tool.run(scratch, "as", s.toString(), "-o", "many.o");
        ElfObject elf = ElfReader.read(scratch.resolve("many.o"));
        assertThat(elf.sections()).hasSizeGreaterThan(2 * count);
        for (Symbol symbol : elf.symbols()) {
            if (symbol.name().startsWith("v")) {
                Section section = Objects.requireNonNull(symbol.section());
                assertThat(section.name()).isEqualTo(".s" + symbol.name().substring(1));
                assertThat(elf.relocations(section)).hasSize(1);
            }
        }
    }

    @Test
    void whatIsNoElfFileIsSaid() {
        assertThatThrownBy(() -> ElfReader.read("x.o", Bytes.of("#!/bin/sh\necho hello\n")))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("x.o: offset 0x0: expected the ELF magic");
    }

    private static List<String> symbols(ElfObject elf) {
        List<String> lines = new ArrayList<>();
        for (Symbol s : elf.symbols()) {
            String place =
                    switch (s.place()) {
                        case Symbol.Place.InSection(Section in) -> "" + in.index();
                        case Symbol.Place.Undefined() -> "UND";
                        case Symbol.Place.Absolute() -> "ABS";
                        case Symbol.Place.Common() -> "COM";
                        case Symbol.Place.Reserved(int code) -> "0x" + Integer.toHexString(code);
                    };
            String name = s.type() == Elf.STT_SECTION ? "" : s.name();
            lines.add("%d %x %d %s %s".formatted(s.index(), s.value(), s.size(), place, name));
        }
        return lines;
    }

    private List<String> readelfSymbols(Path object) {
        Pattern line =
                Pattern.compile(
                        "(?m)^ +(\\d+): ([0-9a-f]+) +(\\S+) (\\S+) +\\S+ +\\S+ +(?:\\[[^]]*\\]"
                                + " +)?(UND|ABS|COM|\\d+)(?: (\\S+).*)? *$");
        List<String> lines = new ArrayList<>();
        String text = Tool.run(scratch, "readelf", "-sW", object.toString());
        line.matcher(text)
                .results()
                .forEach(m ->
                        lines.add(
                                "%s %x %d %s %s"
                                        .formatted(
                                                m.group(1),
                                                Long.parseUnsignedLong(m.group(2), 16),
                                                Long.decode(m.group(3)),
                                                m.group(5),
                                                m.group(4).equals("SECTION") || m.group(6) == null
                                                        ? ""
                                                        : m.group(6))));
        return lines;
    }

    private static List<String> relocations(ElfObject elf) {
        List<String> lines = new ArrayList<>();
        for (RelocationSection section : elf.relocationSections()) {
            for (Relocation r : section.entries()) {
                lines.add(
                        "%x %x %d %x"
                                .formatted(r.offset(), r.type(), r.symbol().index(), r.addend()));
            }
        }
        return lines;
    }

    private List<String> readelfRelocations(Path object, ElfObject elf) {
        Pattern line =
                Pattern.compile(
                        "(?m)^([0-9a-f]{8,}) +([0-9a-f]{8,}) +R_\\S+(?: +[0-9a-f]{8,} +(?:\\S+)(?:"
                                + " ([+-]) ([0-9a-f]+))?| +([0-9a-f]+))?.*$");
        List<String> lines = new ArrayList<>();
        String text = Tool.run(scratch, "readelf", "-rW", object.toString());
        for (MatchResult m : line.matcher(text).results().toList()) {
            long info = Long.parseUnsignedLong(m.group(2), 16);
            boolean wide = elf.header().is64();
            long addend = 0;
            if (m.group(4) != null) {
                addend = Long.parseUnsignedLong(m.group(4), 16);
                addend = m.group(3).equals("-") ? -addend : addend;
            } else if (m.group(5) != null) {
                addend = Long.parseUnsignedLong(m.group(5), 16);
            }
            lines.add(
                    "%x %x %d %x"
                            .formatted(
                                    Long.parseUnsignedLong(m.group(1), 16),
                                    wide ? info & 0xffff_ffffL : info & 0xff,
                                    wide ? info >>> 32 : info >>> 8,
                                    addend));
        }
        return lines;
    }
}
