package suture.target.linux.runpre;

import suture.target.linux.image.KernelSymbol;
import suture.target.linux.image.RunningCode;

import java.util.List;

/** Places of the running code in words. */
final class Words {
    private Words() {}

    static String address(RunningCode running, long address) {
        String imported = running.imported(address);
        if (imported != null) {
            return imported;
        }
        List<KernelSymbol> near = running.symbols().floor(address);
        String hex = "0x" + Long.toHexString(address);
        if (near.isEmpty()) {
            return hex;
        }
        KernelSymbol symbol = near.getLast();
        long distance = address - symbol.address();
        return symbol.name()
                + (distance == 0 ? "" : "+0x" + Long.toHexString(distance))
                + " at "
                + hex;
    }
}
