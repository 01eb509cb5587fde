package suture.host.process;

import suture.bytes.Bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Loads, reverts and unloads a payload until somebody kills it. */
final class CycleMain {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private CycleMain() {}

    public static void main(String[] args) throws IOException {
        int pid = Integer.parseInt(args[0]);
        Bytes payload = Bytes.of(Files.readAllBytes(Path.of(args[1])));
        System.out.println("ready");
        while (true) {
            ProcessHost.load(pid, "fix", payload, TIMEOUT);
            ProcessHost.revert(pid, "fix", TIMEOUT);
            ProcessHost.unload(pid, "fix", TIMEOUT);
        }
    }
}
