package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.elf.Section;

/**
 * Sections of a patched object in which the author of the patch speaks to those who make or run the
 * payload, and not to the linker of what runs.
 */
public enum AuthorSection {
    /** What the hypervisor calls: Xen 4.17 {@code xen/include/xen/livepatch_payload.h}. */
    XEN_HOOK(".livepatch.hooks."),
    /**
     * What the livepatch core calls; the moment stands behind it. Those of {@code
     * suture/linux_hooks.h}, and of kpatch as seen in its unit test objects.
     */
    LINUX_HOOK(".suture.hooks.", ".kpatch.callbacks."),
    /**
     * The same of klp-build, with the moment in the symbol's name: Linux 6.19 {@code
     * include/linux/livepatch_helpers.h}.
     */
    KLP_BUILD_HOOK(".discard.klp_callback_ptrs"),
    /** Variables that keep what they hold: {@code SUTURE_KEEP} of {@code suture/hooks.h}. */
    KEEP(".suture.keep"),
    /** Names of sections to leave alone: {@code KPATCH_IGNORE_SECTION}. */
    IGNORE(".kpatch.ignore.sections"),
    /** Words that nobody here understands. */
    UNKNOWN(".suture.", ".kpatch.");

    private final String start;
    private final String otherStart;

    AuthorSection(String start) {
        this(start, start);
    }

    AuthorSection(String start, String otherStart) {
        this.start = start;
        this.otherStart = otherStart;
    }

    /** What a section is there to tell; null if it is an ordinary one. */
    public static @Nullable AuthorSection of(Section section) {
        for (AuthorSection word : values()) {
            if (word.rest(section) != null) {
                return word;
            }
        }
        return null;
    }

    /** What stands behind the start of such a section's name; null if it is no such section. */
    public @Nullable String rest(Section section) {
        String rest = behind(start, section.name());
        return rest == null ? behind(otherStart, section.name()) : rest;
    }

    /** A start that does not end in a dot is the whole name. */
    private static @Nullable String behind(String start, String name) {
        boolean is = start.endsWith(".") ? name.startsWith(start) : name.equals(start);
        return is ? name.substring(start.length()) : null;
    }
}
