package suture.build.xen;

import suture.build.SourceChanges;
import suture.build.SourceChanges.Change;
import suture.build.SourceView;
import suture.build.Unit;
import suture.finding.Finding;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Finds the units that a patch reaches, and says what it changes that is in no unit. */
final class AffectedXenUnits {
    /** Files that a compiler reads. */
    private static final Pattern CODE = Pattern.compile(".*\\.[ch]");

    private final XenTree tree;
    private final SourceView view;
    private final List<Finding> findings = new ArrayList<>();
    private final TreeMap<String, Unit> units = new TreeMap<>();

    AffectedXenUnits(XenTree tree, SourceView view) {
        this.tree = tree;
        this.view = view;
    }

    /**
     * What has to be compiled.
     *
     * @param units those that a live patch can reach
     * @param guards those that it cannot; their code must come out equal
     * @param findings what is wrong with the patch already
     */
    record Plan(List<Unit> units, List<Unit> guards, List<Finding> findings) {
        boolean refused() {
            return findings.stream().anyMatch(Finding::refuses);
        }
    }

    /**
     * Plans the compilation.
     *
     * @param changes by path below the directory {@code xen}
     */
    Plan plan(SourceChanges changes) throws IOException {
        Map<String, Change> files = changes.files();
        Map<String, String> reading = tree.reading(files.keySet());
        Set<String> seen = new TreeSet<>();
        for (Map.Entry<String, String> reader : reading.entrySet()) {
            Unit unit = tree.units().object(reader.getKey());
            seen.add(reader.getValue());
            if (unit == null) {
                generated(reader.getKey(), reader.getValue());
            } else {
                XenCommands.checkFresh(tree, unit.object(), files.keySet());
                units.put(unit.object(), unit);
            }
        }
        for (String name : files.keySet()) {
            boolean read = tree.reading(Set.of(name)).isEmpty();
            if (read && !seen.contains(name)) {
                findings.add(unread(name, files));
            }
        }
        return new Plan(list(true), list(false), List.copyOf(findings));
    }

    private List<Unit> list(boolean compared) {
        return units.values().stream()
                .filter(unit -> compared == (unit.reachable() && !unit.isAssembler()))
                .toList();
    }

    private static Finding unread(String name, Map<String, Change> files) {
        boolean code = CODE.matcher(name).matches();
        boolean deleted = files.get(name) instanceof Change.Deleted;
        if (code && (name.endsWith(".h") || deleted)) {
            return Finding.note(
                    "not-compiled", "xen/" + name, "", "no unit of this build reads this file");
        }
        return Finding.error(
                code ? "new-source-file" : "changed-build-input",
                "xen/" + name,
                "",
                code
                        ? "no unit of this build is made of this file"
                        : "the patch changes a file that is not C; what it does to the hypervisor"
                                + " is not known",
                code
                        ? "put its content into a file that is compiled, or build it in first"
                        : "take this file out of the patch if the rest does not need it");
    }

    /** A header that is made by compiling something must not change. */
    private void generated(String target, String read) {
        XenCompiler compiler = new XenCompiler(tree);
        if (target.endsWith(".chk") || target.endsWith(".lds")) {
            return; // checks of headers, and the linker script, whose input is no C
        }
        boolean equal =
                target.endsWith("asm-offsets.s")
                        && compiler.assembly(offsets(), null)
                                .equals(compiler.assembly(offsets(), view));
        if (!equal) {
            findings.add(
                    Finding.error(
                            "changed-generated-header",
                            "xen/" + read,
                            target,
                            "the build makes " + target + " of this file, and it may change",
                            "write the patch so that this header need not change"));
        }
    }

    /** The source of the constants for assembler code. */
    private String offsets() {
        return tree.readers().entrySet().stream()
                .filter(e -> e.getValue().contains("asm-offsets.s"))
                .map(e -> e.getKey().toString())
                .filter(name -> name.endsWith("asm-offsets.c"))
                .map(name -> tree.source().relativize(Path.of(name)).toString())
                .findFirst()
                .orElse("");
    }
}
