package suture.impact;

import java.util.List;

/** Facts about any number of units, asked for by a function's name in the source. */
public interface Index {
    /** All functions of that name. */
    List<Function> functions(String base);

    /** All effects of a change of functions of that name. */
    List<Fact> facts(String base);

    /** What there was to read about a unit. */
    Knowledge knowledge(String unit);
}
