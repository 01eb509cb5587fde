package suture.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import suture.bytes.FormatException;
import suture.exec.ToolFailure;
import suture.exec.ToolMissing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Entry point: builds the command tree and maps what happened to an exit status. */
@Command(
        name = "suture",
        mixinStandardHelpOptions = true,
        version = "suture 0.1.0",
        description = "Builds, proves and explains live patches.",
        subcommands = {
            DemoCommand.class,
            DiffCommand.class,
            ImpactCommand.class,
            AuditCommand.class,
            NeutraliseCommand.class,
            InspectCommand.class,
            VerifyCommand.class,
            TrialCommand.class,
            BuildCommand.class,
            ConvertCommand.class,
            ExtractCommand.class,
            LoadCommand.class,
            ListCommand.class,
            RevertCommand.class,
            UnloadCommand.class,
        })
public final class Main {
    private Main() {}

    /** Runs one command and exits with its status. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((exception, command, parsed) -> report(exception).code());
        return line.execute(args);
    }

    private static ExitStatus report(Exception exception) {
        switch (exception) {
            case ToolFailure e -> {
                System.err.println("suture: " + e.getMessage());
                return ExitStatus.TOOL_FAILED;
            }
            case ToolMissing e -> System.err.println("suture: " + e.getMessage());
            case FormatException e -> System.err.println("suture: " + e.getMessage());
            case UncheckedIOException e when e.getCause() != null ->
                    System.err.println("suture: " + describe(e.getCause()));
            case IOException e -> System.err.println("suture: " + describe(e));
            default -> {
                System.err.println(
                        "suture: this is a bug in Suture; please report it with the lines below");
                exception.printStackTrace();
                return ExitStatus.BUG;
            }
        }
        return ExitStatus.BAD_INPUT;
    }

    private static String describe(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> missing.getFile() + ": no such file";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            default -> String.valueOf(e.getMessage());
        };
    }
}
