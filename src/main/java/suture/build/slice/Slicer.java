package suture.build.slice;

import org.jspecify.annotations.Nullable;

import suture.build.slice.Declaration.Kind;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The closure from wanted functions to what they need. */
public final class Slicer {
    private final UnitText text;
    private final List<Piece> pieces;
    private final Given given;
    private final Map<Long, Declaration> declarations = new HashMap<>();
    private final Map<Long, Piece> owners = new HashMap<>();
    private final Map<String, List<Piece>> things = new HashMap<>();
    private final Map<String, Piece> typedefs = new HashMap<>();
    private final Map<String, Piece> tags = new HashMap<>();
    private final Map<String, Piece> enumerators = new HashMap<>();

    private final Set<String> wanted = new HashSet<>();
    private final Set<String> named = new HashSet<>();
    private final Set<Piece> needed = new HashSet<>();
    private final Deque<Piece> open = new ArrayDeque<>();
    private final NavigableMap<Integer, List<Slice.Part>> parts = new TreeMap<>();
    private final Set<String> external = new TreeSet<>();
    private final Map<String, String> carried = new TreeMap<>();
    private final List<String> statics = new ArrayList<>();

    /** Says which functions and variables somebody else defines. */
    @FunctionalInterface
    public interface Given {
        /**
         * Whether a declaration is enough.
         *
         * @param name a function or variable that the unit defines
         * @param file the file that the definition is written in
         * @param inline whether it is an inline function
         */
        boolean isGiven(String name, String file, boolean inline);
    }

    Slicer(UnitText text, List<Declaration> all, Given given) {
        this.text = text;
        this.pieces = text.pieces(all);
        this.given = given;
        pieces.forEach(this::index);
    }

    private void index(Piece piece) {
        for (Declaration declaration : piece.declarations()) {
            declarations.put(declaration.id(), declaration);
            owners.put(declaration.id(), piece);
            declaration.owned().forEach(id -> owners.put(id, piece));
            declaration.tags().forEach(tag -> tags.put(tag, piece));
            declaration.enumerators().forEach(name -> enumerators.put(name, piece));
            switch (declaration.kind()) {
                case FUNCTION, VARIABLE -> {
                    List<Piece> all =
                            things.computeIfAbsent(declaration.name(), _ -> new ArrayList<>(1));
                    if (!all.contains(piece)) {
                        all.add(piece);
                    }
                }
                case TYPEDEF -> typedefs.put(declaration.name(), piece);
                case TAG, ASSEMBLER, OTHER -> {}
            }
        }
    }

    /** The functions that the unit defines, those of its headers included. */
    Set<String> functions() {
        Set<String> names = new TreeSet<>();
        for (Declaration declaration : declarations.values()) {
            if (declaration.kind() == Kind.FUNCTION && declaration.isDefinition()) {
                names.add(declaration.name());
            }
        }
        return names;
    }

    /**
     * The slice.
     *
     * @param functions names of functions that the unit defines
     * @param structures tags whose definition is wanted too
     * @param used functions and variables that are wanted too
     */
    Slice slice(Collection<String> functions, List<String> structures, List<String> used) {
        wanted.addAll(functions);
        functions.forEach(this::thing);
        used.forEach(this::thing);
        structures.forEach(this::structure);
        while (!open.isEmpty()) {
            expand(open.removeFirst());
        }
        List<Slice.Part> all = parts();
        return new Slice(all, forward(all), external, carried, statics);
    }

    private void need(@Nullable Piece piece) {
        if (piece != null && needed.add(piece)) {
            open.add(piece);
        }
    }

    private void structure(String tag) {
        need(tags.get(tag));
    }

    private void expand(Piece piece) {
        words(piece.text(), piece.isPromise());
        for (Declaration declaration : piece.declarations()) {
            declaration.values().forEach(this::structure);
            for (long id : declaration.references()) {
                Declaration target = declarations.get(id);
                if (target != null && target.isThing()) {
                    thing(target.name());
                } else {
                    need(owners.get(id));
                }
            }
            declaration.statics().forEach(name -> statics.add(declaration.name() + ": " + name));
        }
    }

    /** What the words of a text need. */
    private void words(String content, boolean promise) {
        Words words = new Words(content);
        for (Words.Tag tag : words.tags()) {
            boolean whole =
                    switch (tag.mention()) {
                        case POINTED, DEFINED -> false;
                        case ELEMENTS -> true;
                        case VALUE -> !promise;
                    };
            if (whole || tag.keyword().equals("enum")) {
                structure(tag.name());
            }
        }
        for (String word : words.plain()) {
            need(typedefs.get(word));
            need(enumerators.get(word));
        }
        words.inTypeof().stream().filter(things::containsKey).forEach(this::thing);
    }

    /** A function or variable is used. */
    private void thing(String name) {
        List<Piece> all = things.getOrDefault(name, List.of());
        if (all.isEmpty() || !named.add(name)) {
            return;
        }
        Declaration definition = null;
        String file = "";
        for (Piece piece : all) {
            for (Declaration declaration : piece.declarations()) {
                boolean own = declaration.isThing() && declaration.name().equals(name);
                if (own && declaration.isDefinition()) {
                    definition = declaration;
                    file = piece.file();
                }
            }
        }
        boolean free = definition != null && !wanted.contains(name);
        if (definition != null && !(free && given.isGiven(name, file, definition.inline()))) {
            all.forEach(this::need);
            if (free && definition.kind() == Kind.FUNCTION) {
                carried.put(name, file);
            }
            return;
        }
        external.add(name);
        List<Piece> promises =
                all.stream()
                        .filter(Piece::isPromise)
                        .filter(p -> !isStatic(p, name) && saysType(p, name))
                        .toList();
        promises.forEach(this::need);
        if (promises.isEmpty() && definition != null) {
            declare(all.getFirst().begin(), definition);
        }
    }

    private static boolean isStatic(Piece piece, String name) {
        return piece.declarations().stream()
                .anyMatch(d -> d.name().equals(name) && d.linkage().equals("static"));
    }

    /** {@code extern typeof(f) f}, a part of EXPORT_SYMBOL, presupposes another declaration. */
    private static boolean saysType(Piece piece, String name) {
        return !new Words(piece.text()).inTypeof().contains(name);
    }

    /** Makes a declaration of a definition. */
    private void declare(int at, Declaration definition) {
        String declared =
                definition.kind() == Kind.FUNCTION
                        ? text.head(definition).replaceAll("\\b(static|inline|extern)\\b\\s*", "")
                        : variable(definition);
        String whole = "extern " + declared + ";";
        put(at, new Slice.Part("", whole));
        words(whole, true);
    }

    /** The type's words go around the name of an array. */
    private static String variable(Declaration variable) {
        String type = variable.type();
        int bracket = type.indexOf('[');
        boolean plain = type.indexOf('(') < 0;
        if (plain && bracket < 0) {
            return type + ' ' + variable.name();
        }
        return plain
                ? type.substring(0, bracket) + ' ' + variable.name() + type.substring(bracket)
                : "__typeof__(" + type + ") " + variable.name();
    }

    private List<Slice.Part> parts() {
        text.packing().forEach((at, line) -> put(at, new Slice.Part("", line)));
        for (Piece piece : pieces) {
            if (needed.contains(piece) || (isMacro(piece) && isUsed(piece))) {
                put(piece.begin(), new Slice.Part(piece.file(), piece.text()));
            }
        }
        return parts.values().stream().flatMap(List::stream).toList();
    }

    private void put(int at, Slice.Part part) {
        parts.computeIfAbsent(at, _ -> new ArrayList<>(1)).add(part);
    }

    private static boolean isMacro(Piece piece) {
        return piece.declarations().getFirst().kind() == Kind.ASSEMBLER
                && piece.text().contains(".macro ");
    }

    /** Whether the needed text uses an assembler macro that the piece defines. */
    private boolean isUsed(Piece macro) {
        String name = macro.text().replaceAll("(?s)^.*?\\.macro +([\\w.$]+).*$", "$1");
        return needed.stream().anyMatch(piece -> piece.text().contains(name));
    }

    /** Structures whose name stands in the text before their definition, if that comes at all. */
    private static List<String> forward(List<Slice.Part> parts) {
        Set<String> defined = new HashSet<>();
        Set<String> early = new TreeSet<>();
        for (Slice.Part part : parts) {
            for (Words.Tag tag : new Words(part.text()).tags()) {
                if (tag.mention() == Words.Mention.DEFINED) {
                    defined.add(tag.name());
                } else if (!tag.keyword().equals("enum") && !defined.contains(tag.name())) {
                    early.add(tag.keyword() + ' ' + tag.name());
                }
            }
        }
        return List.copyOf(early);
    }
}
