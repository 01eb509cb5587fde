package suture.cli;

import suture.build.CompilerIdentity;
import suture.build.CompilerIdentity.Mismatch;
import suture.build.Owner;
import suture.build.Unit;
import suture.build.linux.DefinitionSearch;
import suture.build.linux.UnitSource;
import suture.dwarf.DebugInfo;
import suture.elf.ElfReader;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.finding.Finding;
import suture.target.linux.convert.InlinedCopies;
import suture.target.linux.image.KernelImage;
import suture.target.linux.klp.PatchedFunction;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Compiles the units of replaced functions and looks where they were inlined. */
final class InliningCheck {
    private final KernelBaseline baseline;
    private final Progress progress;
    private final Map<String, DebugInfo> compiled = new HashMap<>();

    InliningCheck(KernelBaseline baseline, Progress progress) {
        this.baseline = baseline;
        this.progress = progress;
    }

    List<Finding> run(List<PatchedFunction> functions) throws IOException {
        CompilerIdentity made = baseline.tree().compiler();
        if (made.check(CompilerIdentity.local(made.program()), Mismatch.WARN).isPresent()) {
            String why = "the kernel's compiler, " + made.line() + ", is not here";
            return functions.stream().map(f -> InlinedCopies.unchecked(f, why)).toList();
        }
        Path work = Files.createTempDirectory("suture-convert");
        try {
            List<Finding> findings = new ArrayList<>();
            for (PatchedFunction function : functions) {
                findings.addAll(check(function, functions, work));
            }
            return findings;
        } finally {
            Folders.delete(work);
        }
    }

    private List<Finding> check(
            PatchedFunction function, List<PatchedFunction> functions, Path work)
            throws IOException {
        List<Unit> units =
                new DefinitionSearch(baseline.tree(), JobPool.ofCores())
                        .units(function.name(), progress).stream()
                                .filter(unit -> owns(unit, function.object()))
                                .toList();
        if (units.size() != 1) {
            String all = units.stream().map(Unit::source).collect(Collectors.joining(", "));
            return List.of(
                    InlinedCopies.unchecked(
                            function,
                            units.isEmpty()
                                    ? "no source file seems to define it"
                                    : "several source files seem to define it: " + all));
        }
        Unit unit = units.getFirst();
        DebugInfo info = compiled.get(unit.source());
        if (info == null) {
            Path object =
                    new UnitSource(baseline.tree(), unit)
                            .compileForDebugging(work.resolve(compiled.size() + ".o"));
            info = DebugInfo.read(ElfReader.read(object));
            compiled.put(unit.source(), info);
        }
        return InlinedCopies.find(function, unit.source(), info, functions);
    }

    private static boolean owns(Unit unit, String object) {
        return unit.owners().stream()
                .anyMatch(owner ->
                        switch (owner) {
                            case Owner.Vmlinux() -> object.equals(KernelImage.NAME);
                            case Owner.Module module -> object.equals(module.name());
                            case Owner.Elsewhere() -> false;
                        });
    }
}
