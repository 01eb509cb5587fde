package suture.plan;

/**
 * One relocation of a piece, bound to where it goes.
 *
 * @param at offset of the field in the piece, in bytes
 * @param type the relocation type of the machine, as in the patched object
 * @param destination what it refers to
 * @param addend relative to the start of the destination; a PC bias of the machine is still in it
 */
public record Link(long at, int type, Destination destination, long addend) {}
