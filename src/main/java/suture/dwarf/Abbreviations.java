package suture.dwarf;

import org.jspecify.annotations.Nullable;

import suture.bytes.Cursor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One table of {@code .debug_abbrev} (DWARF 5, 7.5.3). */
final class Abbreviations {
    /** One attribute of an abbreviation. */
    record Field(int attribute, int form, long constant) {}

    /** The shape of a DIE. */
    record Shape(int tag, boolean children, List<Field> fields) {}

    private final Map<Long, Shape> shapes = new HashMap<>();

    Abbreviations(DebugSections sections, long offset) {
        Cursor in = sections.cursor("abbrev", offset);
        for (long code = in.uleb(); code != 0; code = in.uleb()) {
            int tag = (int) in.uleb();
            boolean children = in.u8() != 0;
            List<Field> fields = new ArrayList<>();
            while (true) {
                int attribute = (int) in.uleb();
                int form = (int) in.uleb();
                long constant = form == Forms.IMPLICIT_CONST ? in.sleb() : 0;
                if (attribute == 0 && form == 0) {
                    break;
                }
                fields.add(new Field(attribute, form, constant));
            }
            shapes.put(code, new Shape(tag, children, List.copyOf(fields)));
        }
    }

    @Nullable Shape shape(long code) {
        return shapes.get(code);
    }
}
