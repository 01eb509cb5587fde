package suture.build.debian;

import suture.exec.Command;
import suture.exec.Progress;
import suture.exec.Runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Unpacks packages into a cache, each once. */
final class Unpacker {
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
        Runner.check(Command.of("rm", "-rf", "--", aside.toString()));
        Files.createDirectories(aside);
        filler.fill(aside);
        Files.move(aside, place);
        return place;
    }
}
