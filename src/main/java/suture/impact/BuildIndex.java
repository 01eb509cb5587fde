package suture.impact;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Symbol;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.finding.Finding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The index of all objects below a directory. Objects that have not changed since the index was
 * written, by size and time, are not read again.
 */
public final class BuildIndex {
    private static final String DUMP = ".000i.ipa-clones";

    private final Path directory;
    private final Map<String, Path> objects = new TreeMap<>();
    private final Map<String, Path> dumps = new TreeMap<>();

    private BuildIndex(Path directory) {
        this.directory = directory;
    }

    /**
     * An index and what could not be read.
     *
     * @param index answers questions
     * @param units number of units in it
     * @param read how many of them were read now
     * @param findings objects that are not in it, with the reason
     */
    public record Result(IndexFile index, int units, int read, List<Finding> findings) {}

    /** Opens the index, brought up to date first. */
    public static Result open(Path directory, Path file, JobPool pool, Progress progress)
            throws IOException {
        BuildIndex build = new BuildIndex(directory.toAbsolutePath());
        build.list();
        return build.update(file, pool, progress);
    }

    private void list() throws IOException {
        try (Stream<Path> files = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            files.forEach(path -> {
                String name = directory.relativize(path).toString();
                if (name.endsWith(DUMP)) {
                    dumps.put(name, path);
                } else if (name.endsWith(".o") && Files.isRegularFile(path)) {
                    objects.put(name, path);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The dump of an object: gcc names it after the output or after the source. */
    private @Nullable Path dump(String object) {
        String stem = object.substring(0, object.length() - 2);
        for (String name : List.of(stem + ".c" + DUMP, stem + DUMP, object + DUMP)) {
            Path found = dumps.get(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private Path path(String object) {
        return Objects.requireNonNull(objects.get(object), object);
    }

    private String stamp(String object) throws IOException {
        Path dump = dump(object);
        return stamp(path(object)) + (dump == null ? "" : "+" + stamp(dump));
    }

    private static String stamp(Path file) throws IOException {
        return Files.size(file) + "@" + Files.getLastModifiedTime(file).toMillis();
    }

    private Result update(Path file, JobPool pool, Progress progress) throws IOException {
        Map<String, String> stamps = new TreeMap<>();
        for (String object : objects.keySet()) {
            stamps.put(object, stamp(object));
        }
        List<String> rows = new ArrayList<>();
        Set<String> fresh = new HashSet<>();
        if (Files.exists(file)) {
            IndexFile before = IndexFile.open(file);
            before.units()
                    .forEach((unit, row) -> {
                        if (row.stamp().equals(stamps.get(unit))) {
                            fresh.add(unit);
                        }
                    });
            if (fresh.size() == stamps.size() && before.units().size() == fresh.size()) {
                return result(before, 0);
            }
            keep(before, fresh, rows);
        }
        List<String> stale = stamps.keySet().stream().filter(u -> !fresh.contains(u)).toList();
        progress.begin("reading objects", stale.size());
        pool.map(stale, progress, unit -> read(unit, stamps.getOrDefault(unit, "")))
                .forEach(rows::addAll);
        IndexFile.write(file, rows);
        return result(IndexFile.open(file), stale.size());
    }

    private static void keep(IndexFile before, Set<String> fresh, List<String> rows) {
        for (String row : before.rows()) {
            if (fresh.contains(row.split("\t", 4)[2])) {
                rows.add(row);
            }
        }
        before.units().values().stream()
                .filter(row -> fresh.contains(row.knowledge().unit()))
                .forEach(row -> rows.add(Rows.of(row)));
    }

    private List<String> read(String unit, String stamp) {
        List<String> rows = new ArrayList<>();
        try {
            Path object = path(unit);
            String joined = joined(ElfReader.read(object));
            if (!joined.isEmpty()) {
                return List.of(failed(unit, stamp, joined));
            }
            UnitFacts facts = UnitReader.read(unit, object, dump(unit));
            facts.functions().forEach(f -> rows.add(Rows.of(f)));
            facts.facts().forEach(f -> rows.add(Rows.of(f)));
            rows.add(Rows.of(new Rows.UnitRow(facts.knowledge(), stamp, "")));
            return rows;
        } catch (FormatException e) {
            return List.of(failed(unit, stamp, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String failed(String unit, String stamp, String why) {
        return Rows.of(
                new Rows.UnitRow(new Knowledge(unit, "", false, false, List.of()), stamp, why));
    }

    /** Objects that {@code ld -r} joined hold nothing but what their parts hold. */
    private static String joined(ElfObject object) {
        List<String> files =
                object.symbols().stream()
                        .filter(s -> s.type() == Elf.STT_FILE)
                        .map(Symbol::name)
                        .toList();
        boolean linkTime =
                files.stream().anyMatch(f -> f.equals("<artificial>") || f.equals("ld-temp.o"));
        return files.size() > 1 && !linkTime ? "joined from " + files.size() + " others" : "";
    }

    private static Result result(IndexFile index, int read) {
        List<Finding> findings = new ArrayList<>();
        index.units()
                .forEach((unit, row) -> {
                    if (!row.error().isEmpty() && !row.error().startsWith("joined from")) {
                        findings.add(
                                Finding.warning(
                                        "not-read",
                                        unit,
                                        "",
                                        row.error(),
                                        "what it holds is not in the answer"));
                    }
                });
        findings.sort(Comparator.comparing(Finding::subject));
        return new Result(index, index.units().size(), read, List.copyOf(findings));
    }
}
