package suture.trial;

/** How the guest's life ended. */
public enum Ending {
    /** All steps were done. */
    COMPLETE,
    /** The kernel panicked. */
    PANIC,
    /** The machine was gone before its steps were done, without a word. */
    RESET,
    /** The trial took longer than it may. */
    DEADLINE
}
