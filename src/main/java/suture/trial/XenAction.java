package suture.trial;

import java.util.Locale;

/** What a guest of Xen can be told to do, with the codes of its {@code guest.c}. */
public enum XenAction {
    UPLOAD(0),
    UNLOAD(1),
    REVERT(2),
    APPLY(3),
    REPLACE(4),
    /** Asks the hypervisor for its version, which a payload may change. */
    OBSERVE(5),
    /** Asks for a payload's state and last result. */
    GET(6),
    LIST(7),
    /** Calls the exercise with a phase. */
    EXERCISE(8);

    private final int code;

    XenAction(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The step's name in the transcript. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
