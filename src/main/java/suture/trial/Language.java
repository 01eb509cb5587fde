package suture.trial;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How a guest says what it does, and how its end looks like. */
enum Language {
    /** A port for the steps, another for the kernel's console; a panic ends the machine at once. */
    LINUX("Kernel panic", "") {
        @Override
        Transcript transcript(String control) {
            return Transcript.parse(control);
        }
    },
    /**
     * One console: {@code (XEN)} begins a line of the hypervisor (Xen {@code
     * drivers/char/console.c}), {@code @} one about steps. After a panic Xen waits for five seconds
     * ({@code arch/x86/shutdown.c}), and a double fault in the handler of one repeats for ever.
     */
    XEN(
            "Panic on CPU|\\*\\*\\* DOUBLE FAULT|Hardware Dom0 crashed|domain_crash called",
            "\\*\\*\\* DOUBLE FAULT|Reboot in five seconds|Hardware Dom0 crashed") {
        @Override
        Transcript transcript(String control) {
            int whole = control.lastIndexOf('\n') + 1;
            String lines =
                    control.substring(0, whole)
                            .lines()
                            .map(Language::ofXen)
                            .collect(Collectors.joining("\n"));
            return Transcript.parse(lines + '\n');
        }
    },
    /** The steps on a port of the control domain's own, the hypervisor's words on the console. */
    DOM0(XEN.panic.pattern() + "|Kernel panic", XEN.last.pattern() + "|Kernel panic") {
        @Override
        Transcript transcript(String control) {
            return Transcript.parse(control);
        }
    };

    private static final String HYPERVISOR = "(XEN) ";

    private final Pattern panic;
    private final Pattern last;

    Language(String panic, String last) {
        this.panic = Pattern.compile(panic);
        this.last = Pattern.compile(last.isEmpty() ? "(?!)" : last);
    }

    /** The steps so far; a line that is cut off at the end is left out. */
    abstract Transcript transcript(String control);

    /** Whether the console tells of a panic. */
    boolean isPanic(List<String> console) {
        return console.stream().anyMatch(line -> panic.matcher(line).find());
    }

    /** Whether nothing that matters can follow. */
    boolean isLast(String console) {
        return last.matcher(console).find();
    }

    private static String ofXen(String line) {
        if (line.startsWith(HYPERVISOR)) {
            return "# " + line.substring(HYPERVISOR.length());
        }
        return line.startsWith("@") ? line.substring(1) : "| " + line;
    }
}
