package suture.exec;

/** Hears how far long work is; whoever owns the terminal decides what becomes of it. */
public interface Progress {
    /** Nobody listens. */
    Progress SILENT =
            new Progress() {
                @Override
                public void begin(String what, long total) {}

                @Override
                public void advance(long amount) {}
            };

    /**
     * A stage begins; the one before it is over.
     *
     * @param what what is being done, as a participle: {@code "compiling"}
     * @param total how many units of work it has; 0 if that is not known
     */
    void begin(String what, long total);

    /** So much more of the stage is done. May be called from any thread. */
    void advance(long amount);
}
