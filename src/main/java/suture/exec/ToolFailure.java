package suture.exec;

import java.io.Serial;
import java.util.List;

/** A program that Suture called failed; the message ends with the last lines it said. */
public final class ToolFailure extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;
    private static final int LAST_LINES = 20;
    private final int status;

    /**
     * @param doing what was being done, for instance {@code "compiling fs/namei.c"}
     * @param command the command
     * @param result how it ended
     */
    public ToolFailure(String doing, Command command, Result result) {
        this(doing, command, result.status(), result.errors());
    }

    ToolFailure(String doing, Command command, int status, String said) {
        super(
                (doing.isEmpty() ? "" : doing + ": ")
                        + command.program()
                        + (status < 0 ? " did not finish" : " failed with status " + status)
                        + lastLines(said));
        this.status = status;
    }

    /** The program's exit status; negative if it was stopped. */
    public int status() {
        return status;
    }

    private static String lastLines(String said) {
        List<String> lines = said.lines().filter(line -> !line.isBlank()).toList();
        StringBuilder last = new StringBuilder();
        for (String line : lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())) {
            last.append(System.lineSeparator()).append("  ").append(line);
        }
        return last.toString();
    }
}
