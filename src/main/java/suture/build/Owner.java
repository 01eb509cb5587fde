package suture.build;

/** What a unit's object is linked into. */
public sealed interface Owner {
    /** The main image. */
    record Vmlinux() implements Owner {}

    /**
     * A loadable module.
     *
     * @param path its file below the build directory without the suffix, for instance {@code
     *     fs/ext4/ext4}
     */
    record Module(String path) implements Owner {
        /** The name the running kernel knows it by. */
        public String name() {
            return path.substring(path.lastIndexOf('/') + 1).replace('-', '_');
        }
    }

    /** Nothing that a live patch can reach: boot code, a vDSO, a program of the build itself. */
    record Elsewhere() implements Owner {}
}
