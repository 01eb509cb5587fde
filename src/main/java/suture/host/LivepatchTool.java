package suture.host;

import suture.exec.Command;
import suture.exec.Result;
import suture.exec.Runner;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code xen-livepatch}, the hypervisor's own tool (Xen {@code tools/misc/xen-livepatch.c}). It
 * gives the hypervisor 30 ms, looks once after 60 ms, and says with its exit status 2 that it was
 * too early to tell, or that another try may do.
 *
 * <pre>
 *  ID                                     | status     | metadata
 * ----------------------------------------+------------+---------------
 * fix                                     | APPLIED    |
 * other                                   | CHECKED (16, Device or resource busy)    | key=value
 * </pre>
 */
final class LivepatchTool {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern ERROR = Pattern.compile("(?m)^Error (\\d+):");
    private static final Pattern LINE =
            Pattern.compile("(.+?) *\\| ([A-Z]+|unknown)(?: \\((\\d+),[^|]*\\))? *\\|.*");

    private final Path program;

    LivepatchTool(Path program) {
        this.program = program;
    }

    /**
     * A payload in the hypervisor.
     *
     * @param applied whether it is in force
     * @param error the error of the last action on it, 0 if there is none, EAGAIN while it goes on
     */
    record Entry(String name, boolean applied, int error) {}

    /**
     * How a call ended.
     *
     * @param status 0, 2 if another try may do
     * @param error the error's number, 0 if it names none
     * @param words what the tool said
     */
    record Answer(int status, int error, String words) {
        boolean done() {
            return status == 0;
        }
    }

    Answer call(String... arguments) {
        Result result = Runner.run(Command.of(program.toString(), arguments).within(PATIENCE));
        Matcher error = ERROR.matcher(result.errors());
        return new Answer(
                result.status(),
                error.find() ? Integer.parseInt(error.group(1)) : 0,
                result.errors().strip().replace('\n', ' '));
    }

    List<Entry> list() {
        Result result = Runner.check(Command.of(program.toString(), "list").within(PATIENCE));
        List<Entry> all = new ArrayList<>();
        for (String line : result.output().lines().toList()) {
            Matcher entry = LINE.matcher(line);
            if (entry.matches()) {
                String error = entry.group(3);
                all.add(
                        new Entry(
                                entry.group(1),
                                entry.group(2).equals("APPLIED"),
                                error == null ? 0 : Integer.parseInt(error)));
            }
        }
        return all;
    }
}
