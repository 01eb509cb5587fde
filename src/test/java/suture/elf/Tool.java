package suture.elf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs a real tool for a test; one that is missing fails the test and names what to install. */
public final class Tool {
    private Tool() {}

    /** Its standard output. */
    public static String run(Path directory, String... command) {
        try {
            Path err = Files.createTempFile(directory, "stderr", ".txt");
            Process process;
            try {
                process =
                        new ProcessBuilder(List.of(command))
                                .directory(directory.toFile())
                                .redirectError(err.toFile())
                                .start();
            } catch (IOException e) {
                throw new AssertionError("install the Debian package of " + command[0], e);
            }
            String out =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new AssertionError(List.of(command) + ": " + Files.readString(err));
            }
            Files.delete(err);
            return out;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Compiles one C source to {@code name}. */
    public static Path compile(
            Path directory, String compiler, String source, String name, String... options) {
        try {
            Path c = Files.writeString(directory.resolve(name + ".c"), source);
            Path o = directory.resolve(name);
            List<String> command = new java.util.ArrayList<>(List.of(compiler));
            command.addAll(List.of(options));
            command.addAll(List.of("-c", c.getFileName().toString(), "-o", name));
            run(directory, command.toArray(String[]::new));
            return o;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
