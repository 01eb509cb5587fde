package suture.target.xen.verify;

import static suture.target.xen.XenError.EINVAL;
import static suture.target.xen.XenError.ENOENT;
import static suture.target.xen.XenError.EOPNOTSUPP;
import static suture.target.xen.XenError.EOVERFLOW;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.target.xen.XenError;
import suture.target.xen.verify.RawPayload.Part;
import suture.target.xen.verify.ReplacedFunction.Expected;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The replaced functions (Xen {@code public/sysctl.h}: {@code struct livepatch_func}; {@code
 * prepare_payload}; {@code arch_livepatch_verify_func}).
 *
 * <pre>
 *   0  name        16  old address   28  old size     72  expectation: 1 enabled, 5 length, 2 zero
 *   8  new address 24  new size      32  version, 2   73  its bytes, 31
 * </pre>
 */
final class FunctionRules {
    /** The section they are in. */
    static final String SECTION = ".livepatch.funcs";

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final int ENTRY = 104;
    private static final int VERSION = 2;
    private static final int MOST_NOPS = 31;
    private static final int JUMP = 5;
    private static final Bytes LANDING =
            Bytes.of(new byte[] {(byte) 0xf3, 0x0f, 0x1e, (byte) 0xfa});

    private final RawPayload payload;
    private final Memory memory;
    private final PayloadStack stack;
    private final Answers answers;

    FunctionRules(RawPayload payload, Memory memory, PayloadStack stack, Answers answers) {
        this.payload = payload;
        this.memory = memory;
        this.stack = stack;
        this.answers = answers;
    }

    /** All entries that can be followed. */
    List<ReplacedFunction> check() {
        Part part = payload.section(SECTION);
        List<ReplacedFunction> all = new ArrayList<>();
        if (part == null || part.size() == 0) {
            return all;
        }
        if (part.size() % ENTRY != 0) {
            answers.refuse(
                    EINVAL,
                    "function-table",
                    SECTION,
                    "its " + part.size() + " bytes are no multiple of " + ENTRY,
                    "gcc aligns single objects of that size to 32: use one array");
            return all;
        }
        if (!part.isLoaded()) {
            answers.crash(
                    "section-not-loaded",
                    SECTION,
                    "it reads the section at address 0: it lacks SHF_ALLOC",
                    "set the flag");
            return all;
        }
        Bytes content = memory.content(part);
        for (long at = 0; at < content.size(); at += ENTRY) {
            ReplacedFunction function = entry(content.slice(at, ENTRY), at / ENTRY);
            if (function != null) {
                all.add(function);
            }
        }
        return all;
    }

    private @Nullable ReplacedFunction entry(Bytes entry, long number) {
        long pointer = entry.s64(0, LITTLE);
        String name = pointer == 0 ? "" : string(pointer);
        String place = name == null || name.isEmpty() ? SECTION + "[" + number + "]" : name;
        if (entry.u8(32) != VERSION) {
            refuse(
                    EOPNOTSUPP,
                    "function-version",
                    place,
                    "version " + entry.u8(32) + " of the entry's form, and only 2 is known");
            return null;
        }
        if (entry.u32(28, LITTLE) == 0) {
            refuse(EINVAL, "old-size", place, "the old size is 0");
            return null;
        }
        long old = entry.s64(16, LITTLE);
        if (old == 0) {
            old = resolve(pointer, name, place);
            if (old == 0) {
                return null;
            }
        }
        int expect = entry.u8(72);
        ReplacedFunction function =
                new ReplacedFunction(
                        name == null ? "" : name,
                        entry.s64(8, LITTLE),
                        old,
                        entry.u32(24, LITTLE),
                        entry.u32(28, LITTLE),
                        new Expected(
                                (expect & 1) != 0,
                                expect >> 6,
                                entry.slice(73, Math.min(31, expect >> 1 & 31))));
        fits(function, place);
        return function;
    }

    private @Nullable String string(long pointer) {
        Bytes text = memory.at(pointer);
        Bytes there = text == null ? stack.textAt(pointer) : text;
        return there == null || there.indexOf(0, 0) < 0 ? null : there.cstring(0);
    }

    private long resolve(long pointer, @Nullable String name, String place) {
        if (name == null || pointer == 0) {
            answers.crash(
                    "null-name",
                    place,
                    "the entry has no old address and "
                            + (pointer == 0 ? "no name" : "a name outside of the payload")
                            + ", and the name is followed",
                    "name the function");
            return 0;
        }
        long address = stack.address(name);
        if (address == 0) {
            answers.refuse(
                    ENOENT,
                    "unknown-function",
                    place,
                    "neither the hypervisor nor a loaded payload has it",
                    "locals are called FILE#NAME, for instance"
                            + " common/kernel.c#assign_integer_param");
        }
        return address;
    }

    private void fits(ReplacedFunction function, String place) {
        Bytes there = stack.textAt(function.oldAddress());
        if (function.isNop()) {
            if (function.newSize() > MOST_NOPS) {
                refuse(EOPNOTSUPP, "nop-size", place, "at most 31 bytes can become no-ops");
            } else if (function.oldSize() < function.newSize()) {
                refuse(EINVAL, "nop-size", place, "it is smaller than the bytes to replace");
            }
        } else if (there == null) {
            answers.crash(
                    "old-address",
                    place,
                    "nothing is mapped at the old address 0x"
                            + Long.toHexString(function.oldAddress())
                            + (stack.xen().isInit(function.oldAddress())
                                    ? ": that is init code, freed after the boot"
                                    : ""),
                    "replace code that stays in memory");
        } else if (function.oldSize() < needed(there)) {
            refuse(
                    EINVAL,
                    "target-too-short",
                    place,
                    "the jump needs "
                            + needed(there)
                            + " bytes, the old size is "
                            + function.oldSize()
                            + (needed(there) > JUMP ? "; it begins with ENDBR64" : ""));
        } else {
            long distance = function.oldAddress() - function.newAddress();
            if (distance != (int) distance) {
                refuse(EOVERFLOW, "too-far", place, "the new body is 2 GiB away or more");
            }
        }
    }

    /** The room a jump needs: it stands after ENDBR64, in the file or made a no-op at boot. */
    static long needed(Bytes there) {
        boolean landing = there.size() >= 4 && there.slice(0, 4).equals(LANDING);
        return landing ? JUMP + LANDING.size() : JUMP;
    }

    private void refuse(XenError error, String rule, String place, String message) {
        answers.refuse(error, rule, place, message, "build the payload again");
    }
}
