package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.graph.AnchorValue.Spot;
import suture.machine.RelocationKind;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns relocations and branches into references between atoms. */
final class PlaceResolver {
    private static final Comparator<Reference> ORDER =
            Comparator.comparingInt(Reference::extent).thenComparingLong(Reference::offset);

    private final List<List<Reference>> references = new ArrayList<>();
    private final boolean anchors;
    private final ElfObject object;
    private final AtomStore store;
    private final TextScan scan;
    private final List<List<Relocation>> relocations;
    private final Map<Reference, Spot> spots = new HashMap<>();

    PlaceResolver(
            boolean anchors,
            ElfObject object,
            AtomStore store,
            TextScan scan,
            List<List<Relocation>> relocations) {
        this.anchors = anchors;
        this.object = object;
        this.store = store;
        this.scan = scan;
        this.relocations = relocations;
    }

    void resolve() {
        int holders = store.atoms().size();
        for (int i = 0; i < holders; i++) {
            references.add(List.of());
        }
        for (Section section : object.sections()) {
            if (store.counts(section)) {
                resolve(section);
            }
        }
        for (TextScan.Branch branch : scan.branches()) {
            resolve(branch);
        }
        for (int i = 0; i < holders; i++) {
            List<Reference> list = references.get(i);
            if (!list.isEmpty()) {
                list.sort(ORDER);
                store.atoms().get(i).setReferences(List.copyOf(list));
            }
        }
    }

    /** The places that references to section anchors name. */
    Map<Reference, Spot> spots() {
        return spots;
    }

    private List<Reference> of(Atom atom) {
        List<Reference> list = references.get(atom.id());
        if (list.isEmpty()) {
            list = new ArrayList<>();
            references.set(atom.id(), list);
        }
        return list;
    }

    private void resolve(Section section) {
        List<Relocation> all = relocations.get(section.index());
        for (int i = 0; i < all.size(); i++) {
            Relocation relocation = all.get(i);
            RelocationKind kind = scan.kind(section, relocation);
            AtomMap.Hit holder =
                    kind.noop() ? null : store.map().find(section, relocation.offset());
            if (holder != null) {
                int width = kind.wholeBytes() ? kind.width() : 0;
                int bits = SpecialSections.distanceBits(section.name());
                Field field =
                        new Field(
                                holder,
                                relocation.offset() - holder.offset(),
                                width,
                                relocation.type(),
                                0);
                of(holder.atom())
                        .add(
                                bits > 0
                                        ? distance(field, relocation, bits)
                                        : refer(
                                                field,
                                                relocation.symbol(),
                                                relocation.addend(),
                                                scan.bias(section, i)));
            }
        }
    }

    /** A distance from the entry's start, with part of a line number above it. */
    private Reference distance(Field field, Relocation relocation, int bits) {
        long addend = relocation.addend();
        long low = addend << (64 - bits) >> (64 - bits);
        Reference plain = refer(field, relocation.symbol(), low, -field.offset());
        return field.to(
                plain.target(),
                plain.targetExtent(),
                plain.targetOffset(),
                plain.addend() + addend - low,
                plain.anchored());
    }

    private record Field(AtomMap.Hit holder, long offset, int width, int type, long operation) {
        Reference to(Atom target, int extent, long offset, long addend, boolean anchored) {
            return new Reference(
                    holder.extent(),
                    this.offset,
                    width,
                    type,
                    target,
                    extent,
                    offset,
                    addend,
                    operation,
                    anchored);
        }
    }

    private Reference refer(Field field, Symbol symbol, long addend, long bias) {
        Section section = symbol.section();
        if (section == null) {
            return field.to(store.external(symbol), 0, addend + bias, addend, false);
        }
        long place = symbol.value() + addend + bias;
        AtomMap.Hit target = target(symbol, section, place);
        if (target == null) {
            return field.to(store.external(symbol), 0, place, symbol.value() + addend, false);
        }
        long offset = place - target.offset();
        Reference reference =
                field.to(
                        target.atom(),
                        target.extent(),
                        offset,
                        offset - bias,
                        anchored(field.holder.atom(), symbol, section));
        if (reference.anchored()) {
            spots.put(reference, new Spot(section, place));
        }
        return reference;
    }

    /**
     * Section anchors (gcc, {@code -fsection-anchors}, on at -O1 everywhere but on x86): a variable
     * is reached from another one's address.
     */
    private boolean anchored(Atom holder, Symbol symbol, Section section) {
        return anchors
                && (symbol.type() == Elf.STT_SECTION || NameGrammar.isAnchor(symbol.name()))
                && (holder.code() || name(holder).startsWith(".toc"))
                && !section.has(Elf.SHF_EXECINSTR)
                && !section.has(Elf.SHF_MERGE)
                && !section.name().startsWith(".toc")
                && SpecialSections.named(section.name()) == null;
    }

    private static String name(Atom holder) {
        return holder.extents().getFirst().section().name();
    }

    /**
     * A named symbol means its own atom, even with an addend that leads out of it; a section symbol
     * means the place.
     */
    private AtomMap.@Nullable Hit target(Symbol symbol, Section section, long place) {
        boolean named = symbol.type() != Elf.STT_SECTION && !NameGrammar.isMarker(symbol.name());
        return store.map().find(section, named ? symbol.value() : place);
    }

    private void resolve(TextScan.Branch branch) {
        AtomMap.Hit holder = store.map().find(branch.section(), branch.field());
        AtomMap.Hit target = store.map().find(branch.section(), branch.target());
        if (holder == null || target == null || holder.atom() == target.atom()) {
            return;
        }
        long offset = branch.target() - target.offset();
        Field field =
                new Field(
                        holder,
                        branch.field() - holder.offset(),
                        branch.width(),
                        Reference.BRANCH,
                        branch.operation());
        of(holder.atom())
                .add(
                        field.to(
                                target.atom(),
                                target.extent(),
                                offset,
                                offset - branch.width(),
                                false));
    }
}
