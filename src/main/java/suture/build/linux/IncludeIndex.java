package suture.build.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import suture.build.CompileDatabase;
import suture.build.Unit;
import suture.exec.JobPool;
import suture.exec.Progress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Who includes whom, read from the text of a source tree without a preprocessor: never too little,
 * for an {@code #include} counts under any condition and from any directory. {@code #include
 * "a/b.h"} means the file of that name beside the one with the directive, where the compiler looks
 * first; if there is none, every file whose path ends in {@code a/b.h}, whatever the {@code -I}
 * options say.
 *
 * <p>An include of a macro ({@code #include TRACE_INCLUDE(TRACE_INCLUDE_FILE)}) means a file that
 * some {@code #define} names: a define of a quoted file name, or of {@code TRACE_INCLUDE_FILE},
 * counts as an include of that file by the file with the define. A file with an include of another
 * macro counts as a reader of everything. A symbolic link includes what it points to, and what the
 * text there includes from the place of the link.
 *
 * <p>As a file it is one line for each name that is included, in the order of the names: the name
 * and the paths of those who include it, with tabs between. The name {@code *} is everything, and
 * one that begins with {@code =} is a path and no end of one.
 */
final class IncludeIndex implements Dependents {
    private static final String ANYTHING = "*";
    private static final String EXACTLY = "=";
    private static final Pattern DIRECTIVE =
            Pattern.compile(
                    "#[ \\t]*(include|include_next|define[ \\t]+\\w+)[ \\t]*"
                            + "(?:\"([^\"\\n]+)\"|<([^>\\n]+)>)"
                            + "|#[ \\t]*include[ \\t]+(\\w+)"
                            + "|#[ \\t]*define[ \\t]+TRACE_INCLUDE_FILE[ \\t]+(\\w+)"
                            + "|\\.(?:include|incbin)[ \\t]+\"([^\"\\n]+)\"");
    private static final Set<String> BY_DEFINE = Set.of("TRACE_INCLUDE", "GENL_MAGIC_INCLUDE_FILE");
    private static final Set<String> LEFT_OUT = Set.of("Documentation", ".git");

    /** Sources of headers that Kbuild generates by compiling them (Linux 6.1 {@code Kbuild}). */
    private static final Pattern GENERATOR =
            Pattern.compile("kernel/bounds\\.c|arch/x86/(?:kernel|kvm)/(?:kvm-)?asm-offsets\\.c");

    private final Path file;
    private final CompileDatabase units;

    /**
     * @param file an index that {@link #write} made
     * @param units the units to find
     */
    IncludeIndex(Path file, CompileDatabase units) {
        this.file = file;
        this.units = units;
    }

    /** Reads the sources and headers below some directories. */
    static void write(List<Path> roots, Path file, JobPool pool) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path root : roots) {
            List<Path> parts = new ArrayList<>();
            try (Stream<Path> top = Files.list(root)) {
                top.filter(p -> !LEFT_OUT.contains(p.getFileName().toString()))
                        .sorted()
                        .forEach(parts::add);
            }
            pool.map(parts, Progress.SILENT, part -> scan(root, part)).forEach(lines::addAll);
        }
        SortedMap<String, StringBuilder> includers = new TreeMap<>();
        for (String line : lines) {
            String[] names = line.split("\t", -1);
            for (String name : Arrays.asList(names).subList(1, names.length)) {
                includers
                        .computeIfAbsent(name, key -> new StringBuilder(key))
                        .append('\t')
                        .append(names[0]);
            }
        }
        Files.write(file, includers.values(), ISO_8859_1);
    }

    @Override
    public Candidates of(Set<String> files) throws IOException {
        SortedLines includers = SortedLines.read(file);
        Set<String> readers = closure(files, includers);
        Map<String, Boolean> forced = new HashMap<>();
        List<Unit> found = new ArrayList<>();
        for (Unit unit : units.units()) {
            if (readers.contains(unit.source()) || forces(unit, files, readers, forced)) {
                found.add(unit);
            }
        }
        List<String> generators =
                new TreeSet<>(readers)
                        .stream().filter(name -> GENERATOR.matcher(name).matches()).toList();
        return new Candidates(found, generators, false);
    }

    private static Set<String> closure(Set<String> files, SortedLines includers) {
        Set<String> readers = new HashSet<>();
        Deque<String> todo = new ArrayDeque<>(files);
        todo.addAll(includers.fields(ANYTHING));
        todo.stream().filter(name -> !files.contains(name)).forEach(readers::add);
        while (!todo.isEmpty()) {
            String name = todo.remove();
            for (String reader : includers.fields(EXACTLY + name)) {
                if (readers.add(reader)) {
                    todo.add(reader);
                }
            }
            for (int at = 0; at >= 0; at = next(name, at)) {
                for (String reader : includers.fields(name.substring(at))) {
                    if (readers.add(reader)) {
                        todo.add(reader);
                    }
                }
            }
        }
        return readers;
    }

    private static int next(String name, int at) {
        int slash = name.indexOf('/', at);
        return slash < 0 ? -1 : slash + 1;
    }

    /**
     * Whether the command itself includes a file, by {@code -include}.
     *
     * @param known what was found out about names already
     */
    private static boolean forces(
            Unit unit, Set<String> files, Set<String> readers, Map<String, Boolean> known) {
        List<String> arguments = unit.command().arguments();
        for (int i = 0; i + 1 < arguments.size(); i++) {
            if ((arguments.get(i).equals("-include") || arguments.get(i).equals("-imacros"))
                    && known.computeIfAbsent(
                            arguments.get(i + 1),
                            name ->
                                    Stream.concat(files.stream(), readers.stream())
                                            .anyMatch(file ->
                                                    name.equals(file)
                                                            || name.endsWith("/" + file)))) {
                return true;
            }
        }
        return false;
    }

    private static List<String> scan(Path root, Path part) {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(part)) {
            for (Path path : (Iterable<Path>) files.sorted()::iterator) {
                String name = path.getFileName().toString();
                if (name.matches(".*\\.(?:[chS]|inc|def|lds)") && Files.isRegularFile(path)) {
                    Set<String> includes =
                            includes(
                                    Files.readString(path, ISO_8859_1),
                                    quoted -> beside(root, path, quoted));
                    if (Files.isSymbolicLink(path)) {
                        includes.add(tail(Files.readSymbolicLink(path).toString()));
                    }
                    if (!includes.isEmpty()) {
                        lines.add(root.relativize(path) + "\t" + String.join("\t", includes));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    /** The path of a quoted name if it stands beside the file that includes it, otherwise null. */
    private static @Nullable String beside(Path root, Path includer, String quoted) {
        Path file = includer.resolveSibling(quoted.replace('\0', ' ')).normalize();
        return file.startsWith(root) && Files.isRegularFile(file)
                ? EXACTLY + root.relativize(file)
                : null;
    }

    /**
     * The names that a text includes.
     *
     * @param beside the exact path of a quoted name, or null if it has to be searched for
     */
    static Set<String> includes(String text, Function<String, @Nullable String> beside) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = DIRECTIVE.matcher(text);
        for (int line = 0; line < text.length(); line = text.indexOf('\n', line) + 1) {
            collect(matcher, text, line, beside, names);
            if (text.indexOf('\n', line) < 0) {
                break;
            }
        }
        names.remove("");
        return names;
    }

    private static void collect(
            Matcher matcher,
            String text,
            int line,
            Function<String, @Nullable String> beside,
            Set<String> names) {
        int at = line;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        boolean directive =
                at < text.length() && (text.charAt(at) == '#' || text.charAt(at) == '.');
        if (directive && matcher.region(at, text.length()).lookingAt()) {
            names.add(name(matcher, beside));
        }
    }

    /** What a directive includes; empty if that is named elsewhere. */
    private static String name(Matcher directive, Function<String, @Nullable String> beside) {
        String quoted = directive.group(2);
        if (quoted != null) {
            String exact = directive.group(1).equals("include") ? beside.apply(quoted) : null;
            return exact == null ? tail(quoted) : exact;
        }
        String macro = directive.group(4);
        if (macro != null) {
            return BY_DEFINE.contains(macro) ? "" : ANYTHING;
        }
        String event = directive.group(5);
        if (event != null) {
            return event + ".h";
        }
        String named = directive.group(3);
        return tail(named == null ? directive.group(6) : named);
    }

    /** A name without the steps upwards it begins with, and in its shortest form. */
    private static String tail(String name) {
        Path path = Path.of(name.replace('\0', ' ')).normalize();
        int up = 0;
        while (up < path.getNameCount() && path.getName(up).toString().equals("..")) {
            up++;
        }
        return up == path.getNameCount() ? "" : path.subpath(up, path.getNameCount()).toString();
    }
}
