package suture.diff;

import suture.bytes.Bytes;
import suture.dwarf.CompileUnit;
import suture.dwarf.DebugInfo;
import suture.elf.ElfObject;
import suture.finding.Finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Both objects must come from the same compiler with the same options: their difference is that of
 * the compilers otherwise. The compiler names itself in {@code .comment}; its options stand in
 * {@code DW_AT_producer} ({@code -grecord-gcc-switches}, gcc's default) or in {@code
 * .GCC.command.line} ({@code -frecord-gcc-switches}).
 */
final class ToolchainCheck {
    private ToolchainCheck() {}

    static List<Finding> check(ElfObject original, ElfObject patched) {
        List<Finding> findings = new ArrayList<>();
        compare(
                original,
                patched,
                ".comment",
                strings(original, ".comment"),
                strings(patched, ".comment"),
                findings);
        compare(
                original,
                patched,
                "DW_AT_producer",
                producers(original),
                producers(patched),
                findings);
        compare(
                original,
                patched,
                ".GCC.command.line",
                options(original),
                options(patched),
                findings);
        return findings;
    }

    private static void compare(
            ElfObject original,
            ElfObject patched,
            String where,
            Set<String> before,
            Set<String> after,
            List<Finding> findings) {
        if (before.isEmpty() || after.isEmpty() || before.equals(after)) {
            return;
        }
        findings.add(
                Finding.error(
                        "compiler-mismatch",
                        patched.file(),
                        where,
                        original.file()
                                + " was compiled by "
                                + only(before, after)
                                + ", "
                                + patched.file()
                                + " by "
                                + only(after, before),
                        "compile both with the compiler and the options that made what is"
                                + " running"));
    }

    /** The words that only the first set of texts has. */
    private static String only(Set<String> these, Set<String> those) {
        Set<String> other = words(those).collect(Collectors.toSet());
        String words =
                words(these)
                        .filter(Predicate.not(other::contains))
                        .distinct()
                        .collect(Collectors.joining(" "));
        return words.isEmpty() ? String.join("; ", these) : words;
    }

    private static Stream<String> words(Set<String> texts) {
        return texts.stream().flatMap(text -> Stream.of(text.split(" ", -1)));
    }

    private static Set<String> strings(ElfObject object, String section) {
        Bytes content = object.content(section);
        return content == null
                ? Set.of()
                : Stream.of(content.text().split("\0", -1))
                        .filter(Predicate.not(String::isEmpty))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> producers(ElfObject object) {
        return DebugInfo.units(object).stream()
                .map(CompileUnit::producer)
                .filter(Predicate.not(String::isEmpty))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Options that decide about code; paths, macros and names do not. */
    private static Set<String> options(ElfObject object) {
        return strings(object, ".GCC.command.line").stream()
                .flatMap(line -> Stream.of(line.split(" ", -1)))
                .filter(word -> word.matches("-(?:[fmO]|std=).*"))
                .filter(word -> !word.contains("-prefix-map=") && !word.startsWith("-frandom-seed"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
