package suture.machine;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.machine.FixedCursor.Lengths;

import java.nio.ByteOrder;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** What is particular to one processor: its relocation types, instructions and patch sites. */
public final class Machine {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;

    private static final List<Machine> ALL =
            List.of(
                    new Machine(
                            "x86_64",
                            new Abi(62, true, LITTLE),
                            1,
                            code -> new X86Cursor(code, true),
                            null,
                            new RelocationTable("R_X86_64_", LITTLE, X86Relocations.X86_64)),
                    new Machine(
                            "i386",
                            new Abi(3, false, LITTLE),
                            1,
                            code -> new X86Cursor(code, false),
                            null,
                            new RelocationTable("R_386_", LITTLE, X86Relocations.I386)),
                    fixed(
                            "aarch64",
                            new Abi(183, true, LITTLE),
                            Lengths.FOUR_LITTLE,
                            Branches.AARCH64,
                            new AddressTable(Registers.AARCH64, Addresses.AARCH64),
                            new RelocationTable("R_AARCH64_", LITTLE, Aarch64Relocations.AARCH64)),
                    fixed(
                            "ppc64le",
                            new Abi(21, true, LITTLE),
                            Lengths.FOUR_OR_EIGHT,
                            Branches.PPC64,
                            new AddressTable(Registers.PPC64, Addresses.PPC64),
                            new RelocationTable("R_PPC64_", LITTLE, Ppc64Relocations.PPC64)),
                    fixed(
                            "ppc64",
                            new Abi(21, true, BIG),
                            Lengths.FOUR_OR_EIGHT,
                            Branches.PPC64,
                            new AddressTable(Registers.PPC64, Addresses.PPC64),
                            new RelocationTable("R_PPC64_", BIG, Ppc64Relocations.PPC64)),
                    fixed(
                            "s390x",
                            new Abi(22, true, BIG),
                            Lengths.TWO_FOUR_SIX,
                            Branches.S390X,
                            new AddressTable(Registers.S390X, S390xAddresses.TABLE),
                            new RelocationTable("R_390_", BIG, S390xRelocations.S390X)),
                    fixed(
                            "riscv64",
                            new Abi(243, true, LITTLE),
                            Lengths.TWO_OR_FOUR,
                            Branches.RISCV64,
                            new AddressTable(Registers.RISCV64, Addresses.RISCV64),
                            new RelocationTable("R_RISCV_", LITTLE, RiscvRelocations.RISCV64)),
                    fixed(
                            "loongarch64",
                            new Abi(258, true, LITTLE),
                            Lengths.FOUR_LITTLE,
                            Branches.LOONGARCH64,
                            null,
                            new RelocationTable(
                                    "R_LARCH_", LITTLE, LoongArchRelocations.LOONGARCH64)));

    private static Machine fixed(
            String name,
            Abi abi,
            Lengths lengths,
            String branches,
            @Nullable AddressTable addresses,
            RelocationTable relocations) {
        var table = new BranchTable(branches);
        return new Machine(
                name,
                abi,
                lengths.smallest,
                code -> new FixedCursor(code, lengths, abi.order, table, addresses),
                addresses == null ? null : addresses.registers(),
                relocations);
    }

    /** The three facts of an ELF header that name a machine. */
    private record Abi(int eMachine, boolean is64, ByteOrder order) {}

    private final String name;
    private final Abi abi;
    private final int minimumInstruction;
    private final Function<Bytes, InstructionCursor> cursors;
    private final @Nullable Registers registers;
    private final RelocationTable relocations;

    private Machine(
            String name,
            Abi abi,
            int minimumInstruction,
            Function<Bytes, InstructionCursor> cursors,
            @Nullable Registers registers,
            RelocationTable relocations) {
        this.name = name;
        this.abi = abi;
        this.minimumInstruction = minimumInstruction;
        this.cursors = cursors;
        this.registers = registers;
        this.relocations = relocations;
    }

    /**
     * The machine of an ELF header; null if it is not supported.
     *
     * @param eMachine the field {@code e_machine}
     * @param is64 whether the class is ELFCLASS64
     * @param order byte order of the data
     */
    public static @Nullable Machine of(int eMachine, boolean is64, ByteOrder order) {
        Abi wanted = new Abi(eMachine, is64, order);
        for (Machine machine : ALL) {
            if (machine.abi.equals(wanted)) {
                return machine;
            }
        }
        return null;
    }

    /** Every machine. */
    public static List<Machine> all() {
        return ALL;
    }

    /** The usual name: x86_64, aarch64, ppc64le, ppc64, s390x, riscv64, loongarch64, i386. */
    public String name() {
        return name;
    }

    /** The field {@code e_machine} of its objects. */
    public int code() {
        return abi.eMachine;
    }

    /** Byte order of its data. */
    public ByteOrder order() {
        return abi.order;
    }

    /** The relocation type of this number; null if the ABI knows none. */
    public @Nullable RelocationKind relocation(int type) {
        return relocations.get(type);
    }

    /** All relocation types, in the order of their numbers. */
    public Collection<RelocationKind> relocations() {
        return relocations.all();
    }

    /**
     * Whether relocations of the two types fill the same bits with the same thing, where a detour
     * through the procedure linkage table does not count: a function that becomes visible to other
     * files is called with {@code R_X86_64_PLT32} instead of {@code R_X86_64_PC32}.
     */
    public boolean alike(int type, int other) {
        RelocationKind a = relocation(type);
        RelocationKind b = relocation(other);
        return type == other
                || (a != null
                        && b != null
                        && a.width() == b.width()
                        && a.mask() == b.mask()
                        && a.pcRelative() == b.pcRelative()
                        && direct(a)
                        && direct(b));
    }

    private static boolean direct(RelocationKind kind) {
        return kind.via() == Via.DIRECT || kind.via() == Via.PLT;
    }

    /** A cursor before the first instruction of {@code code}. */
    public InstructionCursor instructions(Bytes code) {
        return cursors.apply(code);
    }

    /**
     * What is to be added to {@code S + A} of a PC-relative relocation to get the address that its
     * instruction means: the processor counts from the instruction's start (or its end: x86), the
     * relocation from the field.
     *
     * @param kind the relocation's kind
     * @param field offset of the field in the instruction, in bytes
     * @param length of the instruction in bytes
     */
    public int bias(RelocationKind kind, int field, int length) {
        if (!kind.pcRelative()) {
            return 0;
        }
        return (countsFromEnd() ? length : 0) - field;
    }

    private boolean countsFromEnd() {
        return abi.eMachine == 62 || abi.eMachine == 3;
    }

    /** Whether its compilers reach several variables from one section anchor. */
    public boolean sectionAnchors() {
        return !countsFromEnd();
    }

    /** Its registers, where {@link InstructionCursor#addressUse} is known; otherwise null. */
    public @Nullable Registers registers() {
        return registers;
    }

    /** Size of the smallest instruction in bytes. */
    public int minimumInstruction() {
        return minimumInstruction;
    }

    @Override
    public String toString() {
        return name;
    }
}
