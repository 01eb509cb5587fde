package suture.impact;

import java.util.List;

/**
 * What a compiler does with its knowledge of a function's body and what leaves no mark in the
 * object. The conditions were measured with gcc 11 and 12; an object that does not record its
 * options, and one of clang, may have all of them.
 */
public enum Hidden {
    /** Inlined calls of which nothing was left: debug information does not list all of them. */
    INLINED_AWAY("inlined calls of which no code was left", "-fdump-ipa-clones") {
        @Override
        boolean possible(Compiler compiler, boolean debug, boolean dump) {
            return !dump;
        }
    },
    /** Inlining as such, where neither debug information nor a dump is there. */
    INLINING("inlining", "-g or -fdump-ipa-clones") {
        @Override
        boolean possible(Compiler compiler, boolean debug, boolean dump) {
            return !debug && !dump;
        }
    },
    /** IPA-PURE-CONST: calls merged, moved or left out. gcc 12 finds the same in ipa-modref. */
    PURITY(
            "calls merged or left out, as it had no effect (PURE-CONST)",
            "-fno-ipa-pure-const -fno-ipa-modref") {
        @Override
        boolean possible(Compiler compiler, boolean debug, boolean dump) {
            boolean off =
                    compiler.has("-fno-ipa-pure-const")
                            && (compiler.major() < 12 || compiler.has("-fno-ipa-modref"));
            return unless(compiler, 1, off);
        }
    },
    /** IPA reference and modref: values kept over a call that leaves them alone. */
    MEMORY(
            "values kept over its calls, as it left that memory alone (MODREF)",
            "-fno-ipa-modref -fno-ipa-reference") {
        @Override
        boolean possible(Compiler compiler, boolean debug, boolean dump) {
            return unless(
                    compiler,
                    1,
                    compiler.has("-fno-ipa-modref") && compiler.has("-fno-ipa-reference"));
        }
    },
    /** IPA-VRP and bit propagation, from all callers into the callee and back. */
    VALUES(
            "values and ranges of its arguments used in what it calls (VRP)",
            "-fno-ipa-vrp -fno-ipa-bit-cp") {
        @Override
        boolean possible(Compiler compiler, boolean debug, boolean dump) {
            return unless(
                    compiler,
                    2,
                    compiler.has("-fno-ipa-cp")
                            || (compiler.has("-fno-ipa-vrp") && compiler.has("-fno-ipa-bit-cp")));
        }
    },
    /** A static variable that nobody wrote was taken for a constant. */
    CONSTANT_VARIABLES(
            "static variables taken for constants, as nobody wrote them",
            "-flive-patching=inline-clone") {
        @Override
        boolean possible(Compiler compiler, boolean debug, boolean dump) {
            return unless(compiler, 1, false);
        }
    },
    /** IPA-RA where the registers live on into another call, which shows no use of them. */
    REGISTERS("registers kept over its calls (IPA-RA)", "-fno-ipa-ra") {
        @Override
        boolean possible(Compiler compiler, boolean debug, boolean dump) {
            boolean clang = compiler.family().equals("clang"); // only with -mllvm -enable-ipra
            return !clang && unless(compiler, 2, compiler.has("-fno-ipa-ra") || compiler.traced());
        }
    };

    private final String text;
    private final String preventedBy;

    Hidden(String text, String preventedBy) {
        this.text = text;
        this.preventedBy = preventedBy;
    }

    /** What may have happened. */
    public String text() {
        return text;
    }

    /** The options that would show or prevent it. */
    public String preventedBy() {
        return preventedBy;
    }

    abstract boolean possible(Compiler compiler, boolean debug, boolean dump);

    /** Those that an object may have. */
    static List<Hidden> of(Compiler compiler, boolean debug, boolean dump) {
        return List.of(values()).stream().filter(h -> h.possible(compiler, debug, dump)).toList();
    }

    private static boolean unless(Compiler compiler, int level, boolean off) {
        if (!compiler.gcc() || !compiler.recorded()) {
            return true;
        }
        return compiler.atLeast(level) && !compiler.livePatching() && !off;
    }
}
