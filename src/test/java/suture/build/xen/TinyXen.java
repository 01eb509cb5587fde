package suture.build.xen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import suture.elf.Tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A few sources that are compiled, renamed, recorded and linked as a hypervisor is, with its own
 * symbol table inside; nothing of it ever runs.
 */
public final class TinyXen {
    private static final List<String> FLAGS =
            List.of(
                    "gcc",
                    "-O2",
                    "-nostdinc",
                    "-ffreestanding",
                    "-fno-builtin",
                    "-fpic",
                    "-mno-red-zone",
                    "-mno-sse",
                    "-fno-stack-protector",
                    "-fno-asynchronous-unwind-tables",
                    "-fcf-protection=none",
                    "-fno-jump-tables",
                    "-ffunction-sections",
                    "-fdata-sections",
                    "-include",
                    "./include/xen/config.h",
                    "-I./include");

    private static final String CONFIG =
            """
            #pragma GCC visibility push(hidden)
            #define noinline __attribute__((noinline))
            #define __init __attribute__((section(".init.text"), __noinline__))
            int printk(const char *text, ...);
            /* An entry of a table of sites; the line's bits are in the addends. */
            #define WARN() asm volatile ( \\
                "1: ud2\\n" \\
                ".pushsection .bug_frames.1, \\"a\\", @progbits\\n" \\
                ".p2align 2\\n" \\
                "2: .long (1b - 2b) + %c0\\n .long (%c1 - 2b) + %c2\\n" \\
                ".popsection" \\
                :: "i" ((__LINE__ >> 7) << 24), "i" (__FILE__), \\
                   "i" ((__LINE__ & 127) << 24) )
            /* Two bytes, and code of three bytes or none that may come instead, and padding. */
            #define ALTERNATIVE(new, length, pad) asm volatile ( \\
                "1: xchg %%ax, %%ax\\n .skip " #pad ", 0x90\\n" \\
                ".pushsection .altinstructions, \\"a\\", @progbits\\n" \\
                ".long 1b - ., 2f - .\\n .word 7\\n .byte 2 + " #pad ", " #length ", " #pad ", 0\\n" \\
                ".popsection\\n" \\
                ".pushsection .altinstr_replacement, \\"ax\\", @progbits\\n" \\
                "2: " new "\\n" \\
                ".popsection" ::: "memory" )
            #define UNKNOWN_SITE() asm volatile ( \\
                "1: nop\\n .pushsection .odd_sites, \\"a\\", @progbits\\n .long 1b - .\\n .popsection" )
            """;

    private static final String VERSION =
            """
            #include <xen/part.h>
            static int calls;
            static noinline int helper(int x)
            {
                return x * PART + calls++;
            }
            noinline const char *extra(void)
            {
                return ".0";
            }
            int shown(int x)
            {
                printk("shown %d %s\\n", x, extra());
                return helper(x);
            }
            int keyed(int x)
            {
                ALTERNATIVE("", 0, 0);
                printk("keyed %d\\n", x);
                return helper(x) + 1;
            }
            int padded(int x)
            {
                printk("padded %d\\n", x);
                ALTERNATIVE("mov $1, %%al; nop", 3, 1);
                return x + 2;
            }
            int framed(int x)
            {
                if ( x == 3 )
                    WARN();
                return helper(x) + 3;
            }
            void tiny(void)
            {
            }
            int __init start(int x)
            {
                printk("start %d\\n", x);
                return x;
            }
            """;

    private static final String TABLE =
            """
            #include <xen/part.h>
            int shown(int), keyed(int), padded(int), framed(int), start(int);
            int (*const ops[])(int) = { shown, keyed };
            int (*hook)(int);
            int compat_extra_length(void);
            static int kept = 5;
            void install(int x)
            {
                hook = x ? shown : keyed;
            }
            int use(int x)
            {
                return ops[x & 1](x) + PART + padded(x) + framed(x) + start(x)
                       + compat_extra_length() + kept++;
            }
            """;

    /** The source that is compiled a second time under other names. */
    private static final String COMPAT =
            """
            #define extra compat_extra
            #define shown compat_shown
            #define keyed compat_keyed
            #define padded compat_padded
            #define framed compat_framed
            #define tiny compat_tiny
            #define start compat_start
            #include "../version.c"
            int compat_extra_length(void)
            {
                return compat_extra()[0] + compat_shown(1);
            }
            """;

    private static final String OUT =
            """
            int printk(const char *text, ...)
            {
                return text[0];
            }
            """;

    private static final String LAYOUT =
            """
            ENTRY(printk)
            SECTIONS {
              . = 0xffff82d040200000;
              .text : { *(.text .text.*) *(.fixup) }
              .rodata : {
                *(.rodata .rodata.*) *(.data.rel.ro .data.rel.ro.*)
                . = ALIGN(4); __start_bug_frames = .;
                *(.bug_frames.0) __stop_bug_frames_0 = .;
                *(.bug_frames.1) __stop_bug_frames_1 = .;
                *(.bug_frames.2) __stop_bug_frames_2 = .;
                *(.bug_frames.3) __stop_bug_frames_3 = .;
                __start___ex_table = .; *(.ex_table) __stop___ex_table = .;
              }
              .note.gnu.build-id : { *(.note.gnu.build-id) }
              .init.text : { *(.init.text) *(.altinstr_replacement) }
              .init.data : {
                __alt_instructions = .; *(.altinstructions) __alt_instructions_end = .;
                *(.odd_sites)
              }
              .data : { *(.data .data.*) }
              .bss : { *(.bss .bss.*) }
              .symbols : { *(.symbols) }
              /DISCARD/ : { *(.note.GNU-stack) *(.comment) *(.eh_frame) *(.note.gnu.property) }
            }
            """;

    private final Path root;
    private final Path xen;
    private final List<String> objects = new ArrayList<>();

    private TinyXen(Path root) {
        this.root = root;
        this.xen = root.resolve("xen");
    }

    /** Writes, compiles and links it. */
    public static TinyXen in(Path directory) throws IOException {
        TinyXen tiny = new TinyXen(directory.toRealPath().resolve("tree"));
        Map<String, String> files = new LinkedHashMap<>();
        files.put("Rules.mk", "");
        files.put("include/xen/config.h", CONFIG);
        files.put("include/xen/part.h", "#define PART 5\n");
        files.put(
                "include/xen/compile.h",
                "#define XEN_VERSION\t\t4\n#define XEN_SUBVERSION\t\t0\n"
                        + "#define XEN_EXTRAVERSION\t\".0\"\n#define XEN_COMPILER\t\t\""
                        + Tool.run(directory, "gcc", "--version").lines().findFirst().orElse("")
                        + "\"\n");
        files.put("common/version.c", VERSION);
        files.put("common/table.c", TABLE);
        files.put("common/out.c", OUT);
        files.put("common/compat/version.c", COMPAT);
        files.put("layout.lds", LAYOUT);
        for (var file : files.entrySet()) {
            Path path = tiny.xen.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        for (String source : files.keySet()) {
            if (source.endsWith(".c")) {
                tiny.compile(source);
            }
        }
        tiny.link();
        return tiny;
    }

    /** The top of its source tree. */
    public Path root() {
        return root;
    }

    /** The linked hypervisor. */
    public Path image() {
        return xen.resolve("xen-syms");
    }

    /** Makes a patch that replaces the first occurrence of a text in a file below {@code xen}. */
    public Path patch(String name, String file, String... edits) throws IOException {
        String text = Files.readString(xen.resolve(file));
        return patchOf(name, file, text, edits);
    }

    /** The same on another state of the file. */
    public Path patchOf(String name, String file, String text, String... edits) throws IOException {
        String after = edited(text, edits);
        Path before = Files.writeString(root.resolve(name + ".before"), text);
        Path patched = Files.writeString(root.resolve(name + ".after"), after);
        String command =
                "diff -u --label a/xen/%s --label b/xen/%s %s %s > %s.patch; test $? = 1"
                        .formatted(file, file, before, patched, root.resolve(name));
        Tool.run(root, "sh", "-c", command);
        return root.resolve(name + ".patch");
    }

    /** A file's text with edits: each old text, then the new one. */
    public static String edited(String text, String... edits) {
        String after = text;
        for (int i = 0; i < edits.length; i += 2) {
            int at = after.indexOf(edits[i]);
            if (at < 0) {
                throw new AssertionError("not there: " + edits[i]);
            }
            after = after.substring(0, at) + edits[i + 1] + after.substring(at + edits[i].length());
        }
        return after;
    }

    /** The text of one of its files. */
    public String text(String file) throws IOException {
        return Files.readString(xen.resolve(file));
    }

    /** Compiles again what somebody changed, and links. */
    public void rebuild(String source) throws IOException {
        objects.remove(object(source));
        compile(source);
        link();
    }

    private static String object(String source) {
        return source.substring(0, source.length() - 1) + "o";
    }

    private void compile(String source) throws IOException {
        String object = object(source);
        Path made = xen.resolve(object);
        String base = made.getFileName().toString();
        String dots = object.substring(0, object.length() - base.length()) + '.' + base;
        List<String> command = new ArrayList<>(FLAGS);
        command.addAll(List.of("-MMD", "-MP", "-MF", dots + ".d", "-c", source, "-o"));
        command.addAll(List.of(dots + ".tmp", "-MQ", object));
        Tool.run(xen, command.toArray(String[]::new));
        String name = source.substring(source.lastIndexOf('/') + 1);
        Tool.run(xen, "objcopy", "--redefine-sym", name + '=' + source, dots + ".tmp", object);
        StringBuilder record = new StringBuilder();
        record.append("cmd_").append(object).append(" := ").append(String.join(" ", command));
        record.append("\n\nsource_").append(object).append(" := ").append(source);
        record.append("\n\ndeps_").append(object).append(" := \\\n");
        String rule =
                Files.readString(xen.resolve(dots + ".d"))
                        .replace("\\\n", " ")
                        .lines()
                        .findFirst()
                        .orElse("");
        for (String word : rule.substring(rule.indexOf(':') + 1).split("\\s+", -1)) {
            if (word.matches(".*\\.[ch]") && !word.equals(source)) {
                record.append("  ").append(word).append(" \\\n");
            }
        }
        Files.writeString(xen.resolve(dots + ".cmd"), record.append('\n').toString());
        objects.add(object);
    }

    /** Links twice: addresses first, then with the table of them behind everything else. */
    private void link() throws IOException {
        link("first", List.of());
        Map<Long, List<String>> names = new TreeMap<>(Long::compareUnsigned);
        String file = "";
        for (String line : Tool.run(xen, "readelf", "-sW", "first").lines().toList()) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length < 8 || words[6].equals("UND")) {
                continue;
            }
            boolean local = words[4].equals("LOCAL");
            if (words[3].equals("FILE")) {
                file = words[7];
            } else if (words[3].matches("FUNC|OBJECT|NOTYPE") && words[6].matches("\\d+")) {
                String name = local ? file + '#' + words[7] : words[7];
                char type = words[3].equals("FUNC") ? 't' : 'd';
                names.computeIfAbsent(Long.parseUnsignedLong(words[1], 16), _ -> new ArrayList<>())
                        .add((local ? type : Character.toUpperCase(type)) + name);
            }
        }
        Path table = Files.write(xen.resolve("symbols.S"), table(names), ISO_8859_1);
        Tool.run(xen, "gcc", "-c", table.toString(), "-o", "symbols.o");
        link("xen-syms", List.of("symbols.o"));
    }

    private void link(String output, List<String> more) {
        List<String> command =
                new ArrayList<>(List.of("ld", "-T", "layout.lds", "--build-id=sha1", "-o", output));
        command.add("--no-warn-rwx-segments");
        command.addAll(objects);
        command.addAll(more);
        Tool.run(xen, command.toArray(String[]::new));
    }

    /** Each token is one character, so each name is its own code. */
    private static List<String> table(Map<Long, List<String>> names) {
        List<String> lines = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        names.forEach((address, all) ->
                all.forEach(name -> {
                    addresses.add(".quad 0x" + Long.toHexString(address));
                    texts.add(".byte " + name.length() + "\n.ascii \"" + name + '"');
                }));
        lines.add(".section .symbols, \"a\"");
        for (String part :
                List.of("num_syms", "addresses", "names", "token_index", "token_table")) {
            lines.add(".globl symbols_" + part);
        }
        lines.add("symbols_num_syms: .long " + addresses.size());
        lines.add("symbols_addresses:");
        lines.addAll(addresses);
        lines.add("symbols_names:");
        lines.addAll(texts);
        lines.add("symbols_token_index:");
        for (int i = 0; i < 256; i++) {
            lines.add(".short " + 2 * i);
        }
        lines.add("symbols_token_table:");
        for (int i = 0; i < 256; i++) {
            lines.add(".byte " + i + ", 0");
        }
        lines.add(".section .note.GNU-stack, \"\"");
        return lines;
    }
}
