package suture.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import suture.bytes.Bytes;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What objdump says about a file, in runs of neighbouring instructions. */
final class Listing {
    private static final int RUN = 1 << 16;
    private static final Pattern LLVM = Pattern.compile("^ *[0-9a-f]+: [0-9a-f ]+\\t");
    private static final Pattern RELOCATION = Pattern.compile("\\t+ *[0-9a-f]+: +R_\\w+.*$");

    /** One line: address, size, mnemonic with operands; relocations that objdump -r put below. */
    record Line(long address, int size, String text, List<String> relocations) {
        boolean undecoded() {
            return text.contains("(bad)")
                    || text.startsWith(".")
                    || text.contains("<unknown>")
                    || text.contains("undefined");
        }
    }

    /** Neighbouring instructions and their bytes; address 0 of the code is {@code base}. */
    record Run(long base, Bytes code, List<Line> lines) {}

    private final Predicate<Run> consumer;
    private final List<Line> lines = new ArrayList<>();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private boolean stopped;

    private Listing(Predicate<Run> consumer) {
        this.consumer = consumer;
    }

    /** Runs a disassembler; the consumer says whether it wants more. */
    static void of(List<String> command, Predicate<Run> consumer) throws IOException {
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "no " + command.getFirst() + ": install the binutils of that machine", e);
        }
        var listing = new Listing(consumer);
        try (BufferedReader reader = process.inputReader(UTF_8)) {
            String line = reader.readLine();
            while (line != null && !listing.stopped) {
                listing.line(line);
                line = reader.readLine();
            }
        } finally {
            process.destroy();
        }
        listing.flush();
    }

    private void line(String text) {
        int tab = text.indexOf('\t');
        Matcher relocation = RELOCATION.matcher(text);
        if (relocation.find() && tab >= 0 && !text.substring(0, relocation.start()).isBlank()) {
            line(text.substring(0, relocation.start()));
            lines.getLast().relocations.add(text.substring(relocation.start()).strip());
            return;
        }
        int colon = text.indexOf(':');
        if (relocation.reset().find()) {
            lines.getLast().relocations.add(text.strip());
            return;
        }
        boolean ofLlvm = LLVM.matcher(text).find();
        boolean header = text.startsWith("/"); // llvm's, with the file's path
        if (tab < 0 || header || (colon != tab - 1 && !ofLlvm)) {
            if (text.startsWith("Disassembly")) {
                flush();
            }
            return;
        }
        int second = ofLlvm ? tab : text.indexOf('\t', tab + 1);
        String bytes = (second < 0 ? text.substring(tab + 1) : text.substring(colon + 1, second));
        add(
                Long.parseUnsignedLong(text.substring(0, colon).strip(), 16),
                bytes.strip(),
                second < 0 ? "" : text.substring(second + 1).strip());
    }

    private void add(long address, String bytes, String text) {
        if (lines.size() >= RUN || (!lines.isEmpty() && address != follow())) {
            flush();
        }
        int before = content.size();
        for (String group : bytes.split(" +", -1)) {
            for (int i = group.length(); i > 0; i -= 2) {
                content.write(Integer.parseInt(group.substring(i - 2, i), 16));
            }
        }
        lines.add(new Line(address, content.size() - before, text, new ArrayList<>()));
    }

    private long follow() {
        return lines.getLast().address + lines.getLast().size;
    }

    private void flush() {
        if (!lines.isEmpty() && !stopped) {
            Bytes code = Bytes.of(content.toByteArray());
            stopped = !consumer.test(new Run(lines.getFirst().address, code, List.copyOf(lines)));
        }
        lines.clear();
        content.reset();
    }
}
