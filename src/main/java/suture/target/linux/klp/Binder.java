package suture.target.linux.klp;

import suture.elf.Symbol;
import suture.finding.Finding;
import suture.graph.SpecialSections;
import suture.machine.Machine;
import suture.machine.RelocationKind;
import suture.plan.Destination;
import suture.plan.Link;
import suture.plan.Piece;
import suture.target.linux.Binding;

import java.util.List;
import java.util.Map;

/** From links to relocations. */
final class Binder {
    static final String KERNEL = "vmlinux";

    private final Draft draft;
    private final Placement placement;
    private final Machine machine;
    private final Imports imports;
    private final List<Finding> findings;

    Binder(
            Draft draft,
            Placement placement,
            Machine machine,
            Imports imports,
            List<Finding> findings) {
        this.draft = draft;
        this.placement = placement;
        this.machine = machine;
        this.imports = imports;
        this.findings = findings;
    }

    void bind(KlpUnit unit) {
        for (Piece piece : unit.plan().pieces()) {
            for (Link link : piece.links()) {
                bind(unit, piece, link);
            }
        }
    }

    private void bind(KlpUnit unit, Piece piece, Link link) {
        RelocationKind kind = machine.relocation(link.type());
        if (kind != null && kind.noop()) {
            return;
        }
        if (kind == null || !kind.wholeBytes()) {
            findings.add(
                    Finding.error(
                            "relocation-kind",
                            piece.toString(),
                            piece.section().name(),
                            "its relocation of type "
                                    + (kind == null ? link.type() : kind.name())
                                    + " cannot be put into a livepatch module",
                            "only x86-64 modules can be made so far"));
            return;
        }
        Placement.Place site = placement.place(piece, link.at());
        switch (link.destination()) {
            case Destination.Travelling(Piece target) ->
                    travelling(site, link, target, kind.width());
            case Destination.Running running ->
                    bound(unit, piece, link, unit.bindings().running(running), kind.width());
            case Destination.External(Symbol symbol) -> {
                if (symbol.place() instanceof Symbol.Place.Absolute) {
                    Label label = draft.absolute(symbol);
                    site.part().fix(fixup(site, link, label, 0), kind.width());
                } else {
                    Binding binding = unit.bindings().external(symbol);
                    bound(unit, piece, link, binding, kind.width());
                }
            }
        }
    }

    private void travelling(Placement.Place site, Link link, Piece target, int width) {
        Label start = placement.start(target);
        Placement.Place place = placement.place(target, 0);
        Label label = start == null ? place.part().own() : start;
        long base = start == null ? place.offset() : 0;
        site.part().fix(fixup(site, link, label, base), width);
    }

    private static Part.Fixup fixup(Placement.Place site, Link link, Label label, long base) {
        return new Part.Fixup(site.offset(), link.type(), label, base + link.addend());
    }

    private void bound(KlpUnit unit, Piece piece, Link link, Binding binding, int width) {
        Placement.Place site = placement.place(piece, link.at());
        switch (late(binding)) {
            case Binding.Export export -> {
                imports.use(export, findings);
                site.part().fix(fixup(site, link, draft.named(export.name()), 0), width);
            }
            case Binding.Livepatch livepatch -> {
                String object = livepatch.object().equals(KERNEL) ? KERNEL : unit.plan().owner();
                if (isAllowed(unit, piece, object, livepatch)) {
                    var name =
                            new KlpNames.Name(
                                    livepatch.object(), livepatch.name(), livepatch.position());
                    Label label =
                            draft.livepatch(name, piece.kind() == Piece.Kind.CODE && isCall(link));
                    Part.Fixup fixup = fixup(site, link, label, livepatch.offset());
                    site.part().fixLater(object, fixup, width);
                }
            }
        }
    }

    private boolean isCall(Link link) {
        return link.destination() instanceof Destination.Running running && running.function();
    }

    /**
     * What a module exports may not be there when the patch is loaded, and a namespace that names
     * modules does not name this one: both are left to the livepatch core.
     */
    private static Binding late(Binding binding) {
        if (binding instanceof Binding.Export export) {
            String namespace = export.namespace();
            boolean others = namespace != null && namespace.startsWith("module:");
            if (!export.provider().equals(KERNEL) || others) {
                return new Binding.Livepatch(export.provider(), export.name(), 0, 0);
            }
        }
        return binding;
    }

    private boolean isAllowed(KlpUnit unit, Piece piece, String object, Binding.Livepatch to) {
        String owner = unit.plan().owner();
        if (!to.object().equals(KERNEL)
                && !to.object().equals(owner)
                && !unit.needs().test(to.object())) {
            findings.add(
                    Finding.error(
                            "undeclared-module-dependency",
                            to.name(),
                            unit.plan().unit() + ": " + piece,
                            "code of "
                                    + owner
                                    + " would refer to module "
                                    + to.object()
                                    + ", which need not be there, and may go while that code runs",
                            "leave the reference out of the patch, or take the symbol with"
                                    + " symbol_get() in a hook"));
            return false;
        }
        String section = piece.section().name();
        if (!object.equals(KERNEL)
                && (SpecialSections.named(section) != null
                        || section.equals(".altinstr_replacement"))) {
            findings.add(
                    Finding.error(
                            "late-special-section",
                            to.name(),
                            unit.plan().unit() + ": " + section,
                            "the table's entry refers to something in module "
                                    + to.object()
                                    + ", and the kernel reads the table before that is filled in",
                            remedy(section)));
            return false;
        }
        return true;
    }

    private static final Map<String, String> REMEDIES =
            Map.of(
                    "__jump_table", "use static_key_enabled() in the patch",
                    ".static_call_sites", "call through the key's func pointer in the patch");

    private static String remedy(String section) {
        return REMEDIES.getOrDefault(
                section, "write the patch so that the changed code does without this construct");
    }
}
