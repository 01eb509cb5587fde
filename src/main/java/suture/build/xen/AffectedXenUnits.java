package suture.build.xen;

import suture.build.SourceChanges;
import suture.build.SourceChanges.Change;
import suture.build.SourceView;
import suture.build.Unit;
import suture.finding.Finding;

import java.io.IOException;
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
        Set<String> unread = new TreeSet<>(files.keySet());
        for (var reader : tree.commands().reading(files.keySet()).entrySet()) {
            unread.removeAll(reader.getValue());
            Unit unit = tree.commands().unit(reader.getKey());
            if (unit == null) {
                generated(reader.getKey(), reader.getValue());
            } else {
                tree.commands().checkFresh(unit.object(), reader.getValue());
                units.put(unit.object(), unit);
            }
        }
        unread.forEach(name -> findings.add(unread(name, files)));
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
    private void generated(String target, Set<String> read) throws IOException {
        if (target.endsWith(".chk")) {
            return; // only a check of the header
        }
        String source = tree.commands().madeOf(target);
        XenCompiler compiler = new XenCompiler(tree);
        boolean equal =
                target.matches(".*\\.(s|i|lds)")
                        && !source.isEmpty()
                        && compiler.text(target, source, null)
                                .equals(compiler.text(target, source, view));
        if (!equal) {
            findings.add(
                    Finding.error(
                            "changed-generated-header",
                            "xen/" + String.join(", xen/", read),
                            target,
                            "the build makes " + target + " of this file, and it may change",
                            "write the patch so that this header need not change"));
        }
    }
}
