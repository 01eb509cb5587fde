package suture.trial;

import suture.bytes.Bytes;

/**
 * One thing for the guest to do.
 *
 * @param action what
 * @param name of the payload, or the phase of an exercise
 * @param payload the file to upload, otherwise empty
 * @param essential whether nothing is left to do once it fails
 */
public record XenStep(XenAction action, String name, Bytes payload, boolean essential) {
    /** Names have at most 127 characters (Xen {@code XEN_LIVEPATCH_NAME_SIZE}). */
    private static final int LONGEST = 127;

    public XenStep {
        if (name.length() > LONGEST) {
            throw new IllegalArgumentException("longer than " + LONGEST + ": " + name);
        }
    }

    /** Something that may fail. */
    public static XenStep of(XenAction action, String name) {
        return new XenStep(action, name, Bytes.EMPTY, false);
    }

    /** An upload that may fail. */
    public static XenStep upload(String name, Bytes payload) {
        return new XenStep(XenAction.UPLOAD, name, payload, false);
    }

    /** The same, and the end of everything if it fails. */
    XenStep orEnd() {
        return new XenStep(action, name, payload, true);
    }
}
