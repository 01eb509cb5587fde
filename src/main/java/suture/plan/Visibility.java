package suture.plan;

/** Whose global names code of a running object can use. */
@FunctionalInterface
public interface Visibility {
    /** Those of its own object alone. */
    Visibility OWN = (_, _) -> false;

    /**
     * Whether code of one running object can use what another one has under a global name.
     *
     * @param owner the object of the code; two objects may well have a function of one name each,
     *     and then its own is meant
     * @param other another object
     */
    boolean sees(String owner, String other);
}
