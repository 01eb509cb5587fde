package suture.exec;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A program to run.
 *
 * @param arguments the program and its arguments; no shell sees them
 * @param directory where it runs; null for the current directory
 * @param environment variables set on top of the clean environment
 * @param input the file it reads as standard input; null for none
 * @param output the file its standard output goes to; null to keep it in memory
 * @param timeout how long it may take
 */
public record Command(
        List<String> arguments,
        @Nullable Path directory,
        Map<String, String> environment,
        @Nullable Path input,
        @Nullable Path output,
        Duration timeout) {
    private static final Duration PATIENCE = Duration.ofHours(2);

    public Command {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** A program with its arguments. */
    public static Command of(String program, String... arguments) {
        List<String> all = new ArrayList<>(List.of(program));
        all.addAll(List.of(arguments));
        return of(all);
    }

    /** A program with its arguments. */
    public static Command of(List<String> arguments) {
        return new Command(arguments, null, Map.of(), null, null, PATIENCE);
    }

    /** The same with more arguments at the end. */
    public Command and(List<String> more) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(more);
        return new Command(all, directory, environment, input, output, timeout);
    }

    /** The same in a directory. */
    public Command in(Path where) {
        return new Command(arguments, where, environment, input, output, timeout);
    }

    /** The same with a variable set. */
    public Command with(String variable, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(variable, value);
        return new Command(arguments, directory, more, input, output, timeout);
    }

    /** The same reading a file. */
    public Command from(Path file) {
        return new Command(arguments, directory, environment, file, output, timeout);
    }

    /** The same writing its standard output to a file. */
    public Command to(Path file) {
        return new Command(arguments, directory, environment, input, file, timeout);
    }

    /** The same with another patience. */
    public Command within(Duration limit) {
        return new Command(arguments, directory, environment, input, output, limit);
    }

    /** The program's name. */
    public String program() {
        return arguments.getFirst();
    }

    /** The command as a shell would read it, for messages. */
    public String shown() {
        StringBuilder line = new StringBuilder();
        for (String argument : arguments) {
            line.append(line.isEmpty() ? "" : " ").append(quoted(argument));
        }
        return line.toString();
    }

    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9_@%+=:,./-]+")
                ? argument
                : '\'' + argument.replace("'", "'\\''") + '\'';
    }
}
