package suture.host;

/** The error numbers that matter when modules come and go (Linux {@code asm-generic/errno*.h}). */
enum Errno {
    EPERM(1, "not permitted: root with CAP_SYS_MODULE is needed, and lockdown must be off"),
    ENOENT(2, "a symbol or parameter is unknown, or no such module is loaded"),
    ENOEXEC(8, "the file is no module of this kernel"),
    EAGAIN(11, "the module is in use"),
    ENOMEM(12, "no memory"),
    EBUSY(16, "a transition is under way, or the module is being loaded"),
    EEXIST(17, "a module of that name is loaded"),
    ENODEV(19, "the payload itself says that this is not its kernel"),
    EINVAL(22, "the kernel's livepatch core or module loader rejects it"),
    ENOSYS(38, "this kernel loads no modules"),
    EBADMSG(74, "the signature is damaged"),
    ESRCH(3, "a symbol has another version"),
    ENOKEY(126, "the kernel wants a signature by a key it knows"),
    EKEYREJECTED(129, "the signature is rejected");

    private final int number;
    private final String meaning;

    Errno(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** The number's name and what it means here. */
    static String describe(int number) {
        for (Errno errno : values()) {
            if (errno.number == number) {
                return errno + " (" + errno.meaning + ")";
            }
        }
        return "error " + number;
    }

    static boolean isBusy(int number) {
        return number == EAGAIN.number || number == EBUSY.number;
    }
}
