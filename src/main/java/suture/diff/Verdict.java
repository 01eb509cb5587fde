package suture.diff;

import java.util.Locale;

/** What a comparison says of a function or a datum. */
public enum Verdict {
    CHANGED,
    NEW,
    REMOVED,
    IMPACTED,
    UNCHANGED;

    /** The word for reports. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the function goes into a payload. */
    public boolean travels() {
        return this == CHANGED || this == NEW || this == IMPACTED;
    }
}
