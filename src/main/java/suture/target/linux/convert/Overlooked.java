package suture.target.linux.convert;

import suture.finding.Finding;
import suture.target.linux.convert.Candidates.Candidate;
import suture.target.linux.image.KernelSymbol;
import suture.target.linux.image.ObjectSymbols;
import suture.target.linux.klp.PatchedFunction;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Other forms in which the code of a replaced function runs, as the target's symbols show them.
 *
 * <p>A replacement takes the calls of one entry. GCC names the other entries it makes after the
 * function (GCC 12 {@code gcc/symtab.cc}, clone_function_name): {@code f.isra.0}, {@code
 * f.constprop.0}, {@code f.part.0}; clang {@code f.llvm.123}. {@code f.cold} is no entry: it is
 * reached from {@code f} alone. Functions with equal code may be one, with two names at one
 * address. That a function was inlined leaves no trace in a symbol table.
 */
final class Overlooked {
    private static final String COLD = ".cold";

    private final String file;
    private final Target target;
    private final PatchTable patch;
    private final Collection<Finding> findings;

    Overlooked(String file, Target target, PatchTable patch, Collection<Finding> findings) {
        this.file = file;
        this.target = target;
        this.patch = patch;
        this.findings = findings;
    }

    void check() throws IOException {
        for (PatchedFunction function : patch.functions()) {
            ObjectSymbols table = target.object(function.object());
            if (table == null) {
                findings.add(
                        Finding.warning(
                                "object-not-at-hand",
                                function.name(),
                                file,
                                function.object()
                                        + " is not at hand: whether it has the function, and how"
                                        + " often, was not checked",
                                "give it with --module"));
            } else {
                check(function, table);
            }
        }
    }

    private void check(PatchedFunction function, ObjectSymbols table) {
        List<Candidate> all = new Candidates(function.name(), List.of(table)).all();
        String described = all.stream().map(Candidate::described).collect(Collectors.joining("; "));
        int position = function.position();
        List<String> clones = clones(function.name(), table);
        if (all.isEmpty()) {
            refuse(
                    "missing-function",
                    function,
                    "the kernel refuses the patch: "
                            + table.object()
                            + " has no function of that name"
                            + (clones.isEmpty() ? "" : ", only " + String.join(", ", clones)),
                    "it is inlined or specialised: patch the functions that call it instead");
        } else if (position == 0 && all.size() > 1) {
            refuse(
                    "ambiguous-function",
                    function,
                    "the kernel refuses the patch: there are several: " + described,
                    "set .old_sympos to the position of the one that is meant");
        } else if (position > all.size()) {
            refuse(
                    "missing-position",
                    function,
                    "the kernel refuses the patch: .old_sympos is "
                            + position
                            + ", and there is only "
                            + described,
                    "set .old_sympos to 0 if there is one, else to its position");
        } else {
            check(function, table, all.get(Math.max(0, position - 1)).symbol(), clones);
        }
    }

    private void check(
            PatchedFunction function,
            ObjectSymbols table,
            KernelSymbol symbol,
            List<String> clones) {
        if (table.freed().contains(symbol)) {
            refuse(
                    "init-function",
                    function,
                    "it is init code of " + table.object() + ", which has run and is freed",
                    "leave it out of the patch");
        }
        clones.forEach(clone -> clone(function, table, clone));
        Set<String> twins = table.placed() ? twins(table, symbol) : Set.of();
        for (String twin : twins) {
            if (!isPatched(function.object(), twin)) {
                warn(
                        "shared-code",
                        function,
                        twin + " is at the same address: its callers get the replacement too",
                        "check that the replacement is right for " + twin);
            }
        }
    }

    private void clone(PatchedFunction function, ObjectSymbols table, String clone) {
        if (clone.startsWith(function.name() + COLD)) {
            findings.add(
                    Finding.note(
                            "cold-part",
                            function.name(),
                            table.object(),
                            "its unlikely code is apart, "
                                    + clone
                                    + ": a task that sleeps there is not seen to be in the"
                                    + " function when the patch is put in force"));
        } else if (!isPatched(function.object(), clone)) {
            warn(
                    "overlooked-clone",
                    function,
                    "the compiler also made " + clone + " of it, whose callers stay as they are",
                    "patch the callers of " + clone + " too");
        }
    }

    private static List<String> clones(String name, ObjectSymbols table) {
        return Candidates.clones(name, table).stream()
                .filter(clone -> table.symbols().named(clone).stream().anyMatch(Overlooked::isCode))
                .toList();
    }

    private static Set<String> twins(ObjectSymbols table, KernelSymbol symbol) {
        Set<String> names = new TreeSet<>();
        for (KernelSymbol other : table.symbols().at(symbol.address())) {
            if (isCode(other) && !other.name().equals(symbol.name())) {
                names.add(other.name());
            }
        }
        return names;
    }

    /** A list of names alone has no types. */
    private static boolean isCode(KernelSymbol symbol) {
        return "tTwWi?".indexOf(symbol.type()) >= 0;
    }

    private boolean isPatched(String object, String name) {
        return patch.functions().stream()
                .anyMatch(f -> f.object().equals(object) && f.name().equals(name));
    }

    private void warn(String rule, PatchedFunction function, String message, String remedy) {
        findings.add(Finding.warning(rule, function.name(), function.object(), message, remedy));
    }

    private void refuse(String rule, PatchedFunction function, String message, String remedy) {
        findings.add(Finding.error(rule, function.name(), function.object(), message, remedy));
    }
}
