package suture.target.linux.klp;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Section;
import suture.machine.Machine;
import suture.machine.RelocationKind;
import suture.machine.Via;
import suture.plan.Callback.Moment;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The tables of what is replaced: for each object an array of {@code struct klp_func}, and the
 * array {@code suture_objects} of {@code struct klp_object} that leads to them and to what is
 * called for an object, each ended by one of zeros (Linux 6.1 {@code include/linux/livepatch.h}).
 * How the two are laid out differs between kernels and configurations; the compiled glue says it in
 * {@link #LAYOUT}.
 */
final class PatchTables {
    /** A section of the glue that is not loaded: numbers of 64 bits, in the order of the fields. */
    static final String LAYOUT = ".discard.suture_layout";

    /** What the glue calls the table of objects. */
    private static final String OBJECTS = "suture_objects";

    /** No structure here is larger; it bounds what a damaged glue can ask for, in bytes. */
    private static final long MOST = 4096;

    /** Pointers, and the unsigned long of {@code old_sympos}, in bytes. */
    private static final int FIELD = 8;

    /**
     * Sizes of the two structures, and offsets of their fields, in bytes and in the order in which
     * the glue has them.
     */
    private record Layout(
            int function,
            int oldName,
            int newFunction,
            int position,
            int object,
            int name,
            int functions,
            Map<Moment, Integer> callbacks) {
        private static final int FIXED = 7;
        private static final int NUMBERS = FIXED + Moment.values().length;

        static Layout of(ElfObject glue, ByteOrder order) {
            Section section = glue.section(LAYOUT);
            if (section == null || section.size() != NUMBERS * 8L) {
                throw new FormatException(
                        glue.file(),
                        LAYOUT,
                        -1,
                        NUMBERS * 8 + " bytes",
                        section == null ? "no section" : section.size() + " bytes");
            }
            int[] numbers = new int[NUMBERS];
            for (int i = 0; i < NUMBERS; i++) {
                long number = section.content().s64(8L * i, order);
                if (number < 0 || number > MOST) {
                    throw new FormatException(
                            glue.file(), LAYOUT, 8L * i, "0 to " + MOST, "" + number);
                }
                numbers[i] = (int) number;
            }
            Map<Moment, Integer> callbacks = new EnumMap<>(Moment.class);
            for (Moment moment : Moment.values()) {
                callbacks.put(moment, numbers[FIXED + moment.ordinal()]);
            }
            return new Layout(
                    numbers[0],
                    numbers[1],
                    numbers[2],
                    numbers[3],
                    numbers[4],
                    numbers[5],
                    numbers[6],
                    callbacks);
        }
    }

    /** A function that is replaced, and what by. */
    record Row(PatchedFunction function, Label replacement) {}

    /** What the livepatch core calls for an object. */
    record Call(String object, Moment moment, Label function) {
        /** {@code OBJECT:MOMENT FUNCTION}. */
        String text() {
            return object + ':' + moment.member() + ' ' + function.name();
        }
    }

    private final Draft draft;
    private final Machine machine;
    private final RelocationKind pointer;
    private final Layout layout;
    private final Part data;
    private final Part strings;

    PatchTables(Draft draft, Machine machine, ElfObject glue) {
        this.draft = draft;
        this.machine = machine;
        this.pointer =
                machine.relocations().stream()
                        .filter(kind -> kind.via() == Via.DIRECT && kind.wholeBytes())
                        .filter(kind -> !kind.pcRelative() && kind.width() == FIELD)
                        .findFirst()
                        .orElseThrow();
        this.layout = Layout.of(glue, machine.order());
        this.data = draft.part(".data", Elf.SHT_PROGBITS, Elf.SHF_ALLOC | Elf.SHF_WRITE);
        this.strings = draft.part(".rodata", Elf.SHT_PROGBITS, Elf.SHF_ALLOC);
    }

    /** Writes the tables; the glue that is merged afterwards refers to them. */
    void write(List<Row> rows, List<Call> calls) {
        Map<String, List<Row>> byObject = new LinkedHashMap<>();
        for (Row row : rows) {
            byObject.computeIfAbsent(row.function().object(), _ -> new ArrayList<>()).add(row);
        }
        for (Call call : calls) {
            byObject.computeIfAbsent(call.object(), _ -> new ArrayList<>());
        }
        List<Label> arrays = new ArrayList<>();
        for (List<Row> functions : byObject.values()) {
            arrays.add(functions("suture_functions_" + arrays.size(), functions));
        }
        int size = layout.object();
        long at = data.append(Bytes.EMPTY, size * (byObject.size() + 1L), FIELD);
        int number = 0;
        for (String object : byObject.keySet()) {
            long entry = at + (long) size * number;
            if (!object.equals(Binder.KERNEL)) {
                pointToString(entry + layout.name(), object);
            }
            point(entry + layout.functions(), arrays.get(number++), 0);
            for (Call call : calls) {
                if (call.object().equals(object)) {
                    long field = Objects.requireNonNull(layout.callbacks().get(call.moment()));
                    point(entry + field, call.function(), 0);
                }
            }
        }
        draft.alias(OBJECTS, label(OBJECTS, at, size, number));
    }

    private Label functions(String name, List<Row> rows) {
        int size = layout.function();
        ByteSink entries = new ByteSink(machine.order()).zeros(size * (rows.size() + 1));
        for (int i = 0; i < rows.size(); i++) {
            entries.u64At(size * i + layout.position(), rows.get(i).function().position());
        }
        long at = data.append(entries.toBytes(), entries.size(), FIELD);
        for (int i = 0; i < rows.size(); i++) {
            long entry = at + (long) size * i;
            pointToString(entry + layout.oldName(), rows.get(i).function().name());
            point(entry + layout.newFunction(), rows.get(i).replacement(), 0);
        }
        return label(name, at, size, rows.size());
    }

    private Label label(String name, long at, int size, int count) {
        return draft.local(data, name, at, size * (count + 1L), Elf.STT_OBJECT);
    }

    private void pointToString(long field, String text) {
        byte[] bytes = (text + '\0').getBytes(StandardCharsets.UTF_8);
        point(field, strings.own(), strings.append(Bytes.of(bytes), bytes.length, 1));
    }

    private void point(long field, Label label, long addend) {
        data.fix(new Part.Fixup(field, pointer.type(), label, addend), pointer.width());
    }
}
