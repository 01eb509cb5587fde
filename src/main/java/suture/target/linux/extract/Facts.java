package suture.target.linux.extract;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Where a file was extracted from.
 *
 * @param unit the source file
 * @param release the kernel's release
 * @param functions the functions that were wanted
 * @param macros names that the command of a module defines before a file's first line: the text has
 *     been preprocessed and must not be so again
 * @param roots the folders of the source and of the build; files are named below them
 */
public record Facts(
        String unit, String release, List<String> functions, Set<String> macros, List<Path> roots) {
    /** The name of a file below its root. */
    String shown(String file) {
        Path path = Path.of(file).normalize();
        for (Path root : roots) {
            if (path.startsWith(root)) {
                return root.relativize(path).toString();
            }
        }
        return path.toString();
    }
}
