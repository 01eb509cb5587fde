package suture.trial;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;

/** Which lines of a kernel's log are complaints, and which are the small talk of loading. */
final class KernelLog {
    /**
     * What the kernel says when it has found itself broken (Linux {@code kernel/panic.c}, {@code
     * lib/bug.c}, {@code arch/x86/kernel/dumpstack.c}, {@code kernel/rcu/tree_stall.h}, {@code
     * kernel/watchdog.c}, {@code kernel/hung_task.c}, the sanitizers).
     */
    private static final Pattern COMPLAINT =
            Pattern.compile(
                    "\\bBUG[:!]|\\bBUG at |\\bWARNING: |\\bOops\\b|general protection fault|Kernel"
                        + " panic|unable to handle|divide error:|invalid opcode:|stack"
                        + " segment:|int3: |double fault|INFO: task .* blocked|rcu: INFO: |soft"
                        + " lockup|LOCKUP|\\bUBSAN: |\\bKASAN: |\\bKCSAN: |\\bKFENCE: |kmemleak:"
                        + " |refcount_t: |list_(add|del) corruption|scheduling while atomic|Bad"
                        + " page state|corrupted stack|unregister_netdevice: waiting");

    /** Said of every module that is loaded from outside and is not signed. */
    private static final Pattern SMALL_TALK =
            Pattern.compile(
                    "loading out-of-tree module taints kernel"
                            + "|module verification failed: signature"
                            + "|tainting kernel with TAINT_LIVEPATCH");

    private static final Pattern TIME = Pattern.compile("^\\[ *\\d+\\.\\d+] ");

    private KernelLog() {}

    /** The lines that are complaints. */
    static List<String> complaints(List<String> log) {
        return log.stream()
                .map(KernelLog::text)
                .filter(line -> COMPLAINT.matcher(line).find())
                .toList();
    }

    /**
     * What the kernel said on a refusal, each line once and without the small talk: the lines that
     * the livepatch core wrote or that name the module; if there are none, all.
     */
    static List<String> reasons(String module, List<String> log) {
        LinkedHashSet<String> lines = new LinkedHashSet<>();
        for (String line : log) {
            String text = text(line);
            if (!SMALL_TALK.matcher(text).find()) {
                lines.add(text);
            }
        }
        List<String> own =
                lines.stream()
                        .filter(line -> line.startsWith("livepatch: ") || line.contains(module))
                        .toList();
        return own.isEmpty() ? List.copyOf(lines) : own;
    }

    /** A line without its time. */
    static String text(String line) {
        return TIME.matcher(line).replaceFirst("").strip();
    }
}
