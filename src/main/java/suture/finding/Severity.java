package suture.finding;

/** How much a finding weighs. */
public enum Severity {
    /** No payload is made. */
    ERROR,
    /** The payload is made; somebody should look. */
    WARNING,
    /** Said for completeness. */
    NOTE
}
