package suture.impact;

import org.jspecify.annotations.Nullable;

import suture.dwarf.CodeRange;
import suture.dwarf.InlinedCall;
import suture.graph.Atom;
import suture.graph.NameGrammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Inlined bodies and clones, out of debug information and clone dumps. */
final class InlineFinder {
    private final Code code;
    private final Facts facts;
    private final Map<String, List<Atom>> parts = new HashMap<>();

    InlineFinder(Code code, Facts facts) {
        this.code = code;
        this.facts = facts;
        for (Atom atom : code.functions()) {
            if (NameGrammar.cloneKind(atom.name()).contains(".part")) {
                parts.computeIfAbsent(NameGrammar.base(atom.name()), n -> new ArrayList<>())
                        .add(atom);
            }
        }
    }

    void debugInfo() {
        for (InlinedCall call : code.info.inlinedCalls()) {
            for (CodeRange range : call.code()) {
                Atom into = code.at(range.section(), range.offset());
                if (into != null) {
                    add(
                            call,
                            into.name(),
                            code.where(into, range.section(), range.offset()),
                            callsPart(call.name(), into));
                }
            }
            if (call.code().isEmpty()) {
                code.functions().stream()
                        .map(Atom::name)
                        .filter(name -> NameGrammar.base(name).equals(call.function()))
                        .forEach(name -> add(call, name, "", false));
            }
        }
    }

    private boolean callsPart(String name, Atom into) {
        return parts.getOrDefault(name, List.of()).stream()
                .anyMatch(part -> code.callers(part).stream().anyMatch(c -> c.caller() == into));
    }

    private void add(InlinedCall call, String into, String where, boolean partly) {
        InlinedCall outer = call.outer();
        facts.add(
                partly ? Effect.PARTLY_INLINED : Effect.INLINED,
                new Facts.Changed(call.name(), Code.place(call.declared())),
                outer == null ? "" : outer.name(),
                new Facts.Site(into, where, Code.place(call.call())),
                outer == null ? "" : "in the body of " + path(outer),
                Fact.Evidence.DEBUG_INFO);
    }

    /** The functions through which a body came, with their lines. */
    private static String path(@Nullable InlinedCall from) {
        StringBuilder text = new StringBuilder();
        for (InlinedCall call = from; call != null; call = call.outer()) {
            text.append(text.isEmpty() ? "" : ", in ").append(call.name());
            text.append(call.call().line() == 0 ? "" : " at " + call.call());
        }
        return text.toString();
    }

    /**
     * A dump adds what debug information lacks; what both know stays as debug information has it.
     */
    void dump(IpaClones dump, Map<String, String> declared) {
        for (IpaClones.Clone clone : dump.clones()) {
            String base = NameGrammar.base(clone.original().name());
            String line = clone.original().file() + ":" + clone.original().line();
            Facts.Changed from = new Facts.Changed(base, known(declared, base, line));
            String copy = clone.copy().name();
            if (clone.inlining()) {
                if (!facts.has(Effect.INLINED, base, copy)
                        && !facts.has(Effect.PARTLY_INLINED, base, copy)) {
                    facts.add(
                            Effect.INLINED, from, "", Facts.Site.of(copy), "", Fact.Evidence.DUMP);
                }
            } else if (!clone.temporary() && !facts.has(Effect.CLONE, base, copy)) {
                // A kind that is not known is a copy all the same.
                facts.add(
                        Effect.CLONE,
                        from,
                        "",
                        Facts.Site.of(copy),
                        clone.kind(),
                        Fact.Evidence.DUMP);
            }
        }
    }

    /** The declaration as debug information spells it, if it is the same line. */
    private static String known(Map<String, String> declared, String base, String line) {
        String place = declared.getOrDefault(base, "");
        boolean same =
                !place.isEmpty()
                        && place.substring(place.lastIndexOf(':'))
                                .equals(line.substring(line.lastIndexOf(':')));
        return same ? place : line;
    }
}
