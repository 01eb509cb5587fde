package suture.impact;

import org.jspecify.annotations.Nullable;

import suture.dwarf.CodeRange;
import suture.dwarf.DebugInfo;
import suture.dwarf.InlinedCall;
import suture.dwarf.LineTable;
import suture.dwarf.SourceLine;
import suture.dwarf.Subprogram;
import suture.elf.ElfObject;
import suture.elf.Section;
import suture.graph.Atom;
import suture.graph.Extent;
import suture.graph.GraphBuilder;
import suture.graph.NameGrammar;
import suture.graph.ObjectGraph;
import suture.graph.Reference;
import suture.machine.InstructionCursor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The code of one object with its debug information, as the finders of facts ask for it. */
final class Code {
    final ObjectGraph graph;
    final DebugInfo info;
    private final LineTable lines;
    private final Map<Atom, Subprogram> sources = new HashMap<>();
    private final Map<Atom, Atom> replacements = new HashMap<>();
    private final Map<Atom, List<Call>> callers = new LinkedHashMap<>();
    private final Map<Atom, List<InlinedCall>> bodies = new HashMap<>();

    /** A reference from code to code, calls and jumps alike. */
    record Call(Atom caller, Atom site, Reference reference) {}

    Code(ElfObject object) {
        this(GraphBuilder.build(object));
    }

    Code(ObjectGraph graph) {
        this.graph = graph;
        ElfObject object = graph.object();
        info = DebugInfo.read(object);
        lines = LineTable.read(object);
        for (Subprogram function : info.subprograms()) {
            if (!function.code().isEmpty()) {
                Atom atom =
                        at(
                                function.code().getFirst().section(),
                                function.code().getFirst().offset());
                if (atom != null) {
                    sources.put(atom, function);
                }
            }
        }
        for (InlinedCall call : info.inlinedCalls()) {
            for (CodeRange range : call.code()) {
                Atom atom = at(range.section(), range.offset());
                if (atom != null) {
                    bodies.computeIfAbsent(atom, a -> new ArrayList<>()).add(call);
                }
            }
        }
        for (Atom atom : graph.atoms()) {
            for (Atom entry : atom.entries()) {
                entry.references().stream()
                        .map(Reference::target)
                        .filter(t -> t.code() && t.symbol() == null)
                        .forEach(t -> replacements.putIfAbsent(t, atom));
            }
        }
        for (Atom atom : graph.atoms()) {
            if (atom.code()) {
                calls(atom);
            }
        }
    }

    private void calls(Atom site) {
        Atom caller = site.symbol() == null ? replacements.get(site) : site;
        if (caller == null) {
            return; // code that belongs to no function: data between functions, padding
        }
        for (Reference reference : site.references()) {
            Atom target = reference.target();
            if (target.code() && target != caller && target.symbol() != null) {
                callers.computeIfAbsent(target, a -> new ArrayList<>())
                        .add(new Call(caller, site, reference));
            }
        }
    }

    /** Functions with code and a symbol. */
    List<Atom> functions() {
        return graph.atoms().stream()
                .filter(a -> a.code() && a.symbol() != null && !NameGrammar.isMarker(a.name()))
                .toList();
    }

    /** The bodies that stand in the function. */
    List<InlinedCall> inlinedIn(Atom function) {
        return bodies.getOrDefault(function, List.of());
    }

    /** What calls the function, or jumps to it. */
    List<Call> callers(Atom function) {
        return callers.getOrDefault(function, List.of());
    }

    /** The function at a place, or null. */
    @Nullable Atom at(Section section, long offset) {
        Atom atom = graph.at(section, offset);
        return atom != null && atom.code() && atom.symbol() != null ? atom : null;
    }

    /** What debug information says about a function with code, or null. */
    @Nullable Subprogram source(Atom function) {
        return sources.get(function);
    }

    /** Where the function's source stands, empty if unknown. */
    String declared(Atom function) {
        Subprogram source = sources.get(function);
        return source == null ? "" : place(source.declared());
    }

    static String place(SourceLine line) {
        return line.line() == 0 ? "" : line.toString();
    }

    /** The source line of an instruction, empty if unknown. */
    String line(Section section, long offset) {
        return lines.lineAt(section, offset).map(SourceLine::toString).orElse("");
    }

    /** The source line of a call. */
    String line(Call call) {
        Extent extent = call.site().extents().get(call.reference().extent());
        return line(extent.section(), extent.offset() + call.reference().offset());
    }

    /** The place of a call, for instance {@code a+0x12}. */
    static String where(Call call) {
        return where(call.caller(), call.reference().extent(), call.reference().offset());
    }

    static String where(Atom function, int extent, long offset) {
        return function.name() + (extent > 0 ? ".cold" : "") + "+0x" + Long.toHexString(offset);
    }

    /** A place of a section in words. */
    String where(Atom function, Section section, long offset) {
        List<Extent> extents = function.extents();
        for (int i = 0; i < extents.size(); i++) {
            if (extents.get(i).section() == section && extents.get(i).contains(offset)) {
                return where(function, i, offset - extents.get(i).offset());
            }
        }
        return function.name();
    }

    /** No instruction of it returns, and none jumps out of it. */
    boolean neverReturns(Atom function) {
        for (int i = 0; i < function.extents().size(); i++) {
            Extent extent = function.extents().get(i);
            InstructionCursor cursor = graph.machine().instructions(extent.content());
            while (cursor.next()) {
                boolean leaves =
                        switch (cursor.flow()) {
                            case RETURN, INDIRECT_JUMP -> true;
                            case JUMP, CONDITIONAL -> leaves(function, i, cursor);
                            case NEXT, CALL, INDIRECT_CALL, TRAP -> false;
                        };
                if (leaves || !cursor.valid()) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean leaves(Atom function, int extent, InstructionCursor cursor) {
        long field = cursor.offset() + cursor.displacementOffset();
        for (Reference reference : function.references()) {
            if (reference.extent() == extent
                    && reference.offset() >= cursor.offset()
                    && reference.offset() <= field) {
                return reference.target() != function;
            }
        }
        return !cursor.hasTarget();
    }
}
