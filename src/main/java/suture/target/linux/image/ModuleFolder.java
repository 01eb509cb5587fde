package suture.target.linux.image;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The modules below some folders, by the names that the kernel knows them by. */
public final class ModuleFolder {
    private static final Pattern MODULE = Pattern.compile("(.+)\\.ko(\\.(gz|xz|zst))?");

    private final Map<String, Path> files;
    private final Map<String, ModuleImage> modules = new HashMap<>();

    private ModuleFolder(Map<String, Path> files) {
        this.files = files;
    }

    /**
     * Looks for them.
     *
     * @param folders folders with {@code .ko} files, packed or not, or such files; of several files
     *     of one name the first counts
     * @throws IOException if one cannot be read
     */
    public static ModuleFolder of(List<Path> folders) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        for (Path folder : folders) {
            List<Path> found = new ArrayList<>();
            try (Stream<Path> all = Files.walk(folder)) {
                all.filter(Files::isRegularFile).sorted().forEach(found::add);
            }
            for (Path file : found) {
                Matcher name = MODULE.matcher(file.getFileName().toString());
                if (name.matches()) {
                    files.putIfAbsent(name.group(1).replace('-', '_'), file);
                }
            }
        }
        return new ModuleFolder(files);
    }

    /** The module of that name; null if there is none. */
    public @Nullable ModuleImage open(String name) throws IOException {
        Path file = files.get(name);
        ModuleImage known = modules.get(name);
        if (known == null && file != null) {
            known = ModuleImage.open(file);
            modules.put(name, known);
        }
        return known;
    }

    /**
     * Whether a module cannot be there without another: it needs that, or what it needs does. A
     * module that is not here is taken to need nothing.
     */
    public boolean needs(String name, String other) throws IOException {
        Deque<String> left = new ArrayDeque<>(List.of(name));
        Set<String> seen = new HashSet<>(left);
        while (!left.isEmpty()) {
            ModuleImage module = open(left.remove());
            for (String needed : module == null ? List.<String>of() : module.info().depends()) {
                if (needed.equals(other)) {
                    return true;
                }
                if (seen.add(needed)) {
                    left.add(needed);
                }
            }
        }
        return false;
    }
}
