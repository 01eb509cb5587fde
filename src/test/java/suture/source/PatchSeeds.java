package suture.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import suture.elf.Tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A small source tree, and patches of it that git and diff make. */
public final class PatchSeeds {
    private static final String TEXT =
            """
            #include <x.h>
            #define TWICE(a) \\
                ((a) * 2)
            /* a comment
               of two lines */
            int one(int a)
            {
            #if A
                return f(a,
                         TWICE(a));
            #else
                return "(" [a];
            #endif
            }
            int two(void) { return 2; }
            """;

    private static final String UMLAUT = "u=$(printf '\\303\\274'); ";

    private PatchSeeds() {}

    /** The files by path; each character of a text stands for one byte. */
    public static Map<String, String> tree() {
        Map<String, String> files = new TreeMap<>();
        files.put("dir/t.c", TEXT);
        files.put("dir/with space.h", "a\nb\nc\nd\ne\nf\ng\nh\n");
        files.put("\u00fc.c", "int umlaut;\n");
        files.put("empty.h", "");
        files.put("open.c", "int a;\nint b;\nint no_end;");
        files.put("dos.c", TEXT.replace("\n", "\r\n"));
        return files;
    }

    /** Writes the files of a tree whose names every system can write. */
    public static void write(Path root, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            if (file.getKey().chars().allMatch(c -> c < 0x80)) {
                Path path = root.resolve(file.getKey());
                Files.createDirectories(Objects.requireNonNull(path.getParent()));
                Files.writeString(path, file.getValue(), ISO_8859_1);
            }
        }
    }

    /** Patches of every kind, in the forms of both tools. */
    public static List<String> patches(Path scratch) throws IOException {
        Path repository = Files.createDirectories(scratch.resolve("repository"));
        write(repository, tree());
        sh(repository, UMLAUT + "echo 'int umlaut;' >$u.c; git init -q .; git add -A");
        sh(repository, "git -c user.name=n -c user.email=e commit -q -m m");
        List<String> patches = new ArrayList<>();
        patches.add(change(repository, "sed -i 's/return 2/return 3/; 6i\\int new;' dir/t.c"));
        patches.add(change(repository, "sed -i '1,3d' dir/t.c; echo >>open.c; echo x >>open.c"));
        patches.add(change(repository, "git mv dir/t.c moved.c; sed -i 3,4d moved.c"));
        patches.add(change(repository, UMLAUT + "git mv dir/t.c $u.h; cp dos.c copy.c"));
        patches.add(change(repository, "touch new.h; rm empty.h dos.c"));
        patches.add(change(repository, "printf y >'q\"uoted.c'; sed -i s/f/F/ dir/w*"));
        patches.add(change(repository, UMLAUT + "chmod +x dir/t.c; sed -i s/umlaut/u/ $u.c"));
        patches.add(change(repository, "ln -s dir/t.c l; sed -i 5,9d dos.c"));
        patches.add(change(repository, "printf 'x\\0y' >bin"));
        String plain = "cp dir/t.c t.orig; sed -i 8,9d dir/t.c; diff -u t.orig dir/t.c || true";
        patches.add(sh(repository, plain).replace("--- t.orig", "--- dir/t.c"));
        patches.add("From x\n---\n 1 file\n\n" + patches.getFirst() + "-- \n2\n");
        return patches;
    }

    private static String change(Path repository, String command) {
        sh(repository, command);
        String patch = sh(repository, "git add -A; git diff --cached -M -C -C HEAD");
        sh(repository, "git reset -q --hard; git clean -qfd");
        return patch;
    }

    private static String sh(Path repository, String command) {
        Path above = Objects.requireNonNull(repository.getParent());
        return Tool.run(above, "sh", "-ec", "cd " + repository.getFileName() + "; " + command);
    }
}
