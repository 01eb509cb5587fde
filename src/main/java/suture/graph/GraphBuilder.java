package suture.graph;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.machine.Machine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Takes an object apart; see the package's essay for the order of the steps. */
public final class GraphBuilder {
    private final ElfObject object;
    private final Machine machine;
    private final List<Finding> findings = new ArrayList<>();
    private final AtomStore store;
    private final List<List<Relocation>> relocations;

    private GraphBuilder(ElfObject object, Machine machine) {
        this.object = object;
        this.machine = machine;
        this.store = new AtomStore(object);
        this.relocations = SectionFields.of(object, machine);
    }

    /**
     * Builds the graph of a relocatable object.
     *
     * @throws FormatException if the object is not relocatable, or of a machine or with a
     *     relocation that is not known
     */
    public static ObjectGraph build(ElfObject object) {
        if (object.header().type() != Elf.ET_REL) {
            throw new FormatException(
                    object.file(),
                    "ELF header",
                    16,
                    "a relocatable object (type 1)",
                    "type " + object.header().type());
        }
        Machine machine =
                Machine.of(
                        object.header().machine(), object.header().is64(), object.header().order());
        if (machine == null) {
            throw new FormatException(
                    object.file(),
                    "ELF header",
                    18,
                    "a supported machine",
                    "machine " + object.header().machine());
        }
        return new GraphBuilder(object, machine).run();
    }

    private ObjectGraph run() {
        if (object.section(".opd") != null) {
            throw new FormatException(
                    object.file(),
                    ".opd",
                    0,
                    "functions without descriptors (ELFv2 ABI)",
                    "function descriptors (ELFv1 ABI), which Suture does not support");
        }
        object.sections().forEach(this::checkContent);
        List<List<Symbol>> symbols = symbolsBySection();
        new TextCutter(store, symbols).cut();
        TextScan scan = new TextScan(machine, madeByGcc(), store, relocations);
        scan.run();
        PlaceResolver places =
                new PlaceResolver(
                        machine.sectionAnchors() && madeByGcc(), object, store, scan, relocations);
        long[][] cutPoints = new CutPoints(store, scan, relocations, symbols).find();
        new DataCutter(machine, store, symbols, relocations, cutPoints, findings).cut();
        places.resolve();
        store.settleEntries();
        Anchors.resolve(machine, store, places.spots());
        store.atoms().forEach(Atom::settleUses);
        Records.mark(store.atoms(), object.header().is64() ? 8 : 4);
        return new ObjectGraph(object, machine, store.atoms(), findings, store.map());
    }

    private void checkContent(Section section) {
        if (section.has(Elf.SHF_ALLOC)
                && !section.isNobits()
                && section.content().size() != section.size()) {
            throw new FormatException(
                    object.file(),
                    section.toString(),
                    0,
                    "a content of " + section.size() + " bytes",
                    section.content().size() + " bytes");
        }
    }

    /** Whether gcc may have had a hand in it: it says so in .comment, or nobody says anything. */
    private boolean madeByGcc() {
        Bytes comment = object.content(".comment");
        return comment == null || comment.text().contains("GCC");
    }

    private List<List<Symbol>> symbolsBySection() {
        List<List<Symbol>> all =
                new ArrayList<>(Collections.nCopies(object.sections().size(), List.of()));
        for (Symbol symbol : object.symbols()) {
            Section section = symbol.section();
            if (section != null
                    && symbol.type() != Elf.STT_SECTION
                    && symbol.type() != Elf.STT_FILE
                    && !NameGrammar.isMarker(symbol.name())) {
                if (all.get(section.index()).isEmpty()) {
                    all.set(section.index(), new ArrayList<>());
                }
                all.get(section.index()).add(symbol);
            }
        }
        for (List<Symbol> symbols : all) {
            if (!symbols.isEmpty()) {
                symbols.sort(
                        Comparator.comparingLong(Symbol::value).thenComparingInt(Symbol::index));
            }
        }
        return all;
    }
}
