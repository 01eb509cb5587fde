package suture.target.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.graph.NameGrammar;
import suture.plan.Replacement;
import suture.target.process.ProcessPayload.Code;
import suture.target.process.ProcessPayload.Redirect;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The running code that is replaced: where it is, what it is, and whether a jump fits into it. */
final class OldCode {
    private static final int ENDBR64 = 0xfa1e_0ff3;
    private static final Set<Integer> PADDING =
            Set.of(0x00, 0x90, 0xcc, 0x66, 0x2e, 0x0f, 0x1f, 0x40, 0x44, 0x80, 0x84);

    private final Placement placement;
    private final int image;
    private final List<Finding> findings;

    OldCode(Placement placement, int image, List<Finding> findings) {
        this.placement = placement;
        this.image = image;
        this.findings = findings;
    }

    /**
     * How a running function is replaced; null after a refusal.
     *
     * @param entry offset of the new function in the payload's code
     */
    @Nullable Redirect redirect(Replacement replacement, long entry) {
        String name = replacement.original().name();
        Symbol symbol = placement.defined(name);
        Long address = symbol == null ? null : placement.address(symbol);
        if (symbol == null || address == null) {
            return refuse(
                    "run-pre-mismatch",
                    name,
                    "its running code is not proven: "
                            + placement.missing(symbol == null ? null : symbol.section()),
                    "use the exact source, compiler and options that the program was built with");
        }
        if (chooses(symbol)) {
            return refuse(
                    "changed-ifunc",
                    name,
                    "it chose its implementation (IFUNC) before the patch",
                    "patch the implementations instead");
        }
        Bytes head = placement.image().at(address, 4);
        int skip = head != null && head.s32(0, ProcessImage.ORDER) == ENDBR64 ? 4 : 0;
        long needed = skip + ProcessPayload.JUMP;
        Bytes body = placement.image().at(address, Math.max(symbol.size(), needed));
        if (body == null || !room(body, address, symbol.size(), needed)) {
            return refuse(
                    "function-too-small",
                    name,
                    "it has " + symbol.size() + " bytes, a jump needs " + needed,
                    "change its callers instead");
        }
        List<Code> old = new ArrayList<>();
        old.add(new Code(address, body));
        if (!addColdParts(name, old)) {
            return null;
        }
        return new Redirect(replacement.base(), image, old, entry, skip);
    }

    /**
     * Whether the symbol, or another one at its place, is a chosen function: this is the chooser.
     */
    private boolean chooses(Symbol symbol) {
        return placement.object().symbols().stream()
                .anyMatch(s ->
                        s.type() == Elf.STT_GNU_IFUNC
                                && s.section() == symbol.section()
                                && s.value() == symbol.value());
    }

    /** A jump may reach into the padding behind a function that is shorter. */
    private boolean room(Bytes body, long address, long size, long needed) {
        long next = placement.image().nextFunction(address);
        if (needed > size && next != 0 && next < address + needed) {
            return false;
        }
        for (long i = size; i < needed; i++) {
            if (!PADDING.contains(body.u8(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean addColdParts(String name, List<Code> old) {
        for (Symbol cold : placement.object().symbols()) {
            if (cold.section() == null
                    || !NameGrammar.isCold(cold.name())
                    || !NameGrammar.coldParent(cold.name()).equals(name)) {
                continue;
            }
            Long address = placement.address(cold);
            Bytes bytes = address == null ? null : placement.image().at(address, cold.size());
            if (address == null || bytes == null) {
                refuse(
                        "run-pre-mismatch",
                        cold.name(),
                        "its running code is not proven: " + placement.missing(cold.section()),
                        "use the exact source, compiler and options that the program was built"
                                + " with");
                return false;
            }
            old.add(new Code(address, bytes));
        }
        return true;
    }

    private @Nullable Redirect refuse(String rule, String name, String message, String remedy) {
        findings.add(Finding.error(rule, name, placement.image().elf().file(), message, remedy));
        return null;
    }
}
