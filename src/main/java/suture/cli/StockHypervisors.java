package suture.cli;

import suture.build.debian.AptArchive;
import suture.build.debian.DebianHypervisors;
import suture.build.debian.DebianKernels;
import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Note;
import suture.elf.Section;
import suture.exec.Progress;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Stock hypervisors out of the user's cache, fetched first if they are not in it. */
final class StockHypervisors {
    private StockHypervisors() {}

    /** The hypervisor that a payload says it is for. */
    static DebianHypervisors.Hypervisor of(Path payload) throws IOException {
        ElfObject file = ElfReader.read(payload);
        Section section = file.section(".livepatch.xen_depends");
        List<Note> notes = section == null ? List.of() : Note.in(file, section);
        if (notes.isEmpty()) {
            throw new FormatException(
                    payload.toString(),
                    ".livepatch.xen_depends",
                    -1,
                    "the build-id of its hypervisor",
                    "none; name the directory of one with --image-dir");
        }
        return hypervisors().ofBuild(notes.getFirst().content().hex());
    }

    static DebianHypervisors hypervisors() {
        Path cache = DebianKernels.cacheOf(System.getenv());
        Progress progress = ProgressLine.onTerminal();
        return new DebianHypervisors(
                cache, new AptArchive(DebianKernels.packages(cache), progress), progress);
    }
}
