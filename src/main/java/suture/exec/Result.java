package suture.exec;

/**
 * How a program ended.
 *
 * @param status its exit status
 * @param output its standard output as text; empty if that went to a file
 * @param errors its standard error as text
 */
public record Result(int status, String output, String errors) {
    /** Whether it says that it did its work. */
    public boolean succeeded() {
        return status == 0;
    }
}
