package suture.target.xen.verify;

import static suture.target.xen.XenError.EINVAL;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.target.xen.verify.RawPayload.Part;

import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The sections that mean something (Xen {@code check_special_sections}, {@code
 * check_patching_sections}, the optional ones of {@code prepare_payload}).
 */
final class SectionRules {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final String BUILD_ID = ".note.gnu.build-id";
    private static final String DEPENDS = ".livepatch.depends";
    private static final String XEN_DEPENDS = ".livepatch.xen_depends";
    private static final List<String> NOTES = List.of(DEPENDS, XEN_DEPENDS, BUILD_ID);
    private static final String HOOK = ".livepatch.hooks.";
    private static final List<String> MANY = List.of("load", "unload");
    private static final List<String> ONE =
            List.of("preapply", "apply", "postapply", "prerevert", "revert", "postrevert");
    static final List<String> VETO =
            Stream.of("preapply", "postapply", "prerevert", "postrevert")
                    .map(HOOK::concat)
                    .toList();
    private static final List<String> PATCHING =
            Stream.concat(
                            Stream.of(FunctionRules.SECTION),
                            Stream.concat(MANY.stream(), ONE.stream()).map(HOOK::concat))
                    .toList();
    private static final int POINTER = 8;
    private static final int NOTE = 12;

    private final RawPayload payload;
    private final Memory memory;
    private final Answers answers;

    SectionRules(RawPayload payload, Memory memory, Answers answers) {
        this.payload = payload;
        this.memory = memory;
        this.answers = answers;
    }

    /** What must be there, and something to do. */
    void present() {
        for (String name : NOTES) {
            Part part = payload.section(name);
            if (part == null || part.size() == 0) {
                answers.refuse(
                        EINVAL,
                        "note-missing",
                        name,
                        part == null ? "there is no such section" : "it is empty",
                        "link with --build-id; suture build xen makes all three notes");
            }
        }
        boolean any = false;
        for (String name : PATCHING) {
            Part part = payload.section(name);
            any |= part != null;
            if (part != null && part.size() == 0) {
                refuse("section-empty", name, "it is empty");
            }
        }
        if (!any) {
            refuse("nothing-to-patch", FunctionRules.SECTION, "no function and no hook");
        }
        Set<String> seen = new HashSet<>();
        for (Part part : payload.sections()) {
            if (isSpecial(part.name()) && !seen.add(part.name())) {
                answers.error(
                        "section-twice",
                        part.name(),
                        "the hypervisor takes the first one and ignores this one",
                        "join them, with ld -r for instance");
            }
        }
    }

    private static boolean isSpecial(String name) {
        return name.startsWith(".livepatch.")
                || name.startsWith(".bug_frames.")
                || NOTES.contains(name)
                || List.of(".altinstructions", ".altinstr_replacement", ".ex_table", ".modinfo")
                        .contains(name);
    }

    /** Hooks: arrays of pointers, or exactly one. */
    void hooks() {
        for (String name : MANY) {
            Part part = payload.section(HOOK + name);
            if (part != null && part.size() % POINTER != 0) {
                refuse("hook-size", part.name(), "its size is no multiple of 8");
            } else if (part != null && !part.isLoaded()) {
                answers.error(
                        "section-not-loaded",
                        part.name(),
                        "the hypervisor crashes when it calls the hook: the section lacks"
                                + " SHF_ALLOC",
                        "set the flag");
            }
        }
        for (String name : ONE) {
            Part part = payload.section(HOOK + name);
            if (part != null && part.size() != POINTER) {
                refuse("hook-size", part.name(), "it is not exactly one pointer");
            } else if (part != null && !part.isLoaded()) {
                answers.error(
                        "section-not-loaded",
                        part.name(),
                        "the hypervisor does not see the hook: the section lacks SHF_ALLOC",
                        "set the flag");
            }
        }
    }

    /** Whether a hook may stop an action, which forbids to replace others. */
    boolean hasVeto() {
        return VETO.stream()
                .map(payload::section)
                .anyMatch(part -> part != null && memory.address(part) != 0 && pointer(part) != 0);
    }

    private long pointer(Part part) {
        Bytes content = memory.content(part);
        return content.size() < POINTER ? 0 : content.s64(0, LITTLE);
    }

    /** The payload's own build-id; null if there is none. */
    @Nullable Bytes buildId() {
        return id(BUILD_ID);
    }

    /** The build-id of what it is applied on. */
    @Nullable Bytes depends() {
        return id(DEPENDS);
    }

    /** The build-id of its hypervisor. */
    @Nullable Bytes xenDepends() {
        return id(XEN_DEPENDS);
    }

    /** One note at the beginning of a section (Xen {@code xen_build_id_check}). */
    private @Nullable Bytes id(String name) {
        Part part = payload.section(name);
        if (part == null || part.size() == 0) {
            return null;
        }
        if (part.size() <= NOTE) {
            refuse("note-form", name, "it is too short for a note");
            return null;
        }
        if (!part.isLoaded()) {
            answers.crash(
                    "section-not-loaded",
                    name,
                    "it reads the note at address 0: the section lacks SHF_ALLOC",
                    "objcopy --add-section does not set it: --set-section-flags "
                            + name
                            + "=alloc,readonly");
            return null;
        }
        Bytes content = memory.content(part);
        long owner = content.u32(0, LITTLE);
        long size = content.u32(4, LITTLE);
        boolean gnu =
                content.u32(8, LITTLE) == 3
                        && owner >= 4
                        && owner + size <= content.size() - NOTE
                        && content.slice(NOTE, 4).equals(Bytes.of("GNU\0"));
        long start = NOTE + (owner + 3) / 4 * 4;
        if (!gnu || size == 0 || !content.contains(start, size)) {
            refuse("note-form", name, "it is no GNU build-id note");
            return null;
        }
        return content.slice(start, size);
    }

    /** Tables with one entry for each site, and the words about the payload. */
    void optional() {
        for (int i = 0; i < 4; i++) {
            table(".bug_frames." + i, POINTER);
        }
        new AlternativeRules(payload, memory, answers).check();
        Part exceptions = table(".ex_table", POINTER);
        if (exceptions != null && !exceptions.isLoaded() && exceptions.size() > 0) {
            crash(exceptions);
        }
        Part words = payload.section(".modinfo");
        if (words != null && words.size() == 0) {
            answers.crash(
                    "modinfo-empty",
                    words.name(),
                    "it takes the last of 0 bytes, 4 GiB after the first: the length is unsigned",
                    "remove the section");
        } else if (words != null && !words.isLoaded()) {
            crash(words);
        } else if (words != null) {
            Bytes content = memory.content(words);
            if (content.u8(content.size() - 1) != 0) {
                refuse("modinfo-form", words.name(), "it does not end with NUL");
            }
        }
    }

    private @Nullable Part table(String name, int entry) {
        Part part = payload.section(name);
        if (part != null && part.size() % entry != 0) {
            refuse("table-size", name, "its size is no multiple of " + entry);
            return null;
        }
        if (part != null && !part.isLoaded() && name.startsWith(".bug_frames")) {
            answers.error(
                    "section-not-loaded",
                    name,
                    "the hypervisor crashes at the next warning: the section lacks SHF_ALLOC",
                    "set the flag");
        }
        return part;
    }

    private void crash(Part part) {
        answers.crash(
                "section-not-loaded",
                part.name(),
                "it reads the section at address 0: it lacks SHF_ALLOC",
                "set the flag");
    }

    private void refuse(String rule, String place, String message) {
        answers.refuse(EINVAL, rule, place, message, "build the payload again");
    }
}
