package suture.exec;

import java.io.Serial;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A program that Suture needs is not installed; the message says which package to install. */
public final class ToolMissing extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    /** Debian packages of programs that are not named like their package. */
    private static final Map<String, String> PACKAGES =
            Map.ofEntries(
                    Map.entry("apt-cache", "apt"),
                    Map.entry("apt-get", "apt"),
                    Map.entry("dpkg-deb", "dpkg"),
                    Map.entry("xz", "xz-utils"),
                    Map.entry("ld", "binutils"),
                    Map.entry("ar", "binutils"),
                    Map.entry("nm", "binutils"),
                    Map.entry("objdump", "binutils"),
                    Map.entry("perl", "perl-base"),
                    Map.entry("modinfo", "kmod"),
                    Map.entry("ld.lld", "lld"),
                    Map.entry("xen-livepatch", "xen-utils"),
                    Map.entry("qemu-system-x86_64", "qemu-system-x86"));

    /** Programs that are not there; together, so that one installation mends all. */
    public ToolMissing(Collection<String> programs) {
        super(
                String.join(", ", new TreeSet<>(programs))
                        + (programs.size() == 1 ? " is" : " are")
                        + " not installed; install with: apt-get install "
                        + programs.stream()
                                .map(ToolMissing::packageOf)
                                .distinct()
                                .sorted()
                                .collect(Collectors.joining(" ")));
    }

    ToolMissing(String program) {
        this(List.of(program));
    }

    /** The Debian package a program is in. */
    static String packageOf(String program) {
        String name = program.substring(program.lastIndexOf('/') + 1);
        return PACKAGES.getOrDefault(name, name);
    }
}
