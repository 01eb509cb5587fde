package suture.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The tasks that a transition waits for: {@code patch_state} in the directory of each thread. */
final class StuckTasks {
    private static final int FRAMES = 8;

    private StuckTasks() {}

    /**
     * Those in a state, each with its name and where it sleeps. Tasks that end meanwhile are gone.
     */
    static List<String> in(Path processes, int state) throws IOException {
        List<String> all = new ArrayList<>();
        try (DirectoryStream<Path> list = Files.newDirectoryStream(processes, "[0-9]*")) {
            for (Path process : list) {
                threads(process.resolve("task"), state, all);
            }
        }
        all.sort(null);
        return all;
    }

    private static void threads(Path tasks, int state, List<String> all) {
        try (DirectoryStream<Path> list = Files.newDirectoryStream(tasks, "[0-9]*")) {
            for (Path thread : list) {
                String side = Files.readString(thread.resolve("patch_state")).strip();
                if (side.equals(Integer.toString(state))) {
                    List<String> frames = Files.readAllLines(thread.resolve("stack"));
                    all.add(
                            thread.getFileName()
                                    + " "
                                    + Files.readString(thread.resolve("comm")).strip()
                                    + " at "
                                    + frames.stream()
                                            .limit(FRAMES)
                                            .map(f -> f.replace("[<0>] ", ""))
                                            .toList());
                }
            }
        } catch (IOException e) {
            // The task ended while it was looked at: it no longer stands in the way.
            return;
        }
    }
}
