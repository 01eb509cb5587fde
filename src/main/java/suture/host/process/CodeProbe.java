package suture.host.process;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.dwarf.frame.FrameMemory;
import suture.host.process.ProcFiles.Mapping;
import suture.machine.FrameFacts;

import java.util.List;

/** Says of a word whether it can be the address that a call, or a signal handler, returns to. */
final class CodeProbe {
    private static final int LONGEST_CALL = 8;

    private final FrameMemory memory;
    private final List<Mapping> maps;
    private final FrameFacts facts;

    CodeProbe(FrameMemory memory, List<Mapping> maps, FrameFacts facts) {
        this.memory = memory;
        this.maps = maps;
        this.facts = facts;
    }

    boolean executable(long address) {
        return maps.stream().anyMatch(m -> m.executable() && m.contains(address));
    }

    /** Whether the code there is what a signal handler returns to. */
    boolean signalReturn(long address) {
        if (!executable(address)) {
            return false;
        }
        Bytes code = facts.signalReturn();
        try {
            return memory.read(address, code.size()).equals(code);
        } catch (FormatException e) {
            return false;
        }
    }

    /** Whether the bytes before the address end with a call: e8 rel32, or ff /2 of 2 to 7 bytes. */
    boolean behindCall(long address) {
        if (!executable(address - 1)) {
            return false;
        }
        Bytes before;
        try {
            before = memory.read(address - LONGEST_CALL, LONGEST_CALL);
        } catch (FormatException e) {
            return false;
        }
        if (before.u8(LONGEST_CALL - 5) == 0xe8) {
            return true;
        }
        for (int length = 2; length <= 7; length++) {
            int at = LONGEST_CALL - length;
            int operation = (before.u8(at + 1) >> 3) & 7;
            if (before.u8(at) == 0xff && (operation == 2 || operation == 3)) {
                return true;
            }
        }
        return false;
    }
}
