package suture.plan;

import org.jspecify.annotations.Nullable;

import suture.elf.Section;
import suture.graph.Atom;
import suture.graph.AuthorSection;
import suture.plan.Callback.Moment;

import java.util.Objects;

/** Whose hooks: by what a payload's target calls of what a patch asks to be called. */
public enum Hooks {
    /** Nothing. */
    NONE,
    /** What Linux' livepatch core calls for each patched object. */
    LINUX,
    /** What the hypervisor calls. */
    XEN;

    private static final String PREFIX = "__klp_";
    private static final String SUFFIX = "_callback_";

    /** Whose hook a variable is; null if it is none. */
    static @Nullable Hooks of(@Nullable Atom atom) {
        Section section = atom == null ? null : atom.section();
        AuthorSection word = section == null ? null : AuthorSection.of(section);
        return switch (word) {
            case XEN_HOOK -> XEN;
            case LINUX_HOOK, KLP_BUILD_HOOK -> LINUX;
            case KEEP, IGNORE, UNKNOWN -> null;
            case null -> null;
        };
    }

    /** When a hook of Linux is to be called; null if it does not say so. */
    static @Nullable Moment moment(Atom hook) {
        Section section = Objects.requireNonNull(hook.section());
        for (Moment moment : Moment.values()) {
            if (moment.member().equals(AuthorSection.LINUX_HOOK.rest(section))
                    || hook.name().startsWith(PREFIX + moment.member() + SUFFIX)) {
                return moment;
            }
        }
        return null;
    }
}
