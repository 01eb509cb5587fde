package suture.cli;

/** What the process' exit status says. */
enum ExitStatus {
    DONE(0),
    BAD_INPUT(2),
    REFUSED(3),
    UNCHANGED(4),
    TOOL_FAILED(5),
    BUG(70);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static ExitStatus of(String outcome) {
        return switch (outcome) {
            case "refused" -> REFUSED;
            case "unchanged" -> UNCHANGED;
            default -> DONE;
        };
    }
}
