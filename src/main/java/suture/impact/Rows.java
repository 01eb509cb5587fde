package suture.impact;

import suture.bytes.FormatException;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Functions, facts and units as lines of text, the fields separated by tabs. Lines of one function
 * begin with its name in the source, so in a sorted file they stand together.
 *
 * <pre>
 *   BASE TAB F TAB unit TAB name TAB declared TAB form TAB obstacle
 *   BASE TAB X TAB unit TAB effect TAB declared TAB via TAB into TAB where TAB source TAB detail TAB evidence
 *   ! TAB unit TAB stamp TAB compiler TAB debug TAB dump TAB hidden,hidden,... TAB error
 * </pre>
 */
final class Rows {
    static final String UNIT = "!";
    private static final String TAB = "\t";

    private Rows() {}

    /** A unit, the state of its files when it was read, and why it could not be; or empty. */
    record UnitRow(Knowledge knowledge, String stamp, String error) {}

    static String of(Function f) {
        return join(f.base(), "F", f.unit(), f.name(), f.declared(), f.form().name(), f.obstacle());
    }

    static String of(Fact f) {
        return join(
                f.from(),
                "X",
                f.unit(),
                f.effect().name(),
                f.declared(),
                f.via(),
                f.into(),
                f.where(),
                f.source(),
                f.detail(),
                f.evidence().name());
    }

    static String of(UnitRow row) {
        Knowledge k = row.knowledge();
        return join(
                UNIT,
                k.unit(),
                row.stamp(),
                k.compiler(),
                String.valueOf(k.debugInfo()),
                String.valueOf(k.dump()),
                k.hidden().stream().map(Enum::name).collect(Collectors.joining(",")),
                row.error());
    }

    private static String join(String... fields) {
        return Arrays.stream(fields)
                .map(f -> f.replace('\t', ' ').replace('\n', ' '))
                .collect(Collectors.joining(TAB));
    }

    static boolean isFunction(List<String> fields) {
        return fields.get(1).equals("F") && fields.size() == 7;
    }

    static boolean isFact(List<String> fields) {
        return fields.get(1).equals("X") && fields.size() == 11;
    }

    static boolean isUnit(List<String> fields) {
        return fields.getFirst().equals(UNIT) && fields.size() == 8;
    }

    static List<String> fields(String file, String line) {
        List<String> fields = List.of(line.split(TAB, -1));
        if (fields.size() < 2 || !(isUnit(fields) || isFact(fields) || isFunction(fields))) {
            throw new FormatException(file, "", -1, "a row of an index", '"' + line + '"');
        }
        return fields;
    }

    static Function function(List<String> f) {
        return new Function(
                f.get(2), f.get(3), f.get(0), f.get(4), Function.Form.valueOf(f.get(5)), f.get(6));
    }

    static Fact fact(List<String> f) {
        return new Fact(
                Effect.valueOf(f.get(3)),
                f.get(2),
                f.get(0),
                f.get(4),
                f.get(5),
                f.get(6),
                f.get(7),
                f.get(8),
                f.get(9),
                Fact.Evidence.valueOf(f.get(10)));
    }

    static UnitRow unit(List<String> f) {
        List<Hidden> hidden =
                f.get(6).isEmpty()
                        ? List.of()
                        : Arrays.stream(f.get(6).split(",", -1)).map(Hidden::valueOf).toList();
        return new UnitRow(
                new Knowledge(
                        f.get(1),
                        f.get(3),
                        Boolean.parseBoolean(f.get(4)),
                        Boolean.parseBoolean(f.get(5)),
                        hidden),
                f.get(2),
                f.get(7));
    }
}
