package suture.diff;

import suture.elf.ElfReader;
import suture.elf.Tool;
import suture.finding.Finding;
import suture.finding.Severity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Object pairs out of one C source, in which {@code <<a|b>>} is a before and b after the patch. */
public final class Pairs {
    private static final Pattern EDIT = Pattern.compile("<<(.*?)\\|(.*?)>>", Pattern.DOTALL);

    private Pairs() {}

    /** Compiles both sources and compares the objects. */
    public static ObjectDiff diff(Path directory, String source, String compiler, String... options)
            throws IOException {
        Path before = directory.resolve("original");
        Path after = directory.resolve("patched");
        before.toFile().mkdirs();
        after.toFile().mkdirs();
        Tool.compile(before, compiler, EDIT.matcher(source).replaceAll("$1"), "t.o", options);
        Tool.compile(after, compiler, EDIT.matcher(source).replaceAll("$2"), "t.o", options);
        return Differ.diff(
                ElfReader.read(before.resolve("t.o")), ElfReader.read(after.resolve("t.o")));
    }

    /** Source names of the functions with one of the verdicts. */
    static Set<String> functions(ObjectDiff diff, Verdict... verdicts) {
        return names(diff, f -> Set.of(verdicts).contains(f.verdict()));
    }

    /** Source names of the functions that are redirected. */
    static Set<String> redirected(ObjectDiff diff) {
        return names(diff, FunctionVerdict::redirect);
    }

    private static Set<String> names(ObjectDiff diff, Predicate<FunctionVerdict> wanted) {
        return diff.functions().stream()
                .filter(wanted)
                .map(FunctionVerdict::base)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Rules of the findings of that severity. */
    static Collection<String> rules(ObjectDiff diff, Severity severity) {
        return diff.findings().stream()
                .filter(f -> f.severity() == severity)
                .map(Finding::rule)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
