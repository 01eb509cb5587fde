package suture.build.process;

import org.jspecify.annotations.Nullable;

import suture.build.Compilation;
import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.exec.Command;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.exec.Runner;
import suture.finding.Finding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Compiles the units of a patch; see the package's essay. */
public final class UnitCompiler {
    private static final List<String> SECTIONS = List.of("-ffunction-sections", "-fdata-sections");
    private static final Set<String> SOURCES = Set.of("c", "cc", "cpp", "cxx", "C", "s", "S");

    private final SourceMirror mirror;
    private final CompileRule rule;
    private final Map<String, Bytes> changed;
    private final Progress progress;
    private final List<Finding> findings = new ArrayList<>();

    private UnitCompiler(
            SourceMirror mirror, CompileRule rule, Map<String, Bytes> changed, Progress progress) {
        this.mirror = mirror;
        this.rule = rule;
        this.changed = changed;
        this.progress = progress;
    }

    /**
     * All objects.
     *
     * @param units in the order of their names
     * @param findings what could not be compiled; each refuses
     */
    public record Result(List<UnitObjects> units, List<Finding> findings) {}

    /**
     * Compiles every unit that a patch touches.
     *
     * @param source the tree the program was built from
     * @param rule how its units are compiled
     * @param changed the new contents of the files that the patch changes, by path in the tree
     * @param progress hears of each compiled object
     */
    public static Result compile(
            Path source, CompileRule rule, Map<String, Bytes> changed, Progress progress)
            throws IOException {
        try (SourceMirror mirror = SourceMirror.of(source)) {
            UnitCompiler compiler =
                    new UnitCompiler(mirror, rule, new TreeMap<>(changed), progress);
            return compiler.run();
        }
    }

    /** A unit and the command that makes its object but for source and object. */
    private record Unit(int number, String path, Path directory, List<String> words) {}

    private Result run() throws IOException {
        List<Unit> units = units();
        progress.begin("compiling", 3L * units.size());
        JobPool pool = JobPool.ofCores();
        Map<Unit, Path> plain = compile(pool, units, "plain", List.of());
        Map<Unit, Path> original = compile(pool, units, "original", SECTIONS);
        for (Map.Entry<String, Bytes> file : changed.entrySet()) {
            mirror.put(file.getKey(), file.getValue());
        }
        List<String> words = new ArrayList<>(SECTIONS);
        words.addAll(List.of("-idirafter", mirror.headers().toString()));
        Map<Unit, Path> patched = compile(pool, units, "patched", words);
        List<UnitObjects> objects = new ArrayList<>();
        for (Unit unit : units) {
            objects.add(
                    new UnitObjects(
                            unit.path(),
                            read(unit, Objects.requireNonNull(plain.get(unit))),
                            read(unit, Objects.requireNonNull(original.get(unit))),
                            read(unit, Objects.requireNonNull(patched.get(unit)))));
        }
        return new Result(objects, List.copyOf(findings));
    }

    private static ElfObject read(Unit unit, Path file) throws IOException {
        Bytes kept = Bytes.of(Files.readAllBytes(file));
        return ElfReader.read(unit.path() + " (" + file.getFileName() + ")", kept);
    }

    private Map<Unit, Path> compile(
            JobPool pool, List<Unit> units, String kind, List<String> more) {
        List<Path> objects = pool.map(units, progress, unit -> compile(unit, kind, more));
        Map<Unit, Path> result = new LinkedHashMap<>();
        for (int i = 0; i < units.size(); i++) {
            result.put(units.get(i), objects.get(i));
        }
        return result;
    }

    private Path compile(Unit unit, String kind, List<String> more) {
        Path object = mirror.object(unit.number(), kind);
        List<String> words = new ArrayList<>();
        for (String word : unit.words()) {
            words.add(word.replace("{source}", unit.path()).replace("{object}", object.toString()));
        }
        words.addAll(more);
        words.add("-ffile-prefix-map=" + mirror.tree() + "=" + mirror.source());
        boolean patched = kind.equals("patched");
        Compilation.check(
                "compiling " + (patched ? "the patched " : "") + unit.path(),
                Command.of(words).in(unit.directory()),
                patched ? mirror.tree() : null);
        return object;
    }

    private List<Unit> units() {
        List<Unit> units = new ArrayList<>();
        switch (rule) {
            case CompileRule.Template template -> {
                for (String path : changed.keySet()) {
                    if (SOURCES.contains(extension(path))) {
                        units.add(new Unit(units.size(), path, mirror.tree(), template.words()));
                    } else {
                        header(path);
                    }
                }
            }
            case CompileRule.Database database -> {
                for (CompileRule.Entry entry : database.entries()) {
                    Unit unit = unit(units.size(), entry);
                    if (unit != null && touched(unit)) {
                        units.add(unit);
                    }
                }
                if (units.isEmpty()) {
                    throw new FormatException(
                            "--compile-commands",
                            "",
                            -1,
                            "a unit that uses " + String.join(", ", changed.keySet()),
                            "none");
                }
            }
        }
        return units;
    }

    private void header(String path) {
        findings.add(
                Finding.error(
                        "header-change",
                        path,
                        "",
                        "with --compile it is not known which units include it",
                        "give --compile-commands compile_commands.json instead"));
    }

    private static String extension(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private @Nullable Unit unit(int number, CompileRule.Entry entry) {
        Path source = mirror.source();
        if (!entry.file().startsWith(source)) {
            return null;
        }
        Path directory =
                entry.directory().startsWith(source)
                        ? mirror.tree().resolve(source.relativize(entry.directory()))
                        : entry.directory();
        List<String> words = new ArrayList<>();
        for (String word : entry.words()) {
            words.add(word.replace(source.toString(), mirror.tree().toString()));
        }
        words.addAll(List.of("-c", "-o", "{object}"));
        String path = source.relativize(entry.file()).toString();
        return new Unit(number, path, directory, words);
    }

    /** Whether the unit is one of the changed files, or includes one. */
    private boolean touched(Unit unit) {
        if (changed.containsKey(unit.path())) {
            return true;
        }
        if (changed.keySet().stream().allMatch(p -> SOURCES.contains(extension(p)))) {
            return false;
        }
        List<String> words = new ArrayList<>(unit.words().subList(0, unit.words().size() - 3));
        words.add("-M");
        String uses =
                Runner.check(
                                "looking for what " + unit.path() + " includes",
                                Command.of(words).in(unit.directory()))
                        .output();
        for (String word : uses.replace("\\\n", " ").split("\\s+", -1)) {
            Path file = unit.directory().resolve(word).normalize();
            if (file.startsWith(mirror.tree())
                    && changed.containsKey(mirror.tree().relativize(file).toString())) {
                return true;
            }
        }
        return false;
    }
}
