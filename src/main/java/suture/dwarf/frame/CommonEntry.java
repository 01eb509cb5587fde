package suture.dwarf.frame;

import suture.bytes.Bytes;

/**
 * What several functions share (CIE).
 *
 * @param address where it stands
 * @param codeAlignment what distances in code are multiplied with
 * @param dataAlignment what offsets of saved registers are multiplied with
 * @param returnAddress the register number that stands for the return address
 * @param signal whether its frames are those that the kernel puts on the stack for a signal
 * @param augmented whether its functions have augmentation data, with its length
 * @param personality whether frames of its functions may catch exceptions or clean up
 * @param code how addresses in its functions' entries are written
 * @param exceptions how the address of an exception table is written
 * @param instructions its part of the program
 */
public record CommonEntry(
        long address,
        long codeAlignment,
        long dataAlignment,
        int returnAddress,
        boolean signal,
        boolean augmented,
        boolean personality,
        PointerEncoding code,
        PointerEncoding exceptions,
        Bytes instructions) {}
