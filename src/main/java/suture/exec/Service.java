package suture.exec;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A program that runs beside us until it is closed. */
public final class Service implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private Service(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts a program; its errors go where ours go.
     *
     * @throws ToolMissing if it is not installed
     */
    public static Service start(Command command) {
        return new Service(Runner.launch(command));
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The next line that it prints; an empty one if it has ended. */
    public String line() throws IOException {
        String line = output.readLine();
        return line == null ? "" : line;
    }

    /** Ends it at once, and what it has started. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
