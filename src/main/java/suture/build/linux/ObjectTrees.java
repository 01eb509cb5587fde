package suture.build.linux;

import org.jspecify.annotations.Nullable;

import suture.build.ObjectPair;
import suture.build.Owner;
import suture.build.Unit;
import suture.bytes.FormatException;
import suture.exec.Ahead;
import suture.finding.Finding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Objects that somebody else compiled: two directories laid out like a build directory. Objects
 * that are equal, byte for byte, are no part of the patch.
 *
 * <p>Objects of several units in one ({@code kvm.o} of {@code ld -r}, {@code vmlinux.o}) are passed
 * over if a part of theirs is there that differs, and refused if they differ and no such part is.
 * What only the link of a module needs ({@code X.mod.o}) has no code.
 */
public final class ObjectTrees {
    private final KernelTree tree;
    private final Path original;
    private final Path patched;
    private final List<ObjectPair> pairs = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    /** The objects that others are linked into. */
    private final Set<String> wholes;

    private int compared;

    private ObjectTrees(KernelTree tree, Path original, Path patched) {
        this.tree = tree;
        this.original = original;
        this.patched = patched;
        this.wholes =
                tree.units().units().stream()
                        .flatMap(unit -> unit.owners().stream())
                        .map(ObjectTrees::whole)
                        .collect(Collectors.toSet());
    }

    /**
     * The pairs of objects that differ.
     *
     * @param tree says what each object is linked into
     * @throws FormatException if there are no objects to compare
     */
    public static Built read(KernelTree tree, Path original, Path patched) throws IOException {
        return new ObjectTrees(tree, original, patched).read();
    }

    private Built read() throws IOException {
        Set<String> before = objects(original);
        Set<String> after = objects(patched);
        List<String> whole = new ArrayList<>();
        for (String name : union(before, after)) {
            if (tree.units().object(name) == null && wholes.contains(name)) {
                whole.add(name);
            } else if (!name.endsWith(".mod.o")) {
                pair(name, before.contains(name), after.contains(name));
            }
        }
        for (String name : whole) {
            if (before.contains(name) && after.contains(name)) {
                checkParts(name);
            }
        }
        if (compared == 0 && findings.isEmpty()) {
            throw new FormatException(
                    "--objects " + original,
                    "",
                    -1,
                    "objects under the names that they have in the build of " + tree.release(),
                    "none that is in both directories");
        }
        return new Built(findings.isEmpty() ? pairs : List.of(), findings);
    }

    private void pair(String name, boolean before, boolean after) throws IOException {
        Path old = original.resolve(name);
        Path changed = patched.resolve(name);
        @Nullable Unit unit = tree.units().object(name);
        if (!before || !after) {
            findings.add(
                    Finding.error(
                            "object-without-counterpart",
                            name,
                            (before ? old : changed).toString(),
                            "it is in one of the two directories only",
                            "put both objects there, or none if the patch does not change it"));
            return;
        }
        compared++;
        if (Files.mismatch(old, changed) < 0) {
            return;
        }
        if (unit == null || !unit.reachable()) {
            findings.add(
                    Finding.error(
                            "not-in-this-kernel",
                            name,
                            changed.toString(),
                            tree.release()
                                    + (unit == null
                                            ? " has no object of this name"
                                            : " does not link it into its image or a module"),
                            "give the objects the names that they have in the kernel's build"
                                    + " directory"));
            return;
        }
        unit.owners()
                .forEach(owner ->
                        pairs.add(new ObjectPair(unit, owner, Ahead.known(old), old, changed)));
    }

    /** What differs in the whole must be seen in a part. */
    private void checkParts(String name) throws IOException {
        Path changed = patched.resolve(name);
        if (Files.mismatch(original.resolve(name), changed) >= 0
                && pairs.stream().noneMatch(pair -> name.equals(whole(pair.owner())))) {
            findings.add(
                    Finding.error(
                            "parts-not-given",
                            name,
                            changed.toString(),
                            "it is linked from several objects and differs, and none of them is"
                                    + " there that does",
                            "give the objects that it is linked from"));
        }
    }

    private static String whole(Owner owner) {
        return switch (owner) {
            case Owner.Vmlinux() -> "vmlinux.o";
            case Owner.Module(String path) -> path + ".o";
            case Owner.Elsewhere() -> "";
        };
    }

    private static Set<String> objects(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".o"))
                    .filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
        Set<String> all = new TreeSet<>(some);
        all.addAll(more);
        return all;
    }
}
