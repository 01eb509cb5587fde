package suture.impact;

import suture.elf.Elf;
import suture.elf.Symbol;
import suture.graph.Atom;
import suture.graph.NameGrammar;

/** The compiler's copies of functions, their pieces and second names, and who calls them. */
final class CloneFinder {
    private static final int NOCALL = 3;

    private final Code code;
    private final Facts facts;

    CloneFinder(Code code, Facts facts) {
        this.code = code;
        this.facts = facts;
    }

    void find() {
        for (Atom atom : code.functions()) {
            String kind = NameGrammar.cloneKind(atom.name());
            if (!kind.isEmpty()) {
                facts.add(
                        Effect.CLONE,
                        changed(atom),
                        "",
                        Facts.Site.of(atom.name()),
                        kind.substring(1).replace('.', ' '),
                        Fact.Evidence.CODE);
                callers(atom, Effect.CALLS_CLONE, Fact.Evidence.CODE);
            } else if (convention(atom) == NOCALL) {
                callers(atom, Effect.ARGUMENT, Fact.Evidence.DEBUG_INFO);
            }
            for (Symbol symbol : atom.symbols()) {
                if (symbol != atom.symbol() && symbol.name().contains(".localalias")) {
                    part(atom, symbol.name(), "localalias");
                }
            }
        }
        for (Symbol symbol : code.graph.object().symbols()) {
            if (symbol.type() == Elf.STT_FUNC
                    && NameGrammar.isCold(symbol.name())
                    && symbol.section() != null) {
                Atom parent = code.at(symbol.section(), symbol.value());
                if (parent != null) {
                    part(parent, symbol.name(), "cold");
                }
            }
        }
    }

    private int convention(Atom atom) {
        var source = code.source(atom);
        return source == null ? 0 : source.callingConvention();
    }

    private Facts.Changed changed(Atom atom) {
        return new Facts.Changed(NameGrammar.base(atom.name()), code.declared(atom));
    }

    private void part(Atom of, String name, String kind) {
        facts.add(
                Effect.CLONE,
                changed(of),
                "",
                Facts.Site.of(name),
                kind + " part of " + of.name(),
                Fact.Evidence.CODE);
    }

    /** Callers of a function, for a reason. */
    void callers(Atom callee, Effect effect, Fact.Evidence evidence) {
        for (Code.Call call : code.callers(callee)) {
            facts.add(
                    effect,
                    changed(callee),
                    callee.name(),
                    new Facts.Site(call.caller().name(), Code.where(call), code.line(call)),
                    "",
                    evidence);
        }
    }
}
