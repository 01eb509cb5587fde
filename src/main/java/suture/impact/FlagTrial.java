package suture.impact;

import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Section;
import suture.exec.Command;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.exec.Result;
import suture.exec.Runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What options would prevent and cost, by compiling units with and without them. */
public final class FlagTrial {
    private static final List<List<String>> CANDIDATES =
            List.of(
                    List.of(),
                    List.of("-fno-ipa-ra"),
                    List.of("-fno-ipa-sra", "-fno-ipa-cp"),
                    List.of("-fno-ipa-icf"),
                    List.of("-fno-partial-inlining"),
                    List.of("-fno-ipa-pure-const", "-fno-ipa-modref", "-fno-ipa-reference"),
                    List.of("-flive-patching=inline-clone"),
                    List.of("-flive-patching=inline-only-static"),
                    List.of("-fpatchable-function-entry=16,11"));

    private FlagTrial() {}

    /**
     * A unit to compile.
     *
     * @param directory where the compiler runs
     * @param words compiler, options and source, without output
     */
    public record Job(Path directory, List<String> words) {}

    /**
     * What a set of options did to the sample.
     *
     * @param options empty for the units as they are
     * @param units that were compiled
     * @param failed units that did not compile with it
     * @param text bytes of code of those compiled, and of the same ones as they are
     * @param base bytes of code of the same units without the options
     * @param effects what the compiler did still
     * @param hidden in how many units each effect without a mark may be
     */
    public record Row(
            List<String> options,
            int units,
            int failed,
            long text,
            long base,
            Map<String, Integer> effects,
            Map<String, Integer> hidden) {}

    private record Compiled(long text, List<Fact> facts, List<Hidden> hidden) {}

    /**
     * Compiles every job with every set of options.
     *
     * @param scratch a folder that the caller deletes
     */
    public static List<Row> run(List<Job> jobs, Path scratch, JobPool pool, Progress progress) {
        List<List<Optional<Compiled>>> all = new ArrayList<>();
        progress.begin("compiling with other options", (long) jobs.size() * CANDIDATES.size());
        for (int i = 0; i < CANDIDATES.size(); i++) {
            List<String> options = CANDIDATES.get(i);
            Path folder = scratch.resolve(String.valueOf(i));
            List<Integer> numbers = new ArrayList<>();
            for (int job = 0; job < jobs.size(); job++) {
                numbers.add(job);
            }
            all.add(
                    pool.map(
                            numbers,
                            progress,
                            n -> compile(jobs.get(n), options, folder.resolve(n + ".o"))));
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < CANDIDATES.size(); i++) {
            rows.add(row(CANDIDATES.get(i), all.getFirst(), all.get(i)));
        }
        return rows;
    }

    private static Optional<Compiled> compile(Job job, List<String> options, Path object) {
        List<String> words = new ArrayList<>(job.words());
        words.removeIf(w -> w.startsWith("-Wp,-M") || w.equals("-c"));
        words.addAll(options);
        words.addAll(List.of("-g", "-c", "-o", object.toString()));
        try {
            Files.createDirectories(object.resolveSibling(""));
            Result result = Runner.run(Command.of(words).in(job.directory()));
            if (!result.succeeded()) {
                return Optional.empty();
            }
            UnitFacts facts = UnitReader.read(object.toString(), object, null);
            Compiled compiled =
                    new Compiled(
                            text(ElfReader.read(object)),
                            facts.facts(),
                            facts.knowledge().hidden());
            Files.delete(object);
            return Optional.of(compiled);
        } catch (FormatException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long text(ElfObject object) {
        return object.sections().stream()
                .filter(s -> s.has(Elf.SHF_ALLOC | Elf.SHF_EXECINSTR))
                .mapToLong(Section::size)
                .sum();
    }

    private static Row row(
            List<String> options, List<Optional<Compiled>> base, List<Optional<Compiled>> with) {
        long text = 0;
        long before = 0;
        int units = 0;
        int failed = 0;
        List<Fact> facts = new ArrayList<>();
        Map<String, Integer> hidden = new TreeMap<>();
        for (int i = 0; i < with.size(); i++) {
            Compiled plain = base.get(i).orElse(null);
            Compiled now = with.get(i).orElse(null);
            if (plain == null || now == null) {
                failed++;
                continue;
            }
            units++;
            text += now.text();
            before += plain.text();
            facts.addAll(now.facts());
            now.hidden().forEach(h -> hidden.merge(h.text(), 1, Integer::sum));
        }
        return new Row(options, units, failed, text, before, Audit.effects(facts), hidden);
    }
}
