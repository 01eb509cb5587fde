package suture.trial;

import java.util.List;
import java.util.Map;

/**
 * The kernel's answer to a payload that it does not take.
 *
 * @param payload the payload's name
 * @param errno the error's name as in {@code errno.h}, or the loader's own words
 * @param log what the kernel logged about it, each line once
 */
public record Refusal(String payload, String errno, List<String> log) {
    /** What busybox makes of an error number ({@code modutils/modutils.c}, then strerror). */
    private static final Map<String, String> NAMES =
            Map.ofEntries(
                    Map.entry("invalid module format", "ENOEXEC"),
                    Map.entry("unknown symbol in module, or unknown parameter", "ENOENT"),
                    Map.entry("module has wrong symbol version", "ESRCH"),
                    Map.entry("Invalid argument", "EINVAL"),
                    Map.entry("No such device", "ENODEV"),
                    Map.entry("Operation not permitted", "EPERM"),
                    Map.entry("Required key not available", "ENOKEY"),
                    Map.entry("Key was rejected by service", "EKEYREJECTED"),
                    Map.entry("File exists", "EEXIST"),
                    Map.entry("Device or resource busy", "EBUSY"),
                    Map.entry("Cannot allocate memory", "ENOMEM"),
                    Map.entry("Function not implemented", "ENOSYS"),
                    Map.entry("Bad address", "EFAULT"),
                    Map.entry("Bad message", "EBADMSG"),
                    Map.entry("Resource temporarily unavailable", "EAGAIN"));

    static Refusal of(Step step) {
        String said = step.output().isEmpty() ? "" : step.output().getLast();
        String words = said.substring(said.lastIndexOf(": ") < 0 ? 0 : said.lastIndexOf(": ") + 2);
        String errno =
                NAMES.getOrDefault(words, words.isEmpty() ? "status " + step.status() : words);
        return new Refusal(step.subject(), errno, KernelLog.reasons(step.subject(), step.log()));
    }
}
