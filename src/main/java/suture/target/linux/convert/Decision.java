package suture.target.linux.convert;

import suture.target.linux.klp.KlpNames;

/** What becomes of an undefined symbol. */
public sealed interface Decision {
    /**
     * It stays as it is.
     *
     * @param provider who exports it: {@code vmlinux}, a module, or empty if not known
     */
    record Exported(String provider) implements Decision {}

    /** It stays as it is and is 0 in the module: a weak reference to what the target has not. */
    record Absent() implements Decision {}

    /**
     * It becomes a livepatch symbol.
     *
     * @param patched the object whose arrival its relocations wait for
     * @param symbol its new name
     */
    record Livepatch(String patched, KlpNames.Name symbol) implements Decision {}

    /** Nothing can be done with it; a finding says why. */
    record Refused() implements Decision {}
}
