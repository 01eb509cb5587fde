package suture.target.xen.payload;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Note;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A payload that another one comes on: what it replaces, what it adds, what it was made of. */
public final class LowerPayload {
    private final ElfObject elf;
    private final Bytes buildId;
    private final Bytes below;
    private final Bytes patches;
    private final Set<String> replaced = new LinkedHashSet<>();
    private final Map<String, Added> added = new LinkedHashMap<>();

    /**
     * A function or variable that the payload brought.
     *
     * @param symbol its name in the payload's table
     * @param size in bytes
     */
    record Added(String symbol, long size) {}

    private LowerPayload(ElfObject elf, Bytes buildId, Bytes below, Bytes patches) {
        this.elf = elf;
        this.buildId = buildId;
        this.below = below;
        this.patches = patches;
        readFunctions();
        for (Symbol symbol : elf.symbols()) {
            int mark = symbol.name().lastIndexOf('~');
            if (mark > 0 && symbol.section() != null && !symbol.isLocal()) {
                added.put(
                        symbol.name().substring(0, mark), new Added(symbol.name(), symbol.size()));
            }
        }
    }

    /**
     * Reads a payload of this program.
     *
     * @throws FormatException if it is none, or does not say what it was made of
     */
    public static LowerPayload read(Path file) throws IOException {
        ElfObject elf = ElfReader.read(file);
        return new LowerPayload(
                elf,
                note(elf, ".note.gnu.build-id"),
                note(elf, ".livepatch.depends"),
                content(elf, Payload.PATCHES));
    }

    private static Bytes content(ElfObject elf, String name) {
        Bytes content = elf.content(name);
        if (content == null || content.isEmpty()) {
            throw new FormatException(
                    elf.file(),
                    name,
                    -1,
                    "a payload that Suture built for Xen, with this section",
                    "none");
        }
        return content;
    }

    private static Bytes note(ElfObject elf, String name) {
        content(elf, name);
        return elf.sections().stream()
                .filter(section -> section.name().equals(name) && section.type() == Elf.SHT_NOTE)
                .flatMap(section -> Note.in(elf, section).stream())
                .map(Note::content)
                .findFirst()
                .orElseThrow(
                        () -> new FormatException(elf.file(), name, 0, "a build id", "no note"));
    }

    private void readFunctions() {
        Section table = elf.section(FunctionTable.NAME);
        if (table == null) {
            return;
        }
        for (Relocation relocation : elf.relocations(table)) {
            Section strings = relocation.symbol().section();
            if (strings != null && !strings.has(Elf.SHF_EXECINSTR)) {
                long at = relocation.symbol().value() + relocation.addend();
                replaced.add(strings.content().cstring(at));
            }
        }
    }

    /** Its build id. */
    public Bytes buildId() {
        return buildId;
    }

    /** The build id of the layer it comes on. */
    public Bytes below() {
        return below;
    }

    /** The texts of the source patches that it was made of; a character stands for a byte. */
    public List<String> patches() {
        List<String> texts = new ArrayList<>();
        for (long at = 0; at < patches.size(); at = patches.indexOf(0, at) + 1) {
            texts.add(patches.cstring(at));
        }
        return texts;
    }

    /** What it calls itself. */
    public String name() {
        return content(elf, ".modinfo").cstring(0).substring("name=".length());
    }

    /** Whether it replaces a running function of that name. */
    public boolean replaces(String name) {
        return replaced.contains(name);
    }

    /** Whether it brought a function or variable of that name. */
    public boolean adds(String name) {
        return added.containsKey(name);
    }

    @Nullable Added added(String name) {
        return added.get(name);
    }
}
