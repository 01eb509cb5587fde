package suture.target.linux.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.ElfWriter;
import suture.elf.Section;
import suture.finding.Finding;
import suture.target.linux.klp.Guest;
import suture.target.linux.klp.KernelBuild;
import suture.target.linux.klp.KlpModule;
import suture.target.linux.klp.KlpModuleEmitter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What {@code verify} says of bad modules beside what the kernel says of them, in one boot. The
 * table is left in {@code target/kernel-answers.tsv}.
 */
@Tag("emulator")
class KernelAnswersTest {
    private static final String FUNCTION = "meminfo_proc_show";
    private static final String SCRIPT =
            """
            ask() {
                dmesg -c > /dev/null
                insmod $1 2>/dev/null; echo "answer $1 $?"
                settle
                [ ! -e /sys/kernel/livepatch/lp ] || echo 0 > /sys/kernel/livepatch/lp/enabled
                gone lp
                rmmod lp 2>/dev/null
                dmesg -c | sed "s|^|log $1 |"
            }
            for ko in /without*.ko; do ask $ko; done
            insmod /dummy.ko
            for ko in /with_*.ko; do ask $ko; done
            """;

    /** One module: what was done to it, what the simulation says, what the kernel said. */
    private record Case(String fault, ElfObject module, Proof proof, Path file) {
        String rules() {
            return proof.findings().stream()
                    .filter(Finding::refuses)
                    .map(Finding::rule)
                    .distinct()
                    .collect(Collectors.joining(" "));
        }
    }

    @TempDir static Path work;

    private static final List<Case> CASES = new ArrayList<>();
    private static Baseline baseline;

    @BeforeAll
    static void modules() throws IOException {
        KernelBuild kernel = new KernelBuild(work, "fs/proc/meminfo.o", "drivers/net/dummy.o");
        baseline = Baseline.open(KernelBuild.boot(), List.of(KernelBuild.module("dummy")));
        ElfObject good =
                module(
                        kernel,
                        "vmlinux",
                        "fs/proc/meminfo.o",
                        "show_val_kb(m, \"VmallocChunk:   \", 0ul)",
                        "show_val_kb(m, \"VMALLOCCHUNK:   \", total_swap_pages + 42ul)");
        ElfObject dummy =
                module(
                        kernel,
                        "dummy",
                        "drivers/net/dummy.o",
                        "dev->min_mtu = 0;",
                        "dev->min_mtu = 0;\n\tdev->mtu = 4242;");
        add("without", "nothing", good);
        add("without", "nothing, of a module", dummy);
        add("with_", "nothing, of a module that is loaded", dummy);
        for (Faults.Fault fault : Faults.ALL) {
            if (fault.kernel() == Faults.Kernel.SAFE_TO_ASK) {
                add("without", fault.name(), fault.edit().apply(good));
            }
        }
        add(
                "with_",
                "kernel symbol in a module's section",
                Faults.kernelSymbolFor(dummy).apply(dummy));
        add(
                "with_",
                "symbol of a module that the patched one does not need",
                Faults.foreignSymbolFor(dummy).apply(dummy));
        for (String other :
                List.of("meminfo_proc_shop", "total_swap_pages", "do_syscall_64", "c_start")) {
            add("without", "replaces " + other, renamed(good, other));
        }
    }

    /** Another name for the replaced function, in the kernel's table as well as in the list. */
    private static ElfObject renamed(ElfObject module, String other) {
        String padded = other + "\0".repeat(FUNCTION.length() - other.length());
        ElfObject made = module;
        for (Section section : module.sections()) {
            String content = new String(section.content().toArray(), StandardCharsets.ISO_8859_1);
            boolean data =
                    section.has(Elf.SHF_ALLOC) && section.header().type() == Elf.SHT_PROGBITS;
            if (data && !section.name().equals(".modinfo") && content.contains(FUNCTION + "\0")) {
                made = Edit.text(section.name(), FUNCTION + "\0", padded + "\0").apply(made);
            }
        }
        return Edit.text(".modinfo", "vmlinux:" + FUNCTION, "vmlinux:" + other).apply(made);
    }

    private static ElfObject module(
            KernelBuild kernel, String owner, String object, String from, String to)
            throws IOException {
        KlpModule module =
                KlpModuleEmitter.emit(
                        kernel.units(kernel.plan(owner, object, from, to)),
                        kernel.facts("lp"),
                        kernel.exports(),
                        kernel::glue);
        return ElfReader.read(owner, Objects.requireNonNull(module.content()));
    }

    private static void add(String when, String fault, ElfObject module) throws IOException {
        Path file = work.resolve("%s%02d.ko".formatted(when, CASES.size()));
        Files.write(file, ElfWriter.write(module).toArray());
        CASES.add(new Case(fault, module, LoaderSimulation.check(module, baseline), file));
    }

    @Test
    void kernelAnswersAsPredicted() throws IOException {
        List<Path> files = new ArrayList<>(CASES.stream().map(Case::file).toList());
        files.add(KernelBuild.module("dummy"));
        String console = Guest.run(work, files, SCRIPT);
        Files.writeString(Path.of("target/kernel-answers.log"), console);
        List<String> table = new ArrayList<>(List.of("fault\tverify\tinsmod\tkernel"));
        TreeSet<String> wrong = new TreeSet<>();
        for (Case each : CASES) {
            String name = "/" + each.file().getFileName();
            List<String> lines = console.lines().map(String::strip).toList();
            String answer = after(lines, "answer " + name + " ");
            boolean taken = answer.equals("0");
            table.add(
                    String.join(
                            "\t",
                            each.fault(),
                            each.rules(),
                            taken ? "taken" : "refused",
                            after(lines, "log " + name + " ")));
            if (taken != each.proof().accepted()) {
                wrong.add(each.fault());
            }
        }
        Files.write(Path.of("target/kernel-answers.tsv"), table);
        assertThat(wrong).as("\n%s\n", String.join("\n", table)).isEmpty();
        assertThat(console).doesNotContain("BUG:", "Oops", "WARNING:");
    }

    private static String after(List<String> lines, String start) {
        return lines.stream()
                .filter(line -> line.contains(start))
                .map(line -> line.substring(line.indexOf(start) + start.length()))
                .filter(line -> !line.contains("taint") && !line.contains("verification failed"))
                .findFirst()
                .orElse("");
    }
}
