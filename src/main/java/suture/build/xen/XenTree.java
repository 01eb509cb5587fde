package suture.build.xen;

import suture.build.CompilerIdentity;
import suture.build.Unit;
import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Section;
import suture.elf.Symbol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A hypervisor that somebody built here. Nothing in its directories is ever changed.
 *
 * @param root the source tree, as a real path; the hypervisor is {@code xen} below it
 * @param source the hypervisor's source, {@code ROOT/xen}
 * @param build where the commands run; the source itself unless it was built elsewhere
 * @param image its {@code xen-syms}
 * @param commands what the build recorded
 * @param compiler the compiler that made it, as its banner has it
 */
public record XenTree(
        Path root,
        Path source,
        Path build,
        Path image,
        XenCommands commands,
        CompilerIdentity compiler) {
    /** {@code compile.h}: what {@code xen_compiler()} returns. */
    private static final Pattern COMPILER = Pattern.compile("#define XEN_COMPILER\\s+\"(.*)\"");

    /** {@code #define XEN_VERSION 4}, {@code XEN_SUBVERSION 17}, {@code XEN_EXTRAVERSION ".5"}. */
    private static final Pattern VERSION =
            Pattern.compile("#define XEN_((?:SUB|EXTRA)?VERSION)\\s+\"?([^\"\\n]*?)\"?\\n");

    /**
     * Opens a built hypervisor.
     *
     * @param source where its source is: the whole tree, or its directory {@code xen}
     * @param build where it was built: the whole tree, its directory {@code xen}, or another one
     * @throws FormatException if there is no complete build
     */
    public static XenTree open(Path source, Path build) throws IOException {
        Path own = hypervisor(source, "Rules.mk", "--source").toRealPath();
        Path made = hypervisor(build, "xen-syms", "--build").toRealPath();
        if (!own.endsWith("xen")) {
            throw new FormatException(
                    "--source " + source, "", -1, "a source tree with the directory xen", "none");
        }
        return new XenTree(
                Objects.requireNonNull(own.getParent()),
                own,
                made,
                made.resolve("xen-syms"),
                new XenCommands(own, made, files(made.resolve("xen-syms"))),
                compiler(made));
    }

    private static Path hypervisor(Path given, String holds, String option) {
        for (Path place : new Path[] {given, given.resolve("xen")}) {
            if (Files.isRegularFile(place.resolve(holds))) {
                return place;
            }
        }
        throw new FormatException(
                option + ' ' + given,
                "",
                -1,
                "a directory in which Xen was built completely",
                "neither " + holds + " nor xen/" + holds + " there");
    }

    /** The names of the units that are linked into the image: its FILE symbols. */
    private static Set<String> files(Path image) throws IOException {
        Set<String> files = new TreeSet<>();
        ElfObject elf = ElfReader.read(image.toString(), Bytes.map(image));
        for (Symbol symbol : elf.symbols()) {
            if (symbol.type() == Elf.STT_FILE) {
                files.add(symbol.name());
            }
        }
        return files;
    }

    /** Which of the given files stands first in the object's symbol table. */
    static String fileOf(ElfObject object) {
        for (Symbol symbol : object.symbols()) {
            if (symbol.type() == Elf.STT_FILE) {
                return symbol.name();
            }
        }
        return "";
    }

    private static CompilerIdentity compiler(Path build) throws IOException {
        Path header = build.resolve("include/xen/compile.h");
        if (Files.exists(header)) {
            Matcher matcher = COMPILER.matcher(Files.readString(header));
            if (matcher.find()) {
                return new CompilerIdentity(matcher.group(1));
            }
        }
        throw new FormatException(
                header.toString(), "", -1, "the compiler's version in XEN_COMPILER", "none");
    }

    /** The version that it calls itself, without what a vendor adds. */
    public String version() throws IOException {
        Path header = build.resolve("include/xen/compile.h");
        Matcher version = VERSION.matcher(Files.readString(header));
        StringBuilder text = new StringBuilder();
        while (version.find()) {
            text.append(text.isEmpty() || version.group(1).startsWith("EXTRA") ? "" : ".");
            text.append(version.group(2));
        }
        return text.toString();
    }

    /** Whether the build gave each function and datum a section of its own. */
    static boolean splits(Unit unit) {
        return unit.command().arguments().contains("-ffunction-sections")
                && unit.command().arguments().contains("-fdata-sections");
    }

    /** Whether the object has code that stays. */
    static boolean hasCode(ElfObject object) {
        for (Section section : object.sections()) {
            if (section.has(Elf.SHF_ALLOC | Elf.SHF_EXECINSTR) && section.size() > 0) {
                return true;
            }
        }
        return false;
    }
}
