package suture.impact;

import suture.dwarf.Subprogram;
import suture.graph.Atom;
import suture.graph.NameGrammar;

/** What callers rely on beyond the calling convention: registers, and that a call never returns. */
final class SeamFinder {
    private final Code code;
    private final Facts facts;
    private final boolean registersKept;

    /**
     * @param registersKept whether the compiler may have kept registers over calls at all
     */
    SeamFinder(Code code, Facts facts, boolean registersKept) {
        this.code = code;
        this.facts = facts;
        this.registersKept = registersKept;
    }

    void find() {
        RegisterScan registers = new RegisterScan(code.graph.machine());
        for (Atom callee : code.functions()) {
            if (code.callers(callee).isEmpty()) {
                continue;
            }
            if (code.neverReturns(callee) && !declaredSo(callee)) {
                code.callers(callee).forEach(c -> add(Effect.NORETURN, callee, c, ""));
            }
            if (registersKept && registers.applies()) {
                for (Code.Call call : code.callers(callee)) {
                    String kept = call.site() == call.caller() ? registers.kept(call) : "";
                    if (!kept.isEmpty()) {
                        add(Effect.REGISTER_USE, callee, call, kept + " read after the call");
                    }
                }
            }
        }
    }

    private void add(Effect effect, Atom callee, Code.Call call, String detail) {
        facts.add(
                effect,
                new Facts.Changed(NameGrammar.base(callee.name()), code.declared(callee)),
                callee.name(),
                new Facts.Site(call.caller().name(), Code.where(call), code.line(call)),
                detail,
                Fact.Evidence.CODE);
    }

    private boolean declaredSo(Atom callee) {
        Subprogram source = code.source(callee);
        return source != null && source.noreturn();
    }
}
