/**
 * Views over memory that nobody copies and nobody changes.
 *
 * <p>Everything that Suture reads is a file of some binary format, often large (a kernel image with
 * its debug information passes 2 GiB). The one carrier for such content is {@link
 * suture.bytes.Bytes}: an immutable window with 64-bit offsets onto a mapped file, or onto the heap
 * where it is small. A slice is a window on the same memory, comparing two windows runs at the
 * speed of memory, and equality is equality of content, so a view may sit in a record or a map.
 *
 * <p>{@link suture.bytes.Cursor} walks such a view from front to back, {@link
 * suture.bytes.ByteSink} is its opposite. {@link suture.bytes.FormatException} is the one error for
 * content that breaks its format's rules: one line with file, section, offset, what was expected
 * and what was found.
 */
@NullMarked
package suture.bytes;

import org.jspecify.annotations.NullMarked;
