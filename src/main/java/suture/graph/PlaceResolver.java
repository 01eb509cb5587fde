package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.graph.AnchorValue.Spot;
import suture.graph.Reference.Reach;
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

    /** That of what gcc copies from, in bytes, if it is more than a word. */
    private static final long ALIGNMENT = 8;

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
        settleStarts();
    }

    /**
     * Nothing stands in an object that nobody refers to: the only reference to a thing, if it leads
     * to its start, means it.
     */
    private void settleStarts() {
        int[] counts = new int[store.atoms().size()];
        for (Atom atom : store.atoms()) {
            for (Reference reference : atom.references()) {
                counts[reference.target().id()]++;
            }
        }
        for (Atom atom : store.atoms()) {
            boolean indexed = false;
            for (Reference reference : atom.references()) {
                indexed |= reference.reach() == Reach.INDEXED;
            }
            if (indexed) {
                atom.setReferences(
                        atom.references().stream()
                                .map(r -> isOnly(r, counts) ? r.exact() : r)
                                .toList());
            }
        }
    }

    private boolean isOnly(Reference reference, int[] counts) {
        return reference.reach() == Reach.INDEXED
                && reference.targetOffset() == 0
                && !reference.target().visible()
                && counts[reference.target().id()] == 1
                && startsThere(reference.target());
    }

    /**
     * Whether something starts there, and not only a reference leads there: it has a symbol, or it
     * holds the targets of jumps, or it is what gcc copies an array or a structure from (with
     * sections for data too, all of a file's lie in one). Its strings with a zero inside have no
     * alignment, and zeros only fill gaps.
     */
    private boolean startsThere(Atom target) {
        Extent extent = target.extents().getFirst();
        return target.symbol() != null
                || target.isJumpTable()
                || (scan.gcc()
                        && extent.offset() % ALIGNMENT == 0
                        && !extent.content().equals(Bytes.zeros(extent.size())));
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
                                0,
                                scan.isConstantPart(section, i));
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
                plain.reach());
    }

    /**
     * @param constantPart whether registers are added to what it names, there or later
     */
    private record Field(
            AtomMap.Hit holder,
            long offset,
            int width,
            int type,
            long operation,
            boolean constantPart) {
        Reference to(Atom target, int extent, long offset, long addend, Reach reach) {
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
                    reach);
        }
    }

    private Reference refer(Field field, Symbol symbol, long addend, long bias) {
        Section section = symbol.section();
        if (section == null) {
            return field.to(store.external(symbol), 0, addend + bias, addend, Reach.PLACE);
        }
        long place = symbol.value() + addend + bias;
        AtomMap.Hit target = target(symbol, section, place);
        if (target == null) {
            return field.to(store.external(symbol), 0, place, symbol.value() + addend, Reach.PLACE);
        }
        long offset = place - target.offset();
        Reference reference =
                field.to(
                        target.atom(),
                        target.extent(),
                        offset,
                        offset - bias,
                        reach(field, symbol, section, target, offset));
        if (reference.reach() == Reach.SECTION) {
            spots.put(reference, new Spot(section, place));
        }
        return reference;
    }

    /**
     * Section anchors (gcc, {@code -fsection-anchors}, on at -O1 everywhere but on x86): a variable
     * is reached from another one's address. Where there are none an index may still have lost its
     * constant part to the field. What is alone in a section of its own is meant in any case.
     */
    private Reach reach(
            Field field, Symbol symbol, Section section, AtomMap.Hit target, long offset) {
        if (!shares(field.holder.atom(), symbol, section)) {
            return Reach.PLACE;
        }
        boolean alone = store.map().in(section).size() == 1;
        if (anchors) {
            boolean own =
                    isNamedFor(section, target.atom()) || isNamedFor(section, field.holder.atom());
            return alone && own ? Reach.PLACE : Reach.SECTION;
        }
        boolean address = target.atom().state() && offset == 0;
        return field.constantPart && !address && !alone
                ? Reach.indexed(target, offset)
                : Reach.PLACE;
    }

    /** Whether the compiler made the section for the atom, and will in the other object too. */
    private static boolean isNamedFor(Section section, Atom atom) {
        for (Symbol symbol : atom.symbols()) {
            int dot = section.name().length() - symbol.name().length() - 1;
            if (dot > 0
                    && section.name().charAt(dot) == '.'
                    && section.name().endsWith(symbol.name())) {
                return true;
            }
        }
        return false;
    }

    /** Whether code refers to a place among variables, which the symbol does not tell apart. */
    private static boolean shares(Atom holder, Symbol symbol, Section section) {
        return (symbol.type() == Elf.STT_SECTION || NameGrammar.isAnchor(symbol.name()))
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
     * means the place. The assembler keeps a label only where it must: what may be merged has one
     * for each.
     */
    private AtomMap.@Nullable Hit target(Symbol symbol, Section section, long place) {
        boolean named =
                symbol.type() != Elf.STT_SECTION
                        && (section.has(Elf.SHF_MERGE) || !NameGrammar.isMarker(symbol.name()));
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
                        branch.operation(),
                        false);
        of(holder.atom())
                .add(
                        field.to(
                                target.atom(),
                                target.extent(),
                                offset,
                                offset - branch.width(),
                                Reach.PLACE));
    }
}
