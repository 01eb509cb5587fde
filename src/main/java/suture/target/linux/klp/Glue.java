package suture.target.linux.klp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The C of a module: its table of replaced functions, put into the text of {@code glue.c}. */
final class Glue {
    /** Entry points that the tables refer to are called this and a number, from 0. */
    static final String ENTRY = "suture_new_";

    private Glue() {}

    static String source(ModuleFacts facts, List<PatchedFunction> functions) {
        Map<String, StringBuilder> arrays = new LinkedHashMap<>();
        StringBuilder entries = new StringBuilder();
        for (int i = 0; i < functions.size(); i++) {
            PatchedFunction function = functions.get(i);
            entries.append("extern void ").append(ENTRY).append(i).append("(void);\n");
            arrays.computeIfAbsent(function.object(), _ -> new StringBuilder())
                    .append("\t{ .old_name = ")
                    .append(quoted(function.name()))
                    .append(", .new_func = ")
                    .append(ENTRY)
                    .append(i)
                    .append(", .old_sympos = ")
                    .append(function.position())
                    .append(" },\n");
        }
        StringBuilder tables = new StringBuilder();
        StringBuilder objects = new StringBuilder();
        int number = 0;
        for (Map.Entry<String, StringBuilder> array : arrays.entrySet()) {
            String name = "suture_functions_" + number++;
            tables.append("static struct klp_func ").append(name).append("[] = {\n");
            tables.append(array.getValue()).append("\t{ }\n};\n\n");
            boolean kernel = array.getKey().equals(Binder.KERNEL);
            objects.append("\t{ .name = ").append(kernel ? "NULL" : quoted(array.getKey()));
            objects.append(", .funcs = ").append(name).append(" },\n");
        }
        boolean replace = facts.stacking() == ModuleFacts.Stacking.REPLACE;
        return template()
                .replace("@NAME@", facts.name())
                .replace("@RELEASE@", quoted(facts.release()))
                .replace("@BUILD@", quoted(facts.build()))
                .replace("@REPLACE@", replace ? "true" : "false")
                .replace("@ENTRIES@", entries)
                .replace("@TABLES@", tables)
                .replace("@OBJECTS@", objects);
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
