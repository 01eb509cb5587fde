package suture.target.linux.verify;

import suture.elf.ElfObject;
import suture.finding.Finding;
import suture.target.linux.image.KernelIdentity;
import suture.target.linux.klp.PatchedFunction;

import java.util.List;

/**
 * What came out of playing the loader.
 *
 * @param module the payload
 * @param kernel the kernel it was checked against
 * @param symbols its livepatch symbols, with the address that each gets in the image
 * @param functions the functions it replaces
 * @param imports how many exports it takes
 * @param findings all findings; one of severity error means that the kernel refuses the module, or
 *     ought to
 */
public record Proof(
        ElfObject module,
        KernelIdentity kernel,
        List<Resolved> symbols,
        List<PatchedFunction> functions,
        int imports,
        List<Finding> findings) {
    /**
     * A livepatch symbol that leads to one thing.
     *
     * @param name its whole name
     * @param address the thing's address in the image; artificial in a module
     */
    public record Resolved(String name, long address) {}

    /** Whether the module would be loaded. */
    public boolean accepted() {
        return findings.stream().noneMatch(Finding::refuses);
    }
}
