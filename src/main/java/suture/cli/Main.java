package suture.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point: builds the command tree and maps what happened to an exit status. */
@Command(
        name = "suture",
        mixinStandardHelpOptions = true,
        version = "suture 0.1.0",
        description = "Builds, proves and explains live patches.",
        subcommands = {})
public final class Main {
    private Main() {}

    /** Runs one command and exits with its status. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        return new CommandLine(new Main()).execute(args);
    }
}
