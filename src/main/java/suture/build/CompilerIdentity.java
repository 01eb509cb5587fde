package suture.build;

import suture.exec.Command;
import suture.exec.Runner;
import suture.finding.Finding;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which compiler made something, as the first line of {@code --version} says it; a Linux kernel
 * carries that line in {@code CONFIG_CC_VERSION_TEXT} and inside its banner.
 *
 * @param line for instance {@code gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0}
 */
public record CompilerIdentity(String line) {
    /** {@code Linux version RELEASE (builder@host) (COMPILER, LINKER) #1 ...}. */
    private static final Pattern BANNER =
            Pattern.compile("Linux version \\S+ \\([^()]*\\) \\((.*?), [^,]*?(?:ld|LLD)\\b.*");

    private static final Pattern DEBIAN = Pattern.compile("\\(Debian ([^)\\s]+)\\)");

    /** The compilers that were asked: none is exchanged while this program runs. */
    private static final ConcurrentMap<String, CompilerIdentity> LOCAL = new ConcurrentHashMap<>();

    /** What {@code compiler --version} says on this machine. */
    public static CompilerIdentity local(String compiler) {
        return LOCAL.computeIfAbsent(compiler, CompilerIdentity::ask);
    }

    private static CompilerIdentity ask(String compiler) {
        String said = Runner.check(Command.of(compiler, "--version")).output();
        return new CompilerIdentity(said.lines().findFirst().orElse(""));
    }

    /** What a kernel's banner ({@code linux_banner}) says; empty if it has another form. */
    public static Optional<CompilerIdentity> ofBanner(String banner) {
        Matcher matcher = BANNER.matcher(banner.strip());
        return matcher.matches()
                ? Optional.of(new CompilerIdentity(matcher.group(1)))
                : Optional.empty();
    }

    /** The program's name without its directory. */
    public String program() {
        String first = line.split(" ", 2)[0];
        return first.substring(first.lastIndexOf('/') + 1);
    }

    /**
     * Nothing if the local compiler is this one; otherwise a finding {@code compiler-mismatch}.
     *
     * @param mismatch whether a difference refuses the patch
     */
    public Optional<Finding> check(CompilerIdentity local, Mismatch mismatch) {
        if (line.equals(local.line)) {
            return Optional.empty();
        }
        String message =
                "the running code was compiled by \"" + line + "\", here is \"" + local.line + '"';
        return Optional.of(
                switch (mismatch) {
                    case REFUSE ->
                            Finding.error("compiler-mismatch", program(), "", message, remedy());
                    case WARN ->
                            Finding.warning("compiler-mismatch", program(), "", message, remedy());
                });
    }

    private String remedy() {
        Matcher debian = DEBIAN.matcher(line);
        String install =
                debian.find()
                        ? "apt-get install " + program() + '=' + debian.group(1)
                        : "install that compiler";
        return install
                + "; --allow-compiler-mismatch goes on with a warning, and every function must"
                + " still be proven equal to the running one";
    }

    /** What a difference of compilers does. */
    public enum Mismatch {
        /** It refuses the patch. */
        REFUSE,
        /** It is a warning. */
        WARN
    }
}
