package suture.impact;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.dwarf.DebugInfo;
import suture.elf.ElfObject;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Who made an object, and with which options: {@code DW_AT_producer} as gcc writes it by default
 * ({@code GNU C11 12.2.0 -mfentry -O2 ...}), or {@code .GCC.command.line}.
 *
 * @param family {@code gcc}, {@code clang}, or empty if the object does not say
 * @param major its major version, 0 if unknown
 * @param options those that are recorded
 * @param recorded whether options are recorded at all
 */
record Compiler(String family, int major, Set<String> options, boolean recorded) {
    private static final Pattern GNU = Pattern.compile("\\bGNU \\S+ (\\d+)\\.");
    private static final Pattern CLANG = Pattern.compile("\\bclang version (\\d+)\\.");
    private static final Pattern COMMENT = Pattern.compile("GCC: \\([^)]*\\) (\\d+)\\.");

    /** gcc records {@code -pg} as {@code -p}. */
    private static final List<String> TRACED = List.of("-p", "-pg", "-mfentry");

    static Compiler of(ElfObject object, DebugInfo info) {
        Set<String> options = new HashSet<>(words(object.content(".GCC.command.line")));
        if (info.producer().startsWith("GNU ")) {
            options.addAll(List.of(info.producer().split(" ", -1)));
        }
        String names = info.producer() + '\n' + text(object.content(".comment"));
        for (Pattern pattern : List.of(GNU, CLANG, COMMENT)) {
            Matcher matcher = pattern.matcher(names);
            if (matcher.find()) {
                return new Compiler(
                        pattern == CLANG ? "clang" : "gcc",
                        Integer.parseInt(matcher.group(1)),
                        Set.copyOf(options),
                        !options.isEmpty());
            }
        }
        return new Compiler("", 0, Set.copyOf(options), !options.isEmpty());
    }

    private static String text(@Nullable Bytes content) {
        return content == null ? "" : content.text();
    }

    private static List<String> words(@Nullable Bytes content) {
        return Stream.of(text(content).split("[\\x00 ]", -1))
                .filter(Predicate.not(String::isEmpty))
                .toList();
    }

    boolean gcc() {
        return family.equals("gcc");
    }

    boolean has(String option) {
        return options.contains(option);
    }

    /** {@code -flive-patching} in any form: gcc switches off what it cannot report. */
    boolean livePatching() {
        return options.stream().anyMatch(o -> o.startsWith("-flive-patching"));
    }

    /** Whether functions have room for a tracer; gcc switches IPA-RA off then. */
    boolean traced() {
        return options.stream()
                .anyMatch(o -> TRACED.contains(o) || o.startsWith("-fpatchable-function-entry="));
    }

    /** Whether the optimisation level is at least the one given; -Os counts as 2, -Og as 1. */
    boolean atLeast(int level) {
        int found = 0;
        for (String option : options) {
            if (option.matches("-O[0-9sgz]?|-Ofast")) {
                found = Math.max(found, levelOf(option));
            }
        }
        return found >= level;
    }

    private static int levelOf(String option) {
        return switch (option) {
            case "-O0" -> 0;
            case "-O", "-O1", "-Og" -> 1;
            case "-O3", "-Ofast" -> 3;
            default -> 2;
        };
    }
}
