package suture.dwarf.frame;

import suture.bytes.Bytes;

/**
 * The call frame information of one function, or one part of it (FDE).
 *
 * @param common what it shares with others
 * @param address where it stands
 * @param size of it in bytes
 * @param field where the address of the function stands in it
 * @param start the function's address
 * @param length of the function in bytes
 * @param instructions the program
 * @param instructionsAddress where the program stands
 */
public record FrameEntry(
        CommonEntry common,
        long address,
        long size,
        long field,
        long start,
        long length,
        Bytes instructions,
        long instructionsAddress) {
    /** Whether the address is in the function. */
    public boolean covers(long pc) {
        return Long.compareUnsigned(pc - start, length) < 0;
    }
}
