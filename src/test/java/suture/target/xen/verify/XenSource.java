package suture.target.xen.verify;

import suture.bytes.Bytes;
import suture.elf.Tool;
import suture.target.linux.image.KernelPackages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Hand-made payloads for the stock hypervisor: a few lines of C, three notes, one link.
 *
 * @param name what it is called
 * @param body C after the prelude
 * @param depends the build-id it goes on, in hexadecimal; empty for no such note
 * @param xenDepends the build-id of its hypervisor
 * @param id whether it gets a build-id of its own
 */
record XenSource(String name, String body, String depends, String xenDepends, boolean id) {
    /** The stock package that payloads are tried on. */
    private static final String VERSION = "4.17.5+72-g01140da4e8-1";

    /** {@code struct livepatch_func}, and one entry for {@code xen_extra_version}. */
    private static final String PRELUDE =
            """
            struct entry {
                const char *name;
                const void *fresh, *old;
                unsigned int fresh_size, old_size;
                unsigned char version, zero[39], expect, bytes[31];
            };
            #define ENTRY __attribute__((section(".livepatch.funcs"), used, aligned(8)))
            #define FN(text) const char *fresh(void) { return text; }
            #define LIST(...) static const struct entry ENTRY list[] = { __VA_ARGS__ };
            #define E(...) { .fresh = fresh, .fresh_size = 8, .old_size = 12, .version = 2, __VA_ARGS__ }
            #define EXTRA(...) E(.name = "xen_extra_version", __VA_ARGS__)
            """;

    /** Replaces {@code xen_extra_version}, whose answer every guest can ask for. */
    static final String GOOD = "FN(\"+OK\") LIST(EXTRA())\n";

    static XenSource of(String name, String body) throws IOException {
        String xen = xen().buildId().hex();
        return new XenSource(name, body, xen, xen, true);
    }

    XenSource on(String build) {
        return new XenSource(name, body, build, xenDepends, id);
    }

    XenSource forXen(String build) {
        return new XenSource(name, body, depends, build, id);
    }

    XenSource anonymous() {
        return new XenSource(name, body, depends, xenDepends, false);
    }

    /** The hypervisor's boot image. */
    static Path image() throws IOException {
        return KernelPackages.fetch("xen-hypervisor-4.17-amd64=" + VERSION)
                .resolve("boot/xen-4.17-amd64.gz");
    }

    /** Its symbols. */
    static Path symbols() throws IOException {
        return KernelPackages.fetch("xen-hypervisor-4.17-amd64-dbg=" + VERSION)
                .resolve("usr/lib/debug/boot/xen-syms-4.17-amd64");
    }

    static RunningXen xen() throws IOException {
        return RunningXen.read(symbols());
    }

    /** Compiles and links it. */
    Bytes build(Path scratch) throws IOException {
        String notes =
                note(".livepatch.depends", depends) + note(".livepatch.xen_depends", xenDepends);
        Path object =
                Tool.compile(
                        scratch,
                        "gcc",
                        PRELUDE + notes + body,
                        name + ".o",
                        "-O2",
                        "-ffreestanding",
                        "-fpic",
                        "-fvisibility=hidden",
                        "-fcf-protection=none",
                        "-fno-asynchronous-unwind-tables",
                        "-fno-common",
                        "-w");
        List<String> link = new ArrayList<>(List.of("ld", "-r", "-z", "noexecstack"));
        if (id) {
            link.add("--build-id=sha1");
        }
        link.addAll(List.of("-o", name + ".livepatch", object.getFileName().toString()));
        Tool.run(scratch, link.toArray(String[]::new));
        return Bytes.of(Files.readAllBytes(scratch.resolve(name + ".livepatch")));
    }

    private static String note(String section, String id) {
        if (id.isEmpty()) {
            return "";
        }
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < id.length(); i += 2) {
            bytes.append(i > 0 ? ", " : "").append("0x").append(id, i, i + 2);
        }
        return """
        asm(".pushsection %s, \\"a\\", @note\\n.long 4, %d, 3\\n.asciz \\"GNU\\"\\n.byte %s\\n.popsection");
        """
                .formatted(section, id.length() / 2, bytes);
    }

    /** The same under another name. */
    XenSource renamed(String name) {
        return new XenSource(name, body, depends, xenDepends, id);
    }
}
