package suture.target.linux.verify;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.machine.Machine;
import suture.machine.RelocationKind;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.KernelSymbol;
import suture.target.linux.image.ModuleInfo;
import suture.target.linux.image.RunningCode;
import suture.target.linux.klp.KlpModuleEmitter;
import suture.target.linux.klp.PatchedFunction;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The replaced functions: there once, and with a call to the tracer that can be redirected. */
final class FunctionRules {
    private static final int WORD = 8;

    /** A trace call stands at the entry, after ENDBR64 at most, or some no-ops before it. */
    private static final int ENTRY = 16;

    private final ElfObject module;
    private final ModuleInfo info;
    private final Baseline baseline;
    private final SymbolRules symbols;
    private final Collection<Finding> findings;
    private final Map<String, NavigableSet<Long>> sites = new HashMap<>();

    FunctionRules(
            ElfObject module,
            ModuleInfo info,
            Baseline baseline,
            SymbolRules symbols,
            Collection<Finding> findings) {
        this.module = module;
        this.info = info;
        this.baseline = baseline;
        this.symbols = symbols;
        this.findings = findings;
    }

    List<PatchedFunction> check() throws IOException {
        List<PatchedFunction> functions = new ArrayList<>();
        for (String text : info.values().getOrDefault(PatchedFunction.KEY, List.of())) {
            PatchedFunction function = PatchedFunction.parse(text);
            if (function == null) {
                add(
                        "function-list",
                        text,
                        "not OBJECT:NAME,POSITION NEW",
                        "build the module again");
            } else {
                functions.add(function);
                check(function);
            }
        }
        if (!info.values().containsKey(PatchedFunction.KEY)
                && !info.values().containsKey(KlpModuleEmitter.CALLS)) {
            findings.add(
                    Finding.warning(
                            "functions-not-listed",
                            module.file(),
                            ".modinfo",
                            "the module does not list the functions it replaces; they were not"
                                    + " checked",
                            "build it with suture build linux"));
        }
        return functions;
    }

    private void check(PatchedFunction function) throws IOException {
        KernelSymbol old =
                symbols.find(
                        function.text(), function.object(), function.name(), function.position());
        RunningCode code = baseline.object(function.object());
        if (old != null && code != null) {
            boolean text = "tTwW".indexOf(old.type()) >= 0;
            NavigableSet<Long> traced = sites(code);
            Long site = traced.ceiling(old.address());
            if (!text) {
                add(
                        "not-a-function",
                        function.name(),
                        "it is of type '" + old.type() + "' in " + function.object(),
                        "check the function's name");
            } else if (!traced.isEmpty() && (site == null || site >= old.address() + ENTRY)) {
                add(
                        "not-traceable",
                        function.name(),
                        "the kernel answers -EINVAL: the function has no call to the tracer"
                                + " (notrace, inline, or asm)",
                        "patch its callers instead");
            }
        }
        boolean present =
                module.symbols().stream()
                        .anyMatch(s -> s.name().equals(function.replacement()) && isCode(s));
        if (!present) {
            add(
                    "replacement-missing",
                    function.replacement(),
                    "the module has no function of that name with a size",
                    "build the module again; strip must not have removed its symbols");
        }
    }

    private static boolean isCode(Symbol symbol) {
        Section section = symbol.section();
        return section != null && section.has(Elf.SHF_EXECINSTR) && symbol.size() > 0;
    }

    private NavigableSet<Long> sites(RunningCode code) {
        return sites.computeIfAbsent(
                code.name(),
                _ -> code instanceof KernelImage kernel ? kernelSites(kernel) : moduleSites(code));
    }

    private static NavigableSet<Long> kernelSites(KernelImage kernel) {
        NavigableSet<Long> all = new TreeSet<>();
        List<KernelSymbol> start = kernel.symbols().named("__start_mcount_loc");
        List<KernelSymbol> stop = kernel.symbols().named("__stop_mcount_loc");
        if (start.size() == 1 && stop.size() == 1) {
            long from = start.getFirst().address();
            Bytes table = kernel.read(from, stop.getFirst().address() - from);
            for (long at = 0; table != null && at + WORD <= table.size(); at += WORD) {
                all.add(table.s64(at, kernel.elf().header().order()));
            }
        }
        return all;
    }

    private static NavigableSet<Long> moduleSites(RunningCode code) {
        NavigableSet<Long> all = new TreeSet<>();
        var header = code.elf().header();
        Machine machine = Machine.of(header.machine(), header.is64(), header.order());
        RelocationKind word = machine == null ? null : machine.relocation(1);
        for (String name : List.of("__mcount_loc", "__patchable_function_entries")) {
            Section section = code.elf().section(name);
            for (long at = 0; word != null && section != null && at < section.size(); at += WORD) {
                Long site = code.sum(code.start(section) + at, word);
                if (site != null) {
                    all.add(site);
                }
            }
        }
        return all;
    }

    private void add(String rule, String subject, String message, String remedy) {
        findings.add(Finding.error(rule, subject, module.file(), message, remedy));
    }
}
