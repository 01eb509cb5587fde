package suture.target.linux.klp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The C of a module: the text of {@code glue.c} with what is the same for every patch in it. */
final class Glue {
    private Glue() {}

    static String source(ModuleFacts facts) {
        boolean replace = facts.stacking() == ModuleFacts.Stacking.REPLACE;
        return template()
                .replace("@NAME@", facts.name())
                .replace("@RELEASE@", quoted(facts.release()))
                .replace("@BUILD@", quoted(facts.build()))
                .replace("@REPLACE@", replace ? "true" : "false");
    }

    private static String template() {
        try (InputStream in = Glue.class.getResourceAsStream("glue.c")) {
            if (in == null) {
                throw new IllegalStateException("glue.c is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A C string literal; what is not printable ASCII becomes an octal escape. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b < 127 && b != '"' && b != '\\' && b != '?') {
                out.append((char) b);
            } else {
                out.append(String.format("\\%03o", b & 0xff));
            }
        }
        return out.append('"').toString();
    }
}
