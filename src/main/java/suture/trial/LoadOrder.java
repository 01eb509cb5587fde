package suture.trial;

/** Which is loaded first: the patch, or the modules it patches. */
public enum LoadOrder {
    MODULE_FIRST,
    PATCH_FIRST
}
