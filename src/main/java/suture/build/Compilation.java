package suture.build;

import org.jspecify.annotations.Nullable;

import suture.exec.Command;
import suture.exec.Result;
import suture.exec.Runner;
import suture.exec.ToolFailure;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Runs compilers, and repeats what they complain about so that a patch's author can use it. */
public final class Compilation {
    /** What gcc and clang say about a place, and how they got there. */
    private static final Pattern SAID =
            Pattern.compile(
                    "\\S+:\\d+:(?:\\d+:)? .*|\\S+: (?:In |At ).*|\\S+: (?:fatal )?error: .*"
                            + "|In file included from .*| +from .*");

    private Compilation() {}

    /**
     * Runs a compiler on sources as a patch makes them.
     *
     * @param doing what for, as in {@link ToolFailure}
     * @param tree where those sources lie; null if they are not patched
     * @throws ToolFailure if it fails; then files are named relative to the tree, and without the
     *     lines of source beside them, which are not those that are meant since line numbers were
     *     neutralised
     */
    public static Result check(String doing, Command command, @Nullable Path tree) {
        Result result = Runner.run(command);
        if (!result.succeeded()) {
            String said = tree == null ? result.errors() : said(result.errors(), tree);
            throw new ToolFailure(doing, command, new Result(result.status(), "", said));
        }
        return result;
    }

    private static String said(String errors, Path tree) {
        List<String> lines =
                errors.replace(tree + "/", "")
                        .lines()
                        .filter(line -> SAID.matcher(line).matches())
                        .toList();
        return lines.isEmpty()
                ? errors
                : String.join("\n", lines) + "\nlines are numbered as they are without the patch";
    }
}
