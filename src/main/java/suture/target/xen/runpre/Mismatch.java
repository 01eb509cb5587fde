package suture.target.xen.runpre;

/**
 * The first difference in a section.
 *
 * @param where section and offset in the original
 * @param expected what the original has
 * @param found what the image has
 */
record Mismatch(String where, String expected, String found) {}
