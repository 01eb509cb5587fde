package suture.impact;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;
import suture.dwarf.Subprogram;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Symbol;
import suture.graph.Atom;
import suture.graph.NameGrammar;
import suture.graph.PatchSites;
import suture.graph.Unpatchable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads everything that one object, and its clone dump if there is one, say. */
public final class UnitReader {
    private final String unit;
    private final Code code;
    private final Facts facts;
    private final Map<String, Function> functions = new LinkedHashMap<>();

    private UnitReader(String unit, ElfObject object) {
        this.unit = unit;
        this.code = new Code(object);
        this.facts = new Facts(unit);
    }

    /**
     * Reads an object.
     *
     * @param unit the name it gets in the answers
     * @param dump its dump of {@code -fdump-ipa-clones}, or null
     * @throws FormatException if one of the two cannot be read
     */
    public static UnitFacts read(String unit, Path object, @Nullable Path dump) throws IOException {
        UnitReader reader = new UnitReader(unit, linkedAsItIs(ElfReader.read(object)));
        return reader.read(dump == null ? null : IpaClones.read(dump));
    }

    /** What is linked with LTO is compiled anew then; what stands in its object does not run. */
    private static ElfObject linkedAsItIs(ElfObject object) {
        boolean lto = object.sections().stream().anyMatch(s -> s.name().startsWith(".gnu.lto_"));
        if (lto) {
            throw new FormatException(
                    object.file(),
                    ".gnu.lto_*",
                    -1,
                    "code as it is linked",
                    "input of gcc's LTO; give the output of the link (-r -flinker-output=nolto-rel,"
                            + " -save-temps: *.ltrans*.o)");
        }
        return object;
    }

    private UnitFacts read(@Nullable IpaClones dump) {
        Compiler compiler = Compiler.of(code.graph.object(), code.info);
        boolean debug = !code.info.units().isEmpty();
        List<Hidden> hidden = Hidden.of(compiler, debug, dump != null);
        InlineFinder inlined = new InlineFinder(code, facts);
        inlined.debugInfo();
        CloneFinder clones = new CloneFinder(code, facts);
        clones.find();
        FoldFinder folds = new FoldFinder(code, facts);
        folds.find();
        new SeamFinder(code, facts, hidden.contains(Hidden.REGISTERS)).find();
        withCode(folds.found(), clones);
        withoutCode(folds);
        if (dump != null) {
            inlined.dump(dump, declared());
        }
        named();
        String name = compiler.family().isEmpty() ? "" : compiler.family() + " " + compiler.major();
        return new UnitFacts(
                new Knowledge(unit, name, debug, dump != null, hidden),
                List.copyOf(functions.values()),
                facts.all());
    }

    private void withCode(Map<String, String> folded, CloneFinder clones) {
        PatchSites sites = new PatchSites(code.graph);
        for (Atom atom : code.functions()) {
            String base = NameGrammar.base(atom.name());
            String declared = code.declared(atom);
            String obstacle = obstacle(atom, sites);
            boolean clone = !NameGrammar.cloneKind(atom.name()).isEmpty();
            add(
                    atom.name(),
                    base,
                    declared,
                    clone ? Function.Form.CLONE : Function.Form.PLAIN,
                    obstacle);
            if (!obstacle.isEmpty()
                    && !clone
                    && !Unpatchable.atRest(atom)
                    && !Unpatchable.runsAtTheEnd(atom)) {
                clones.callers(atom, Effect.CALLS_FIXED, Fact.Evidence.CODE);
            }
            for (Symbol symbol : atom.symbols()) {
                if (symbol.type() == Elf.STT_FUNC) {
                    add(
                            symbol.name(),
                            NameGrammar.base(symbol.name()),
                            folded.getOrDefault(symbol.name(), declared),
                            Function.Form.PART,
                            "");
                }
            }
        }
    }

    private static String obstacle(Atom atom, PatchSites sites) {
        String section = Unpatchable.section(atom);
        if (section != null) {
            return "in " + section + ": " + Unpatchable.why(atom);
        }
        return sites.lacks(atom)
                ? "it has no patch site: it is not traced (notrace, noinstr or assembler)"
                : "";
    }

    private void withoutCode(FoldFinder folds) {
        Map<String, String> declared = declared();
        folds.found().forEach((name, place) -> add(name, name, place, Function.Form.NONE, ""));
        for (Subprogram function : code.info.subprograms()) {
            boolean inlined = function.inline() == 1 || function.inline() == 3;
            if (inlined && function.code().isEmpty() && !declared.containsKey(function.name())) {
                String place = Code.place(function.declared());
                add(function.name(), function.name(), place, Function.Form.NONE, "");
            }
        }
    }

    /** What facts name and nothing else describes. */
    private void named() {
        Map<String, String> declared = declared();
        for (Fact fact : facts.all()) {
            String base = NameGrammar.base(fact.into());
            boolean cold = NameGrammar.isCold(fact.into());
            add(
                    fact.into(),
                    base,
                    declared.getOrDefault(base, ""),
                    cold ? Function.Form.PART : Function.Form.NONE,
                    "");
            if (!declared.containsKey(fact.from())) {
                add(fact.from(), fact.from(), fact.declared(), Function.Form.NONE, "");
            }
        }
    }

    private void add(
            String name, String base, String declared, Function.Form form, String obstacle) {
        functions.putIfAbsent(name, new Function(unit, name, base, declared, form, obstacle));
    }

    private Map<String, String> declared() {
        Map<String, String> all = new LinkedHashMap<>();
        functions.values().forEach(f -> all.putIfAbsent(f.base(), f.declared()));
        return all;
    }
}
