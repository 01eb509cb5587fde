package suture.diff;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Section;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;

/** Breaks an ELF object, as noise does or as somebody who knows the format would. */
public final class Mutator {
    private static final long[] INTERESTING = {
        0,
        1,
        2,
        3,
        4,
        7,
        8,
        16,
        24,
        63,
        64,
        0x7f,
        0x80,
        0xff,
        0x100,
        0xff00,
        0xfff1,
        0xfff2,
        0xffff,
        0x10000,
        0x7fffffffL,
        0x80000000L,
        0xffffffffL,
        0x100000000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -2,
        -8
    };

    private final byte[] good;
    private final ByteBuffer view;
    private final long sectionTable;
    private final int sections;
    private final List<long[]> records = new ArrayList<>();

    /**
     * @param good a 64-bit relocatable object
     */
    public Mutator(byte[] good) {
        this.good = good;
        ElfObject object = ElfReader.read("good.o", Bytes.of(good));
        this.view = ByteBuffer.wrap(good).order(object.header().order());
        this.sectionTable = view.getLong(40);
        this.sections = object.sections().size();
        addRecords(object, s -> s.type() == Elf.SHT_RELA || s.type() == Elf.SHT_SYMTAB, 24);
        addRecords(object, s -> s.has(Elf.SHF_ALLOC) && s.size() >= 8, 8);
        addRecords(object, s -> s.name().startsWith(".debug"), 8);
    }

    private void addRecords(ElfObject object, Predicate<Section> wanted, int size) {
        var layout = Objects.requireNonNull(object.layout());
        for (Section section : object.sections()) {
            if (wanted.test(section) && !section.isNobits()) {
                long start = layout.sections().offset(section.index());
                records.add(new long[] {start, section.size() / size, size});
            }
        }
    }

    /** The n-th broken object; the same number gives the same object. */
    public byte[] mutant(long number) {
        Random random = new Random(number * 0x9e3779b97f4a7c15L);
        byte[] bad = good.clone();
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            bad = mutate(bad, random);
        }
        return bad;
    }

    private byte[] mutate(byte[] bad, Random random) {
        switch (random.nextInt(16)) {
            case 0 -> {
                return java.util.Arrays.copyOf(bad, random.nextInt(bad.length + 1));
            }
            case 1, 2 -> put(bad, random.nextInt(64), width(random), value(random));
            case 3, 4, 5 -> {
                long header = sectionTable + 64L * random.nextInt(sections);
                int field = random.nextInt(10);
                int[] at = {0, 4, 8, 16, 24, 32, 40, 44, 48, 56};
                put(bad, header + at[field], field < 2 || field == 6 ? 4 : 8, value(random));
            }
            case 6, 7, 8, 9, 10, 11 -> {
                long[] table = records.get(random.nextInt(records.size()));
                long record = table[0] + table[2] * random.nextLong(table[1]);
                put(bad, record + random.nextLong(table[2]), width(random), value(random));
            }
            case 12 -> copy(bad, random);
            default -> {
                for (int i = 1 + random.nextInt(6); i > 0 && bad.length > 0; i--) {
                    bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
        }
        return bad;
    }

    private static void copy(byte[] bad, Random random) {
        if (bad.length > 64) {
            int size = 1 + random.nextInt(64);
            int from = random.nextInt(bad.length - size + 1);
            System.arraycopy(bad, from, bad, random.nextInt(bad.length - size + 1), size);
        }
    }

    private static int width(Random random) {
        return 1 << random.nextInt(4);
    }

    private long value(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextInt(good.length * 2);
            case 2 -> random.nextInt(sections + 2);
            default -> INTERESTING[random.nextInt(INTERESTING.length)];
        };
    }

    private void put(byte[] bad, long at, int width, long value) {
        if (at + width > bad.length) {
            return;
        }
        ByteBuffer target = ByteBuffer.wrap(bad).order(view.order());
        switch (width) {
            case 1 -> target.put((int) at, (byte) value);
            case 2 -> target.putShort((int) at, (short) value);
            case 4 -> target.putInt((int) at, (int) value);
            default -> target.putLong((int) at, value);
        }
    }
}
