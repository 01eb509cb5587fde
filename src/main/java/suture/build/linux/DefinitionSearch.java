package suture.build.linux;

import suture.build.Unit;
import suture.exec.JobPool;
import suture.exec.Progress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks for the units that seem to define a function. It is a search in text: what a unit really
 * defines only a compiler can say.
 */
public final class DefinitionSearch {
    private final KernelTree tree;
    private final JobPool pool;

    /** A search in the sources of a tree. */
    public DefinitionSearch(KernelTree tree, JobPool pool) {
        this.tree = tree;
        this.pool = pool;
    }

    /** The units whose source has the function's name, its parameters and a body. */
    public List<Unit> units(String function, Progress progress) {
        List<Unit> all =
                tree.units().units().stream()
                        .filter(unit -> unit.reachable() && !unit.isAssembler())
                        .toList();
        progress.begin("looking for " + function, all.size());
        Pattern name = Pattern.compile("(?m)^(?![ #]).*?\\b" + Pattern.quote(function) + "\\s*\\(");
        List<Boolean> found = pool.map(all, progress, unit -> defines(unit, function, name));
        List<Unit> units = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (found.get(i)) {
                units.add(all.get(i));
            }
        }
        return units;
    }

    private boolean defines(Unit unit, String function, Pattern name) {
        Path file = tree.build().resolve(unit.input());
        try {
            String text =
                    Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
            if (!text.contains(function)) {
                return false;
            }
            Matcher matcher = name.matcher(text);
            while (matcher.find()) {
                if (bodyFollows(text, matcher.end())) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a brace stands behind the parenthesis that closes. */
    private static boolean bodyFollows(String text, int from) {
        int depth = 1;
        int at = from;
        while (at < text.length() && depth > 0) {
            char c = text.charAt(at++);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() && text.charAt(at) == '{';
    }
}
