package suture.host.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the kernel says about a process in {@code /proc/PID}; see proc(5). */
final class ProcFiles {
    private ProcFiles() {}

    /** A line of {@code maps}. */
    record Mapping(long start, long end, String permissions, long offset, long inode, String path) {
        long size() {
            return end - start;
        }

        boolean executable() {
            return permissions.charAt(2) == 'x';
        }

        boolean writable() {
            return permissions.charAt(1) == 'w';
        }

        boolean readable() {
            return permissions.charAt(0) == 'r';
        }

        boolean contains(long address) {
            return address >= start && address < end;
        }
    }

    static List<Mapping> maps(int pid) throws IOException {
        List<Mapping> mappings = new ArrayList<>();
        for (String line : lines(pid, "maps")) {
            String[] fields = line.split(" +", 6);
            int dash = fields[0].indexOf('-');
            mappings.add(
                    new Mapping(
                            Long.parseUnsignedLong(fields[0].substring(0, dash), 16),
                            Long.parseUnsignedLong(fields[0].substring(dash + 1), 16),
                            fields[1],
                            Long.parseUnsignedLong(fields[2], 16),
                            Long.parseLong(fields[4]),
                            fields.length > 5 ? fields[5].strip() : ""));
        }
        if (mappings.isEmpty()) {
            throw new HostException("process " + pid + " has ended");
        }
        return mappings;
    }

    /** Whether the process is gone, or on its way: its memory goes first. */
    static boolean ended(int pid) {
        try {
            return lines(pid, "maps").isEmpty();
        } catch (IOException e) {
            return !Files.exists(Path.of("/proc/" + pid + "/maps"));
        }
    }

    static Set<Integer> threads(int pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            Set<Integer> threads = new TreeSet<>();
            tasks.forEach(p -> threads.add(Integer.valueOf(p.getFileName().toString())));
            return threads;
        } catch (NoSuchFileException e) {
            throw new HostException("no such process: " + pid);
        }
    }

    /** A field of {@code status}, empty if there is none. */
    static String status(int pid, String field) throws IOException {
        for (String line : lines(pid, "status")) {
            if (line.startsWith(field + ":")) {
                return line.substring(field.length() + 1).strip();
            }
        }
        return "";
    }

    /** The name of a thread. */
    static String name(int pid, int thread) {
        try {
            return lines(pid, "task/" + thread + "/comm").getFirst();
        } catch (IOException e) {
            return "?";
        }
    }

    private static List<String> lines(int pid, String file) throws IOException {
        try {
            return Files.readAllLines(
                    Path.of("/proc/" + pid + "/" + file),
                    java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new HostException("no such process: " + pid);
        } catch (IOException e) {
            if (Files.exists(Path.of("/proc/" + pid))) {
                throw Refusal.of(pid, e);
            }
            throw new HostException("process " + pid + " has ended");
        }
    }
}
