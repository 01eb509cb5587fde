package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

import suture.build.linux.StockKernel;
import suture.target.linux.convert.Target;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.ModuleImage;
import suture.target.linux.image.ObjectSymbols;
import suture.target.linux.image.SymbolText;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Options that say what a hand-written module is converted for. */
final class ConvertTarget {
    private static final Pattern MODULE = Pattern.compile("(.+)\\.ko(\\.(gz|xz|zst))?");

    @ArgGroup private Kernel kernel = new Kernel();

    @Option(
            names = "--module",
            arity = "1..*",
            paramLabel = "KO",
            description =
                    "a module on disk whose symbols count too; a folder: modules it may patch")
    private List<Path> modules = new ArrayList<>();

    @Option(
            names = "--symbols",
            paramLabel = "FILE",
            description = "klp-convert's Symbols.list; alone, or for objects not known otherwise")
    private @Nullable Path symbols;

    private static final class Kernel {
        @Option(
                names = "--release",
                paramLabel = "RELEASE",
                description = "a stock Debian kernel; default: the one the module was built for")
        private @Nullable String release;

        @Option(names = "--kernel", paramLabel = "FILE", description = "a vmlinuz or vmlinux")
        private @Nullable Path image;

        @Option(names = "--system-map", paramLabel = "FILE", description = "a System.map")
        private @Nullable Path map;

        @Option(
                names = "--kallsyms",
                paramLabel = "FILE",
                description = "the content of a kernel's /proc/kallsyms")
        private @Nullable Path kallsyms;

        private boolean given() {
            return release != null || image != null || map != null || kallsyms != null;
        }
    }

    /**
     * The target, with a name for it.
     *
     * @param said in words
     * @param release the stock kernel it is; empty if it is another
     */
    record Named(String said, String release, Target target) {}

    /**
     * Reads the target.
     *
     * @param own the release that the module was built for
     */
    Named read(String own) throws IOException {
        List<ObjectSymbols> tables = new ArrayList<>();
        Map<String, Path> files = new TreeMap<>();
        for (Path module : modules) {
            if (Files.isDirectory(module)) {
                collect(module, files);
            } else {
                tables.add(ObjectSymbols.of(ModuleImage.open(module)));
            }
        }
        if (kernel.map != null) {
            tables.add(SymbolText.systemMap(kernel.map));
            return named(kernel.map, null, tables, files);
        }
        if (kernel.kallsyms != null) {
            tables.addAll(SymbolText.kallsyms(kernel.kallsyms));
            return named(kernel.kallsyms, null, tables, files);
        }
        if (kernel.image != null) {
            return named(kernel.image, KernelImage.open(kernel.image), tables, files);
        }
        if (symbols != null && !kernel.given()) {
            return named(symbols, null, tables, files);
        }
        String release = kernel.release == null ? own : kernel.release;
        StockKernel stock = StockKernels.obtain(release);
        collect(stock.modules(), files);
        Named named = named(stock.image(), KernelImage.open(stock.image()), tables, files);
        return new Named(release, release, named.target);
    }

    private Named named(
            Path source,
            @Nullable KernelImage image,
            List<ObjectSymbols> tables,
            Map<String, Path> files)
            throws IOException {
        if (symbols != null) {
            tables.addAll(SymbolText.symbolList(symbols));
        }
        return new Named(source.toString(), "", new Target(image, tables, files));
    }

    private static void collect(Path folder, Map<String, Path> files) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : all) {
            Matcher name = MODULE.matcher(file.getFileName().toString());
            if (name.matches()) {
                files.putIfAbsent(name.group(1).replace('-', '_'), file);
            }
        }
    }
}
