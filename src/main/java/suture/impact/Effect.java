package suture.impact;

/** How a change of one function reaches another that stands in the same compilation. */
public enum Effect {
    /** The whole body of the one stands in the other. */
    INLINED("inlined", "inlines"),
    /** The head of the one stands in the other; the rest is a {@code .part} function. */
    PARTLY_INLINED("partly-inlined", "inlines the head of"),
    /** The other is the compiler's copy of the one, or a piece split off. */
    CLONE("clone", "is the compiler's copy of"),
    /** Both had equal bodies and share one (IPA-ICF), or one is an alias. */
    FOLDED("folded", "shares its code with"),
    /** The other calls a copy whose calling convention the compiler chose (IPA-SRA, IPA-CP). */
    CALLS_CLONE("calls-clone", "calls a copy of"),
    /** The other calls the one, whose entry nothing can redirect. */
    CALLS_FIXED("calls-unredirected", "calls what cannot be redirected,"),
    /** The other calls what shares its code with the one (IPA-ICF). */
    CALLS_FOLDED("calls-folded", "calls what shares its code with"),
    /** The other keeps values in registers that the one may use but does not (IPA-RA). */
    REGISTER_USE("register-use", "relies on the registers that it leaves alone: calls"),
    /** The compiler found that the one never returns; the other has no code after the call. */
    NORETURN("noreturn", "has no code for the return of"),
    /** The convention was changed under the same name (clang), by {@code DW_CC_nocall}. */
    ARGUMENT("argument", "passes arguments in the compiler's own way to");

    private final String word;
    private final String text;

    Effect(String word, String text) {
        this.word = word;
        this.text = text;
    }

    /** The word for documents. */
    public String word() {
        return word;
    }

    /** The verb between the impacted function and the one that is changed. */
    public String text() {
        return text;
    }
}
