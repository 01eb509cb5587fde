package suture.plan;

import org.jspecify.annotations.Nullable;

import suture.elf.Section;
import suture.graph.Atom;
import suture.plan.Callback.Moment;

import java.util.List;

/** Whose hooks: by what a payload's target calls of what a patch asks to be called. */
public enum Hooks {
    /** Nothing. */
    NONE,
    /** What Linux' livepatch core calls for each patched object. */
    LINUX,
    /** What the hypervisor calls. */
    XEN;

    /** Xen 4.17 {@code xen/include/xen/livepatch_payload.h}. */
    private static final String OF_XEN = ".livepatch.hooks.";

    /** Those of {@code suture/linux_hooks.h}, and of kpatch as seen in its unit test objects. */
    private static final List<String> OF_LINUX = List.of(".suture.hooks.", ".kpatch.callbacks.");

    /** Linux 6.19 {@code include/linux/livepatch_helpers.h}; the moment is in the symbol's name. */
    private static final String OF_KLP_BUILD = ".discard.klp_callback_ptrs";

    private static final String PREFIX = "__klp_";
    private static final String SUFFIX = "_callback_";

    /** Whose hook a variable is; null if it is none. */
    static @Nullable Hooks of(@Nullable Atom atom) {
        Section section = atom == null ? null : atom.section();
        if (section == null) {
            return null;
        }
        String name = section.name();
        if (name.startsWith(OF_XEN)) {
            return XEN;
        }
        return name.equals(OF_KLP_BUILD) || OF_LINUX.stream().anyMatch(name::startsWith)
                ? LINUX
                : null;
    }

    /** When a hook of Linux is to be called; null if it does not say so. */
    static @Nullable Moment moment(Atom hook) {
        String section = String.valueOf(hook.section());
        for (Moment moment : Moment.values()) {
            if (OF_LINUX.stream().anyMatch(p -> section.equals(p + moment.member()))
                    || hook.name().startsWith(PREFIX + moment.member() + SUFFIX)) {
                return moment;
            }
        }
        return null;
    }
}
