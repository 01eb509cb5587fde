package suture.target.linux.runpre;

/**
 * A field of the original with what the running code has in it.
 *
 * @param region the region it stands in
 * @param field the field
 * @param sum the sum of symbol and addend (S + A) that stands in the running field
 */
record Reached(Region region, Field field, long sum) {
    /** Where the field's symbol runs. */
    long symbolAt() {
        return field.symbolAt(sum);
    }
}
