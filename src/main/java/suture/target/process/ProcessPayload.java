package suture.target.process;

import suture.bytes.Bytes;

import java.util.List;
import java.util.Map;

/**
 * A live patch of a process.
 *
 * @param name its name, for people
 * @param images the files whose running code it changes or refers to
 * @param parts its content, by area; an area without content is missing
 * @param labels names of the functions and variables in it, for people and debuggers
 * @param fixups the fields that are filled when it is loaded, ordered by area and offset
 * @param redirects the functions that it replaces
 */
public record ProcessPayload(
        String name,
        List<Image> images,
        Map<Area, Part> parts,
        List<Label> labels,
        List<Fixup> fixups,
        List<Redirect> redirects) {

    /** Where content goes, by what the process may do with it. */
    public enum Area {
        CODE(".text"),
        CONSTANT(".rodata"),
        STATE(".data"),
        /** Call frame information of the code, by which its frames are unwound. */
        FRAMES(".eh_frame");

        private final String section;

        Area(String section) {
            this.section = section;
        }

        /** The section of the payload file. */
        public String section() {
            return section;
        }
    }

    /**
     * A file that the process has mapped.
     *
     * @param name its file name, for messages
     * @param buildId the build id that identifies it
     */
    public record Image(String name, Bytes buildId) {}

    /** The content of an area, and its size, which is larger where zeros follow. */
    public record Part(Bytes content, long size) {}

    /** A name for a place in the payload. */
    public record Label(String name, boolean function, Area area, long offset, long size) {}

    /**
     * A field that gets its value when the payload is loaded.
     *
     * @param area where the field is
     * @param offset of the field in the area
     * @param type the relocation type of the machine
     * @param target what it refers to
     * @param addend as in a relocation
     */
    public record Fixup(Area area, long offset, int type, Target target, long addend) {}

    /** What a field refers to. */
    public sealed interface Target {
        /** The first byte of an area of the payload. */
        record Inside(Area area) implements Target {}

        /** An address in the file of an image, wherever that runs. */
        record Running(int image, long address, String name) implements Target {}

        /** A symbol that one of the process' libraries exports. */
        record Exported(String name) implements Target {}
    }

    /**
     * A function that is replaced.
     *
     * @param function its name
     * @param image the position of its image
     * @param old its code, the body first, then cold parts
     * @param entry offset of the new function in the area of code
     * @param skip bytes at the entry that stay: a landing pad
     */
    public record Redirect(String function, int image, List<Code> old, long entry, int skip) {}

    /** A range of code of an image with its bytes in the file. */
    public record Code(long address, Bytes bytes) {}

    /** Size of the jump that is written over an entry. */
    public static final int JUMP = 5;
}
