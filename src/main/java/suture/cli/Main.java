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
import java.util.List;
import java.util.Map;

/** Entry point: builds the command tree and maps what happened to an exit status. */
@Command(
        name = "suture",
        mixinStandardHelpOptions = true,
        version = "suture 0.1.0",
        description = "Builds, proves and explains live patches.")
public final class Main {
    /** In the order of the help. */
    private static final List<Map.Entry<String, Class<?>>> COMMANDS =
            List.of(
                    Map.entry("demo", DemoCommand.class),
                    Map.entry("diff", DiffCommand.class),
                    Map.entry("impact", ImpactCommand.class),
                    Map.entry("audit", AuditCommand.class),
                    Map.entry("neutralise", NeutraliseCommand.class),
                    Map.entry("inspect", InspectCommand.class),
                    Map.entry("verify", VerifyCommand.class),
                    Map.entry("trial", TrialCommand.class),
                    Map.entry("build", BuildCommand.class),
                    Map.entry("convert", ConvertCommand.class),
                    Map.entry("extract", ExtractCommand.class),
                    Map.entry("load", LoadCommand.class),
                    Map.entry("list", ListCommand.class),
                    Map.entry("revert", RevertCommand.class),
                    Map.entry("unload", UnloadCommand.class));

    /** Those of {@code build}. */
    private static final List<Map.Entry<String, Class<?>>> TARGETS =
            List.of(
                    Map.entry("linux", BuildLinuxCommand.class),
                    Map.entry("process", BuildProcessCommand.class),
                    Map.entry("xen", BuildXenCommand.class));

    private Main() {}

    /** Runs one command and exits with its status. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        CommandLine line = line(args);
        line.setExecutionExceptionHandler((exception, command, parsed) -> report(exception).code());
        return line.execute(args);
    }

    /** The command tree; only the branch that is asked for, as each takes its time to build. */
    private static CommandLine line(String... args) {
        CommandLine line = new CommandLine(new Main());
        add(line, COMMANDS, 0, args);
        CommandLine build = line.getSubcommands().get("build");
        if (build != null) {
            add(build, TARGETS, 1, args);
        }
        return line;
    }

    private static void add(
            CommandLine line, List<Map.Entry<String, Class<?>>> all, int at, String... args) {
        String asked = args.length > at ? args[at] : "";
        boolean known = all.stream().anyMatch(c -> c.getKey().equals(asked));
        for (Map.Entry<String, Class<?>> command : all) {
            if (!known || command.getKey().equals(asked)) {
                line.addSubcommand(command.getKey(), command.getValue());
            }
        }
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
