package suture.graph;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How gcc and clang form names, in one place, as data. A name decides nothing: the base only says
 * which candidates are looked at first.
 *
 * <p>Suffixes are stripped from the right, again and again. Sources: gcc 11-13 {@code
 * clone_function_name}, {@code lto_priv}, {@code localalias}; clang 14-19 {@code .llvm.} (ThinLTO
 * promotion), {@code .__uniq.} (-funique-internal-linkage-names), {@code .argprom} and its kin
 * (LLVM pull requests 105742, 109899).
 */
public final class NameGrammar {
    /**
     * A suffix that makes a compiler's copy of a function, with a calling convention of its own.
     */
    private static final Pattern CLONE =
            Pattern.compile(
                    "\\.(?:isra|constprop|part|argprom|argelim|retelim|ipra|specialized)(?:\\.\\d+)?$");

    /** Suffixes and ordinals without a meaning of their own. */
    private static final Pattern ORDINAL =
            Pattern.compile(
                    "\\.(?:cold(?:\\.\\d+)?|localalias(?:\\.\\d+)?|lto_priv\\.\\d+|llvm\\.\\w+|__uniq\\.\\d+|\\d+)$");

    /** What link-time optimisation adds to a static that its other parts use. */
    private static final Pattern PROMOTED = Pattern.compile("\\.(?:lto_priv\\.\\d+|llvm\\.\\w+)$");

    private static final Pattern UNIQUE_ID = Pattern.compile("^(_*UNIQUE_ID_.*?)\\d+$");

    /** Linux include/linux/init.h: module, __COUNTER__, __LINE__, function, level. */
    private static final Pattern INITCALL =
            Pattern.compile("^(__initcall__kmod_.+?__)\\d+_\\d+(_.*)$");

    private static final Pattern COLD = Pattern.compile("\\.cold(?:\\.\\d+)?$");
    private static final Pattern STATIC_LOCAL = Pattern.compile("\\.\\d+$");
    private static final Pattern MANGLED_LOCAL = Pattern.compile("^_ZL(\\d+)(.*)$");

    /**
     * Statics that macros of Linux and Xen make for one site: their content is the site's, and a
     * fresh copy is right.
     */
    private static final Set<String> SITE_STATICS =
            Set.of(
                    "__already_done",
                    "__warned",
                    "__key",
                    "_rs",
                    "__func__",
                    "__FUNCTION__",
                    "__PRETTY_FUNCTION__",
                    "_entry_ptr",
                    "__print_once",
                    "__ret_do_once");

    private static final List<String> MAPPING = List.of("$x", "$d", "$a", "$t");

    private NameGrammar() {}

    /**
     * The name in the source: {@code f} for {@code f.isra.0.cold}, {@code count} for {@code
     * count.17}.
     */
    public static String base(String name) {
        if (name.indexOf('.') < 0 && !name.startsWith("_")) {
            return name;
        }
        String base = name;
        for (String before = ""; base.indexOf('.') >= 0 && !before.equals(base); ) {
            before = base;
            base = strip(CLONE, strip(ORDINAL, base));
        }
        // What each of the patterns begins with is looked for first: it is rarely there.
        Matcher id = base.contains("UNIQUE_ID_") ? UNIQUE_ID.matcher(base) : null;
        if (id != null && id.find()) {
            return id.group(1);
        }
        Matcher initcall = base.startsWith("__initcall__") ? INITCALL.matcher(base) : null;
        if (initcall != null && initcall.find()) {
            return initcall.group(1) + initcall.group(2);
        }
        Matcher mangled = base.startsWith("_ZL") ? MANGLED_LOCAL.matcher(base) : null;
        return mangled != null && mangled.find() ? itanium(base, mangled) : base;
    }

    private static String itanium(String name, Matcher mangled) {
        int length = Integer.parseInt(mangled.group(1));
        String rest = mangled.group(2);
        return length <= rest.length() ? rest.substring(0, length) : name;
    }

    private static String strip(Pattern suffix, String name) {
        Matcher matcher = suffix.matcher(name);
        return matcher.find() && matcher.start() > 0 ? name.substring(0, matcher.start()) : name;
    }

    /**
     * The clone suffixes without their ordinals, for instance {@code .isra}; empty for a function
     * as written.
     */
    public static String cloneKind(String name) {
        if (name.indexOf('.') < 0) {
            return "";
        }
        String rest = name;
        StringBuilder kind = new StringBuilder();
        for (String before = ""; !before.equals(rest); ) {
            before = rest;
            rest = strip(ORDINAL, rest);
            Matcher clone = CLONE.matcher(rest);
            if (clone.find() && clone.start() > 0) {
                kind.insert(0, clone.group().replaceAll("\\.\\d+$", ""));
                rest = rest.substring(0, clone.start());
            }
        }
        return kind.toString();
    }

    /** Whether the symbol is the unlikely part of a function, split off by the compiler. */
    public static boolean isCold(String name) {
        return name.contains(".cold") && COLD.matcher(name).find();
    }

    /** The function that a cold part belongs to. */
    public static String coldParent(String name) {
        return COLD.matcher(name).replaceFirst("");
    }

    /**
     * Whether a variable of that name may be a static of a function, numbered by the compiler. (gcc
     * numbers nothing else; clang's link-time optimisation numbers equal names of several files.)
     */
    public static boolean isStaticLocal(String name) {
        return name.indexOf('.') >= 0 && STATIC_LOCAL.matcher(strip(PROMOTED, name)).find();
    }

    /**
     * Whether a name that other files can see is the source's own, and so a contract. Link-time
     * optimisation makes statics and clones visible that several of its parts use; their names are
     * numbers and hashes.
     */
    public static boolean isContract(String name) {
        return name.indexOf('.') < 0 || !isNumbered(name);
    }

    /** Whether the compiler added to the name in the source. */
    public static boolean isNumbered(String name) {
        return name.indexOf('.') >= 0 && !strip(CLONE, strip(ORDINAL, name)).equals(name);
    }

    /** Whether the variable is made by a macro for its one site, in a function. */
    public static boolean isSiteStatic(String name) {
        if (name.indexOf('.') < 0) {
            return false;
        }
        String base = base(name);
        int dot = base.lastIndexOf('.');
        return SITE_STATICS.contains(dot < 0 ? base : base.substring(dot + 1));
    }

    /** Whether the constant is what gcc's switch conversion looks up in place of a switch. */
    public static boolean isSwitchTable(String name) {
        return name.startsWith("CSWTCH.");
    }

    /** Whether the symbol is gcc's section anchor ({@code -fsection-anchors}). */
    public static boolean isAnchor(String name) {
        return name.startsWith(".LANCHOR");
    }

    /**
     * Whether the symbol only marks a place for tools: ARM and RISC-V mapping symbols, assembler
     * labels.
     */
    public static boolean isMarker(String name) {
        if (name.isEmpty() || name.startsWith(".L")) {
            return true;
        }
        return name.charAt(0) == '$'
                && MAPPING.stream().anyMatch(m -> name.equals(m) || name.startsWith(m + "."));
    }
}
