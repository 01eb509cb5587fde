package suture.build.debian;

import suture.exec.Command;
import suture.exec.Progress;
import suture.exec.Runner;
import suture.exec.ToolFailure;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Unpacks packages into a cache, each once. */
final class Unpacker {
    /** Bytes; where less is left when a program fails, that is why. */
    private static final long LEAST = 1 << 20;

    private final Path cache;
    private final Progress progress;

    Unpacker(Path cache, Progress progress) {
        this.cache = cache;
        this.progress = progress;
    }

    /** Unpacks a package beside its place, then moves it there. */
    Path unpack(DebFile file) throws IOException {
        return fill(
                file,
                place ->
                        Runner.check(
                                "unpacking " + file.file(),
                                Command.of(
                                        "dpkg-deb",
                                        "-x",
                                        file.file().toString(),
                                        place.toString())));
    }

    /** Fills a new directory. */
    interface Filler {
        void fill(Path place) throws IOException;
    }

    /** The place of a package, filled if it is not yet there. */
    Path fill(DebFile file, Filler filler) throws IOException {
        Path place = cache.resolve("unpacked").resolve(file.key());
        if (Files.exists(place)) {
            return place;
        }
        progress.begin("unpacking " + file.name() + ' ' + file.version(), 0);
        Path aside = Path.of(place + ".new");
        remove(aside);
        Files.createDirectories(aside);
        try {
            filler.fill(aside);
        } catch (ToolFailure failure) {
            boolean full = Files.getFileStore(aside).getUsableSpace() < LEAST;
            remove(aside);
            if (full) {
                throw new FileSystemException(
                        cache.toString(),
                        null,
                        "no space left for "
                                + file.file().getFileName()
                                + "; make room, or set XDG_CACHE_HOME to another place");
            }
            throw failure;
        }
        Files.move(aside, place);
        return place;
    }

    private static void remove(Path tree) {
        Runner.check(Command.of("rm", "-rf", "--", tree.toString()));
    }
}
