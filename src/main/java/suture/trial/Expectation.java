package suture.trial;

/** What the trial must show. */
public enum Expectation {
    /** The payload loads, works, and goes without a trace. */
    WORKS,
    /** The kernel refuses to load the payload. */
    REFUSED
}
