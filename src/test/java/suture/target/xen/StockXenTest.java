package suture.target.xen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import suture.build.debian.AptArchive;
import suture.build.debian.DebianKernels;
import suture.build.debian.DebianXen;
import suture.build.xen.XenTree;
import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.target.xen.image.XenImage;
import suture.target.xen.image.XenSymbol;
import suture.target.xen.runpre.RunPre;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Debian's hypervisor of one version: what is shipped, and what is built here of its source. */
@Tag("emulator")
class StockXenTest {
    private static final String RELEASE = "4.17.5+72-1";

    private static final int ELF_MAGIC = 0x7f;

    private static XenTree tree;
    private static XenImage image;

    @BeforeAll
    static void prepare() throws IOException {
        Path cache =
                Path.of(
                        System.getProperty(
                                "suture.test.xen",
                                System.getProperty("user.home") + "/.cache/suture"));
        AptArchive archive = new AptArchive(DebianKernels.packages(cache), Progress.SILENT);
        tree =
                new DebianXen(cache, archive, JobPool.ofCores(), Progress.SILENT)
                        .prepare(RELEASE)
                        .tree();
        image = XenImage.open(tree.image());
    }

    /** What {@code readelf -n} says of the package's xen-syms. */
    @Test
    void theBuildIsWhatIsShipped() {
        assertThat(image.buildId().hex()).isEqualTo("39a640e6f1412319235087391df9f1c5e13ae920");
    }

    @Test
    void everyFunctionOfTheTableHasTheNameOfItsUnit() {
        XenSymbol symbol = image.one("common/kernel.c#assign_integer_param");
        assertThat(symbol).isNotNull();
        assertThat(image.one("assign_integer_param")).isNull();
        assertThat(image.at(symbol.address())).contains(symbol);
        assertThat(symbol.size()).isPositive();
    }

    @Test
    void allUnitsAreProven() throws IOException {
        Set<String> linked =
                image.elf().symbols().stream()
                        .filter(s -> s.type() == Elf.STT_FILE)
                        .map(s -> s.name())
                        .collect(Collectors.toSet());
        List<Path> objects;
        try (Stream<Path> files = Files.walk(tree.build())) {
            objects = files.filter(f -> f.toString().endsWith(".o")).sorted().toList();
        }
        List<String> wrong = new ArrayList<>();
        int all = 0;
        for (Path file : objects) {
            if (Bytes.map(file).u8(0) != ELF_MAGIC) {
                continue; // buildid.o is for the linker of the EFI image
            }
            ElfObject object = ElfReader.read(file);
            List<String> units =
                    object.symbols().stream()
                            .filter(s -> s.type() == Elf.STT_FILE)
                            .map(s -> s.name())
                            .distinct()
                            .toList();
            if (units.size() == 1
                    && linked.contains(units.getFirst())
                    && object.header().machine() == Elf.EM_X86_64
                    && object.header().type() == Elf.ET_REL) {
                int[] counts = new RunPre(object, image).counts();
                all += counts[1];
                if (counts[0] != counts[1]) {
                    wrong.add(units.getFirst() + ": " + counts[0] + " of " + counts[1]);
                }
            }
        }
        assertThat(all).isGreaterThan(3500);
        assertThat(wrong).isEmpty();
    }

    @Test
    void anAlteredByteIsNoticed() throws IOException {
        Path object = tree.build().resolve("common/version.o");
        int[] counts = new RunPre(ElfReader.read(object), image).counts();
        assertThat(counts[0]).isEqualTo(counts[1]);
        byte[] content = Files.readAllBytes(object);
        ElfObject elf = ElfReader.read(object);
        long text = Bytes.of(content).indexOf(elf.content(".text.xen_major_version"), 0);
        content[Math.toIntExact(text) + 1] ^= 1;
        int[] less = new RunPre(ElfReader.read("version.o", Bytes.of(content)), image).counts();
        assertThat(less[0]).isEqualTo(less[1] - 1);
    }
}
