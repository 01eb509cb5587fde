package suture.target.xen;

/** The errors that the hypervisor's live patching answers with (Xen {@code public/errno.h}). */
public enum XenError {
    EPERM(1),
    ENOENT(2),
    E2BIG(7),
    EAGAIN(11),
    ENOMEM(12),
    EACCES(13),
    EFAULT(14),
    EBUSY(16),
    EEXIST(17),
    EINVAL(22),
    ERANGE(34),
    ENOSYS(38),
    ENODATA(61),
    EOVERFLOW(75),
    EOPNOTSUPP(95);

    private final int number;

    XenError(int number) {
        this.number = number;
    }

    /** The number, positive. */
    public int number() {
        return number;
    }

    /** The name of a number, or the number itself if it is none of these. */
    public static String name(int number) {
        for (XenError error : values()) {
            if (error.number == number) {
                return error.name();
            }
        }
        return "error " + number;
    }
}
