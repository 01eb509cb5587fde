package suture.impact;

import org.jspecify.annotations.Nullable;

import suture.dwarf.CallSite;
import suture.dwarf.Subprogram;
import suture.elf.Elf;
import suture.elf.Symbol;
import suture.graph.Atom;
import suture.graph.NameGrammar;
import suture.graph.Reference;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Functions that share code (IPA-ICF), and second names.
 *
 * <p>gcc describes a function that it folded into another one by an entry with a body and without
 * code. Its symbol is a second one at the address of the other (local functions), a lone jump to
 * the other (global ones), or missing; {@code DW_AT_call_origin} of a call names the function that
 * was meant, the relocation the one that is called (seen with gcc 12).
 */
final class FoldFinder {
    private static final String UNKNOWN =
            "one address; whether folded or a second name, debug information (-g) would say";

    private final Code code;
    private final Facts facts;

    /** Functions with a body and no code, by name. */
    private final Map<String, Subprogram> folded = new LinkedHashMap<>();

    FoldFinder(Code code, Facts facts) {
        this.code = code;
        this.facts = facts;
        for (Subprogram function : code.info.subprograms()) {
            if (function.bodyWithoutCode()) {
                folded.put(function.name(), function);
            }
        }
        // Another unit of the same object may have the code (LTO).
        code.info.subprograms().stream()
                .filter(s -> !s.code().isEmpty())
                .forEach(s -> folded.remove(s.name()));
    }

    /** Functions that are folded into others, with where their source stands. */
    Map<String, String> found() {
        Map<String, String> all = new LinkedHashMap<>();
        folded.forEach((name, function) -> all.put(name, Code.place(function.declared())));
        return all;
    }

    void find() {
        for (Atom atom : code.functions()) {
            sameAddress(atom);
            Subprogram function = folded.get(atom.name());
            Atom target = function == null ? null : onlyJump(atom);
            if (target != null) {
                shares(target, atom.name(), "its own code is a jump there");
            }
        }
        calls();
    }

    private void sameAddress(Atom atom) {
        for (Symbol symbol : atom.symbols()) {
            String name = symbol.name();
            if (symbol.type() == Elf.STT_FUNC
                    && symbol != atom.symbol()
                    && !NameGrammar.base(name).equals(NameGrammar.base(atom.name()))) {
                boolean proven = folded.containsKey(name) || folded.containsKey(atom.name());
                boolean known = !code.info.units().isEmpty();
                shares(atom, name, proven ? "one address" : known ? "a second name" : UNKNOWN);
                add(name, atom.name());
            }
        }
    }

    /** A change of the code's owner reaches the other name. */
    private void shares(Atom owner, String other, String detail) {
        facts.add(
                Effect.FOLDED,
                new Facts.Changed(NameGrammar.base(owner.name()), code.declared(owner)),
                owner.name(),
                Facts.Site.of(other),
                detail,
                Fact.Evidence.CODE);
    }

    /** A change of the other name reaches the code's owner: they have one entry. */
    private void add(String other, String owner) {
        facts.add(
                Effect.FOLDED,
                new Facts.Changed(NameGrammar.base(other), declared(other)),
                other,
                Facts.Site.of(owner),
                "one address",
                Fact.Evidence.CODE);
    }

    private String declared(String name) {
        Subprogram function = folded.get(name);
        return function == null ? "" : Code.place(function.declared());
    }

    /** The function that the only branch of another one goes to, if it has no other reference. */
    private @Nullable Atom onlyJump(Atom atom) {
        List<Reference> targets =
                atom.references().stream().filter(r -> r.target().symbol() != null).toList();
        List<Atom> code =
                targets.stream().map(Reference::target).filter(Atom::code).distinct().toList();
        return code.size() == 1 && code.getFirst() != atom ? code.getFirst() : null;
    }

    /** Calls that mean a folded function and go to another one. */
    private void calls() {
        Map<Atom, Map<Long, CallSite>> sites = new HashMap<>();
        for (CallSite site : code.info.callSites()) {
            Atom caller = code.at(site.section(), site.returnOffset() - 1);
            if (caller != null && folded.containsKey(site.callee())) {
                sites.computeIfAbsent(caller, a -> new LinkedHashMap<>())
                        .put(site.returnOffset(), site);
            }
        }
        for (Atom callee : code.functions()) {
            for (Code.Call call : code.callers(callee)) {
                var extent = call.site().extents().get(call.reference().extent());
                long field = extent.offset() + call.reference().offset();
                CallSite site = after(sites.get(call.caller()), field);
                if (site != null && !site.callee().equals(NameGrammar.base(callee.name()))) {
                    meant(call, callee, site.callee());
                }
            }
        }
    }

    /** The call that the field belongs to: it ends the instruction, at most eight bytes on. */
    private static @Nullable CallSite after(@Nullable Map<Long, CallSite> sites, long field) {
        if (sites == null) {
            return null;
        }
        return sites.values().stream()
                .filter(s -> s.returnOffset() > field && s.returnOffset() <= field + 8)
                .findFirst()
                .orElse(null);
    }

    private void meant(Code.Call call, Atom callee, String name) {
        Facts.Site site = new Facts.Site(call.caller().name(), Code.where(call), code.line(call));
        String detail = "means " + name + ", goes to " + callee.name();
        facts.add(
                Effect.CALLS_FOLDED,
                new Facts.Changed(NameGrammar.base(callee.name()), code.declared(callee)),
                callee.name(),
                site,
                detail,
                Fact.Evidence.DEBUG_INFO);
        facts.add(
                Effect.CALLS_FOLDED,
                new Facts.Changed(name, declared(name)),
                callee.name(),
                site,
                detail,
                Fact.Evidence.DEBUG_INFO);
        if (!facts.has(Effect.FOLDED, NameGrammar.base(callee.name()), name)) {
            shares(callee, name, "it has no symbol");
        }
    }
}
