package suture.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.target.linux.image.KernelImage;
import suture.target.linux.image.KernelPackages;
import suture.target.linux.klp.KernelBuild;
import suture.trial.KernelHeaders;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Hand-written modules, made by the distribution's Kbuild, for its kernel. */
@Tag("kernel")
class ConvertCommandTest {
    @TempDir Path work;

    /** What is in capitals is exchanged. */
    private static final String SOURCE =
            """
            #include <linux/module.h>
            #include <linux/livepatch.h>
            #include <linux/netdevice.h>
            #include <linux/seq_file.h>
            struct klp_module_reloc { void *sym; unsigned int sympos; };
            #define KLP_MODULE_RELOC(obj) struct klp_module_reloc \\
                __section(".klp.module_relocs." #obj) __aligned(4)
            #define KLP_SYMPOS(symbol, pos) { .sym = &symbol, .sympos = pos }
            extern char *saved_command_line;
            extern void *c_start(struct seq_file *m, loff_t *pos);
            extern const struct net_device_ops dummy_netdev_ops;
            DECLARATIONS
            static int replacement(struct seq_file *m, void *v) { BODY return 0; }
            static struct klp_func funcs[] = {
                { .old_name = "FUNCTION", .new_func = replacement }, { }
            };
            static struct klp_object objs[] = { { .name = OBJECT, .funcs = funcs }, { } };
            static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objs };
            static int start(void) { return klp_enable_patch(&patch); }
            static void stop(void) { }
            module_init(start);
            module_exit(stop);
            MODULE_LICENSE("GPL");
            MODULE_INFO(livepatch, "Y");
            """;

    private static final String SHOW =
            "seq_puts(m, saved_command_line); seq_puts(m, \" hand\\n\");";
    private static final String START = "loff_t at = 0; c_start(m, &at);";

    private Path module(String declarations, String body, String object, String function)
            throws IOException {
        String source =
                SOURCE.replace("DECLARATIONS", declarations)
                        .replace("BODY", body)
                        .replace("OBJECT", object)
                        .replace("FUNCTION", function);
        return KernelHeaders.module(work, "hand", source).file();
    }

    private Path cmdline() throws IOException {
        return module("", SHOW, "NULL", "cmdline_proc_show");
    }

    private record Run(int status, String out) {
        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }

        List<String> symbols() {
            return json().path("symbols").findValuesAsString("symbol");
        }

        List<String> rules() {
            return json().path("findings").findValuesAsString("rule");
        }
    }

    private static Run run(String... arguments) {
        PrintStream before = System.out;
        var sink = new ByteArrayOutputStream();
        System.setOut(new PrintStream(sink, true, StandardCharsets.UTF_8));
        try {
            int status = Main.run(arguments);
            return new Run(status, sink.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(before);
        }
    }

    private Path out() {
        return work.resolve("out.ko");
    }

    private Run convert(Path module, String... more) {
        List<String> all = new ArrayList<>(List.of("convert", module.toString()));
        all.addAll(List.of("-o", out().toString(), "--json"));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    private static String image() throws IOException {
        return KernelBuild.boot().toString();
    }

    private Run verify() throws IOException {
        String root = KernelPackages.fetch("linux-image-" + KernelBuild.RELEASE).toString();
        return run("verify", out().toString(), "--release-dir", root, "--json");
    }

    @Test
    void convertedModuleIsAcceptedTheOriginalIsNotTouched() throws IOException {
        Path module = cmdline();
        byte[] before = Files.readAllBytes(module);
        Run run = convert(module, "--kernel", image());
        assertThat(run.status()).isZero();
        assertThat(run.symbols()).containsExactly(".klp.sym.vmlinux.saved_command_line,0");
        assertThat(run.rules()).containsExactly("unguarded", "inlining-not-checked");
        assertThat(Files.readAllBytes(module)).isEqualTo(before);
        Run verified = verify();
        assertThat(verified.status()).isZero();
        assertThat(verified.json().path("findings")).isEmpty();
        assertThat(verified.json().path("functions").get(0).path("name").asString())
                .isEqualTo("cmdline_proc_show");
    }

    @Test
    void symbolTextsGiveTheSameModule() throws IOException {
        Path module = cmdline();
        KernelImage image = KernelImage.open(KernelBuild.boot());
        StringBuilder text = new StringBuilder();
        image.symbols()
                .all()
                .forEach(s ->
                        text.append("%016x %s %s%n".formatted(s.address(), s.type(), s.name())));
        Path file = Files.writeString(work.resolve("System.map"), text);
        List<String> expected = convert(module, "--kernel", image()).symbols();
        for (String option : List.of("--system-map", "--kallsyms")) {
            Run run = convert(module, option, file.toString());
            assertThat(run.status()).isZero();
            assertThat(run.symbols()).isEqualTo(expected);
            assertThat(verify().status()).isZero();
        }
        text.setLength(0);
        text.append("klp-convert-symbol-data.0.1\n*vmlinux\n");
        image.symbols().all().forEach(s -> text.append(s.name()).append('\n'));
        Path list = Files.writeString(work.resolve("Symbols.list"), text);
        assertThat(convert(module, "--symbols", list.toString()).symbols()).isEqualTo(expected);
        assertThat(verify().status()).isZero();
    }

    @Test
    void refusedModuleLeavesNoFile() throws IOException {
        Files.writeString(out(), "of an earlier run");
        Run run = convert(module("", START, "NULL", "cmdline_proc_show"), "--kernel", image());
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.rules()).containsExactly("ambiguous-symbol", "inlining-not-checked");
        assertThat(out()).doesNotExist();
        String reloc = "KLP_MODULE_RELOC(vmlinux) relocs[] = { KLP_SYMPOS(c_start, 2) };";
        Run chosen =
                convert(module(reloc, START, "NULL", "cmdline_proc_show"), "--kernel", image());
        assertThat(chosen.status()).isZero();
        assertThat(chosen.symbols()).containsExactly(".klp.sym.vmlinux.c_start,2");
        assertThat(verify().status()).isZero();
    }

    @Test
    void moduleOnDiskGivesItsSymbols() throws IOException {
        String use = "seq_printf(m, \"%p\", &dummy_netdev_ops);";
        Path module = module("", use, "\"dummy\"", "dummy_setup");
        String dummy = KernelBuild.module("dummy").toString();
        Run run = convert(module, "--kernel", image(), "--module", dummy);
        assertThat(run.status()).isZero();
        assertThat(run.symbols()).containsExactly(".klp.sym.dummy.dummy_netdev_ops,0");
        assertThat(verify().status()).isZero();
        Run without = convert(module, "--kernel", image());
        assertThat(without.status()).isEqualTo(3);
        assertThat(without.rules()).contains("missing-symbol", "object-not-at-hand");
    }

    @Test
    void badInputIsSaid() throws IOException {
        Path module = cmdline();
        byte[] before = Files.readAllBytes(module);
        String same = module.toString();
        assertThat(run("convert", same, "-o", same, "--kernel", image()).status()).isEqualTo(2);
        assertThat(Files.readAllBytes(module)).isEqualTo(before);
        assertThat(run("convert", "/bin/ls", "--kernel", image()).status()).isEqualTo(2);
        assertThat(convert(module, "--kernel", "/bin/ls").status()).isEqualTo(2);
        assertThat(convert(module, "--kernel", "/no/such").status()).isEqualTo(2);
        String other = "6.1.0-47-cloud-amd64";
        Path wrong = KernelPackages.boot(other).resolve("vmlinuz-" + other);
        Run run = convert(module, "--kernel", wrong.toString());
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.rules()).contains("wrong-vermagic");
    }
}
