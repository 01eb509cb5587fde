package suture.fuzz;

import suture.bytes.Bytes;
import suture.diff.Mutator;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Section;
import suture.elf.Tool;
import suture.source.PatchSeeds;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the targets begin with: made here by real tools, then broken a little. */
final class Seeds {
    /** Short, as each is read often: a call, a table, a switch, state, a string. */
    static final String SOURCE =
            """
            extern int ext(int); extern void out(const char *, ...);
            static int state; static const char *const names[] = {"red", "green"};
            struct pair { int a; long b; };
            static inline int inlined(struct pair p) { return ext(p.a) * 3; }
            int f(int x) {
                static int count;
                switch (x) { case 0: return ext(4); case 1: return ext(x + 1); case 2: return 7;
                    case 3: return ext(1 - x); case 4: return ext(x ^ 3); case 5: return ext(5); }
                out(names[x & 1], count++); return inlined((struct pair) {x, 1});
            }
            int g(int x) { state += x; return state; }
            """;

    private static final List<List<String>> COMPILERS =
            List.of(
                    List.of("gcc-12", "-g"),
                    List.of("gcc-12", "-g", "-gdwarf-4", "-gz", "-ffunction-sections"),
                    List.of("clang-16", "-g"),
                    List.of("s390x-linux-gnu-gcc"),
                    List.of("aarch64-linux-gnu-gcc"),
                    List.of("powerpc64le-linux-gnu-gcc"),
                    List.of("riscv64-linux-gnu-gcc"));

    /** So many broken ones are made of each object. */
    private static final int BROKEN = 4;

    private Seeds() {}

    /** Relocatable objects of several machines, whole and broken. */
    static List<byte[]> objects() {
        List<byte[]> seeds = new ArrayList<>();
        for (byte[] good : good()) {
            Mutator mutator = new Mutator(good);
            seeds.add(good);
            for (int i = 0; i < BROKEN; i++) {
                seeds.add(mutator.mutant(i));
            }
        }
        return seeds;
    }

    /** One object of each compiler. */
    static List<byte[]> good() {
        return in(scratch -> {
            List<byte[]> objects = new ArrayList<>();
            for (List<String> compiler : COMPILERS) {
                List<String> options = new ArrayList<>(compiler.subList(1, compiler.size()));
                options.add("-O2");
                String[] rest = options.toArray(String[]::new);
                Path file = Tool.compile(scratch, compiler.getFirst(), SOURCE, "t.o", rest);
                objects.add(Bytes.map(file).toArray());
            }
            return objects;
        });
    }

    /** The code of those objects. */
    static List<byte[]> code() {
        List<byte[]> seeds = new ArrayList<>();
        for (byte[] image : good()) {
            ElfObject object = ElfReader.read("good.o", Bytes.of(image));
            for (Section section : object.sections()) {
                if (section.has(Elf.SHF_EXECINSTR) && section.size() > 0) {
                    seeds.add(section.content().toArray());
                }
            }
        }
        return seeds;
    }

    /** Patches as bytes. */
    static List<byte[]> patches() {
        return in(PatchSeeds::patches).stream()
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    @FunctionalInterface
    private interface Work<T> {
        T in(Path scratch) throws IOException;
    }

    private static <T> T in(Work<T> work) {
        try {
            Path scratch = Files.createTempDirectory("suture-seeds");
            try {
                return work.in(scratch);
            } finally {
                try (Stream<Path> all = Files.walk(scratch)) {
                    for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
