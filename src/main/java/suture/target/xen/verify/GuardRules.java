package suture.target.xen.verify;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.Symbol;
import suture.machine.InstructionCursor;
import suture.machine.Machine;
import suture.target.xen.verify.LinkRules.Link;
import suture.target.xen.verify.RawPayload.Part;

import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** What the loader takes and should not. */
final class GuardRules {
    private static final int ABSOLUTE = 1;

    private final Machine machine =
            Objects.requireNonNull(Machine.of(Elf.EM_X86_64, true, ByteOrder.LITTLE_ENDIAN));
    private final RawPayload payload;
    private final Memory memory;
    private final PayloadStack stack;
    private final Answers answers;

    GuardRules(RawPayload payload, Memory memory, PayloadStack stack, Answers answers) {
        this.payload = payload;
        this.memory = memory;
        this.stack = stack;
        this.answers = answers;
    }

    void check(List<ReplacedFunction> functions, LinkRules links) {
        TreeMap<Long, ReplacedFunction> places = new TreeMap<>();
        for (ReplacedFunction function : functions) {
            apart(function, places);
            target(function);
            body(function);
            places.putIfAbsent(function.oldAddress(), function);
        }
        Set<String> said = new HashSet<>();
        for (Link link : links.links()) {
            reference(link, links.value(link.symbol()), said);
        }
        stored(functions, links);
        if (!memory.isUnchanging()) {
            answers.warn(
                    "not-reappliable",
                    writable(),
                    "it has writable data: after a revert the hypervisor applies it no more, with"
                            + " -EINVAL",
                    "unload and upload it again, or keep state out of it");
        }
    }

    private String writable() {
        return payload.sections().stream()
                .filter(part -> part.isLoaded() && part.isWritable() && part.size() > 0)
                .map(Part::name)
                .filter(name -> !name.equals(FunctionRules.SECTION))
                .reduce((a, b) -> a + " " + b)
                .orElse(FunctionRules.SECTION);
    }

    /**
     * Two entries for one place: the first saved bytes come back first, the jump of the first last.
     */
    private void apart(ReplacedFunction function, TreeMap<Long, ReplacedFunction> places) {
        var before = places.floorEntry(function.oldAddress());
        if (before == null) {
            return;
        }
        ReplacedFunction other = before.getValue();
        if (other.oldAddress() == function.oldAddress()) {
            answers.error(
                    "function-twice",
                    place(function),
                    "it is listed twice: after the revert the jump to the first new body is still"
                            + " there, and after the unload it leads into freed memory",
                    "keep one entry");
        } else if (other.oldAddress() + other.oldSize() > function.oldAddress()) {
            answers.error(
                    "functions-overlap",
                    place(function),
                    "it lies in what " + place(other) + " replaces",
                    "keep one entry");
        }
    }

    private void target(ReplacedFunction function) {
        String place = place(function);
        if (stack.xen().addresses(function.name()).size() > 1) {
            answers.error(
                    "ambiguous-function",
                    place,
                    "the hypervisor has several symbols of that name and takes any",
                    "give the old address, or FILE#NAME");
        }
        if (function.isNop() && stack.xen().isInit(function.oldAddress())) {
            answers.error(
                    "init-function",
                    place,
                    "the hypervisor crashes when it applies it: that is init code, freed after the"
                            + " boot",
                    "patch what runs later");
            return;
        }
        Symbol symbol = stack.xen().function(function.oldAddress());
        Bytes there = stack.textAt(function.oldAddress());
        if (there == null || !stack.xen().contains(function.oldAddress())) {
            return;
        }
        if (function.isNop()) {
            if (symbol != null && function.newSize() > symbol.size()) {
                answers.error(
                        "nop-outside",
                        place,
                        function.newSize()
                                + " bytes become no-ops, and the function has "
                                + symbol.size(),
                        "take the function's own instructions");
            }
            nops(function, there);
        } else if (symbol == null) {
            answers.error(
                    "not-a-function",
                    place,
                    "no function begins at 0x" + Long.toHexString(function.oldAddress()),
                    "replace whole functions");
        } else if (symbol.size() < FunctionRules.needed(there)) {
            answers.error(
                    "target-too-short",
                    place,
                    "it has "
                            + symbol.size()
                            + " bytes and the jump needs "
                            + FunctionRules.needed(there)
                            + ": the function after it is overwritten",
                    "patch its callers instead");
        } else if (symbol.size() != function.oldSize()
                && function.oldSize() >= FunctionRules.needed(there)) {
            answers.warn(
                    "old-size",
                    place,
                    "the old size is "
                            + function.oldSize()
                            + ", and the function has "
                            + symbol.size()
                            + " bytes",
                    "see whether it was built for this hypervisor");
        }
        if (function.expectation().enabled()
                && stack.xen()
                        .isAltered(function.oldAddress(), function.expectation().bytes().size())) {
            answers.warn(
                    "expectation-altered",
                    place,
                    "it expects bytes that are chosen at boot by the processor's features",
                    "expect fewer bytes");
        }
    }

    /** Bytes that become no-ops must be whole instructions. */
    private void nops(ReplacedFunction function, Bytes there) {
        if (function.newSize() == 0) {
            answers.warn(
                    "nothing-replaced",
                    place(function),
                    "it has no new body and replaces no bytes",
                    "remove the entry");
            return;
        }
        InstructionCursor cursor = machine.instructions(there);
        while (cursor.next() && cursor.offset() < function.newSize()) {
            long end = cursor.offset() + cursor.length();
            if (!cursor.valid() || end > function.newSize()) {
                answers.error(
                        "nop-splits",
                        place(function),
                        "the instruction at +"
                                + cursor.offset()
                                + " ends at +"
                                + end
                                + ", and bytes up to +"
                                + function.newSize()
                                + " become no-ops",
                        "take whole instructions; with return thunks a return has 5 bytes");
                return;
            }
        }
    }

    private void body(ReplacedFunction function) {
        if (!function.isNop() && !memory.isCode(function.newAddress(), 1)) {
            answers.error(
                    "new-address",
                    place(function),
                    "the new body is not in the payload's code",
                    "the field needs a relocation to the new function");
        }
    }

    private void reference(Link link, long value, Set<String> said) {
        String name = link.symbol().name();
        if (link.symbol().section() != 0 || !said.add(name)) {
            return;
        }
        String place = link.section().name() + "+0x" + Long.toHexString(link.offset());
        if (stack.xen().isInit(value)) {
            answers.error(
                    "init-reference",
                    place,
                    name + " is init code or data, freed after the boot",
                    "copy what is needed into the patch");
        }
        if (stack.xen().addresses(name).size() > 1) {
            answers.error(
                    "ambiguous-symbol",
                    place,
                    "the hypervisor has several symbols " + name + " and takes any",
                    "use FILE#NAME");
        }
        for (String owner : stack.owners(name)) {
            answers.warn(
                    "needs-payload",
                    place,
                    name
                            + " is in payload "
                            + owner
                            + ", which the hypervisor unloads without asking",
                    "unload " + owner + " only after this one");
        }
    }

    /** The new body's address in data outlives the payload; the old one's does not. */
    private void stored(List<ReplacedFunction> functions, LinkRules links) {
        Set<Long> bodies = new HashSet<>();
        functions.stream().filter(f -> !f.isNop()).forEach(f -> bodies.add(f.newAddress()));
        Set<String> said = new HashSet<>();
        for (Link link : links.links()) {
            boolean table = link.section().name().startsWith(".livepatch.");
            boolean pointer = link.type() == ABSOLUTE || isTaken(link);
            if (!table
                    && pointer
                    && bodies.contains(links.value(link.symbol()))
                    && said.add(link.symbol().name())) {
                answers.warn(
                        "stored-new-address",
                        link.section().name() + "+0x" + Long.toHexString(link.offset()),
                        "it takes the address of the new body "
                                + link.symbol().name()
                                + "; if the hypervisor keeps it, it is wrong after the unload",
                        "refer to the old function, as an undefined symbol");
            }
        }
    }

    /** Whether a field in code is an address that is computed, not a branch. */
    private boolean isTaken(Link link) {
        Part part = link.section();
        if ((part.flags() & Elf.SHF_EXECINSTR) == 0) {
            return false;
        }
        InstructionCursor cursor = machine.instructions(memory.content(part));
        while (cursor.next()) {
            if (cursor.offset() + cursor.length() > link.offset()) {
                return cursor.pcRelativeMemory();
            }
        }
        return false;
    }

    private static String place(ReplacedFunction function) {
        return function.name().isEmpty()
                ? "0x" + Long.toHexString(function.oldAddress())
                : function.name();
    }
}
