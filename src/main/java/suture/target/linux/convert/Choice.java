package suture.target.linux.convert;

/**
 * What the author said about a symbol.
 *
 * @param patched the object whose arrival the relocation waits for; empty if not said
 * @param object where the symbol is looked up
 * @param name its name there
 * @param position its position there; 0 if it must be the only one
 */
record Choice(String patched, String object, String name, int position) {}
