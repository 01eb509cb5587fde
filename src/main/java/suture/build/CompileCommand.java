package suture.build;

import java.util.List;

/**
 * The command that makes one object.
 *
 * @param arguments the compiler and its arguments without input, output and dependency file
 * @param steps what is done to the object afterwards; the argument {@link #OBJECT} stands for it
 */
public record CompileCommand(List<String> arguments, List<List<String>> steps) {
    /** Stands for the object's name in {@link #steps}. */
    public static final String OBJECT = "@OBJECT@";

    public CompileCommand {
        arguments = List.copyOf(arguments);
        steps = steps.stream().map(List::copyOf).toList();
    }

    /** The compiler's name. */
    public String compiler() {
        return arguments.getFirst();
    }
}
