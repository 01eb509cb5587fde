package suture.target.linux.runpre;

/**
 * The first difference between a region of the original and the running code.
 *
 * @param region the region
 * @param offset the place of the difference in the region's section
 * @param expected what the original has there
 * @param found what the running code has
 */
record Mismatch(Region region, long offset, String expected, String found) {}
