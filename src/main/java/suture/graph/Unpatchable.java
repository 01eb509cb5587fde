package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.elf.Section;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Sections whose code a live patch must not or cannot replace; Linux include/linux/init.h and
 * linkage of 6.1, Xen 4.17.
 */
public final class Unpatchable {
    private static final String EXIT = ".exit.";
    private static final Set<String> AT_REST = Set.of(".init.", ".head.text");
    private static final Map<String, String> WHY = new TreeMap<>();

    static {
        WHY.put(".init.", "it is initialisation code, which has run and been freed");
        WHY.put(EXIT, "it is exit code, which has no patch site and runs when its module goes");
        WHY.put(".head.text", "it is start-up code, which has run already");
        WHY.put(".noinstr.text", "it must not be instrumented and has no patch site");
        WHY.put(".entry.text", "it is entry code and has no patch site");
        WHY.put(".cpuidle.text", "it is idle-loop code and has no patch site");
        WHY.put(".kprobes.text", "it serves the probes themselves and has no patch site");
    }

    private Unpatchable() {}

    /** The name of such a section if the atom lies in one, otherwise null. */
    public static @Nullable String section(Atom atom) {
        Section section = atom.section();
        if (section == null) {
            return null;
        }
        for (String start : WHY.keySet()) {
            if (section.name().startsWith(start)) {
                return section.name();
            }
        }
        return null;
    }

    /** Why it cannot be replaced. */
    public static String why(Atom atom) {
        String name = String.valueOf(section(atom));
        return WHY.entrySet().stream()
                .filter(e -> name.startsWith(e.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("it cannot be replaced");
    }

    /** Whether it has run and will not again, whatever the object became a part of. */
    public static boolean atRest(Atom atom) {
        String name = String.valueOf(section(atom));
        return AT_REST.stream().anyMatch(name::startsWith);
    }

    /** Whether it runs at the end of a module and, in an image that never ends, not at all. */
    public static boolean runsAtTheEnd(Atom atom) {
        return String.valueOf(section(atom)).startsWith(EXIT);
    }
}
