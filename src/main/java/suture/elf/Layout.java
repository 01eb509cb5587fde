package suture.elf;

import suture.bytes.Bytes;

/**
 * Where a file that was read had its parts; all that the model itself does not say. Completed by
 * the reader.
 *
 * @param image the whole file
 */
public record Layout(Bytes image) {}
