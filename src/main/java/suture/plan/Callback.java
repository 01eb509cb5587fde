package suture.plan;

import suture.elf.Symbol;

/**
 * A function that Linux' livepatch core calls around what it does to one object ({@code struct
 * klp_callbacks}, Linux 6.1 {@code include/linux/livepatch.h}).
 *
 * @param moment when it is called
 * @param function a function of the patched object, which travels
 */
public record Callback(Moment moment, Symbol function) {
    /** When the livepatch core calls it; the order is that of the structure's members. */
    public enum Moment {
        /** Before the functions of the object are replaced; its result may forbid that. */
        PRE_PATCH("pre_patch"),
        /** When all tasks use the new functions. */
        POST_PATCH("post_patch"),
        /** Before the old functions come back. */
        PRE_UNPATCH("pre_unpatch"),
        /** When all tasks use the old functions again. */
        POST_UNPATCH("post_unpatch");

        private final String member;

        Moment(String member) {
            this.member = member;
        }

        /** The name of the structure's member. */
        public String member() {
            return member;
        }
    }
}
