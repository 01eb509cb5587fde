package suture.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;

/** Both kinds of memory answer alike. */
class BytesTest {
    enum Kind {
        HEAP,
        MAPPED
    }

    @TempDir Path directory;
    private int files;

    private Bytes bytes(Kind kind, byte[] content) throws IOException {
        Path file = Files.write(directory.resolve("" + files++), content);
        return switch (kind) {
            case HEAP -> Bytes.map(file, content.length);
            case MAPPED -> Bytes.map(file, content.length - 1L);
        };
    }

    private static byte[] random(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    /** Each byte value, from each place, beside its neighbours in value. */
    @ParameterizedTest
    @EnumSource
    void aByteIsFoundWhereItStandsFirst(Kind kind) throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            byte[] content = new byte[1 + random.nextInt(39)];
            int value = random.nextInt(256);
            for (int i = 0; i < content.length; i++) {
                content[i] = (byte) (value + random.nextInt(9) - 4);
            }
            int from = random.nextInt(content.length + 2);
            assertThat(bytes(kind, content).indexOf(value, from))
                    .isEqualTo(first(content, (byte) value, from));
        }
    }

    private static int first(byte[] content, byte value, int from) {
        for (int i = from; i < content.length; i++) {
            if (content[i] == value) {
                return i;
            }
        }
        return -1;
    }

    @ParameterizedTest
    @EnumSource
    void numbersOfEitherOrderAreRead(Kind kind) throws IOException {
        byte[] content = random(64);
        Bytes window = bytes(kind, content).slice(3, 50).from(2);
        assertThat(window.size()).isEqualTo(48);
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            ByteBuffer same = ByteBuffer.wrap(content, 5, 48).slice().order(order);
            for (int i = 0; i <= 40; i++) {
                assertThat(window.u8(i)).isEqualTo(same.get(i) & 0xff);
                assertThat(window.u16(i, order)).isEqualTo(same.getShort(i) & 0xffff);
                assertThat(window.s32(i, order)).isEqualTo(same.getInt(i));
                assertThat(window.u32(i, order)).isEqualTo(same.getInt(i) & 0xffff_ffffL);
                assertThat(window.s64(i, order)).isEqualTo(same.getLong(i));
            }
            assertThat(window.ints(4, 3, order))
                    .containsExactly(same.getInt(4), same.getInt(8), same.getInt(12));
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingOutsideIsReached(Kind kind) throws IOException {
        Bytes window = bytes(kind, random(64)).slice(8, 32);
        ByteOrder order = ByteOrder.LITTLE_ENDIAN;
        List<LongFunction<Object>> reads =
                List.of(
                        window::u8,
                        i -> window.u16(i, order),
                        i -> window.s32(i, order),
                        i -> window.s64(i, order),
                        i -> window.slice(i, 1),
                        i -> window.ints(i, 1, order),
                        i -> {
                            window.copyTo(i, new byte[8], 0, 8);
                            return "";
                        });
        for (LongFunction<Object> read : reads) {
            for (long offset : new long[] {-1, 32, 40, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE}) {
                assertThatThrownBy(() -> read.apply(offset))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
        for (int over = 1; over < 8; over++) {
            long offset = 24L + over;
            assertThatThrownBy(() -> window.s64(offset, order))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> window.slice(1, 32)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> window.slice(0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> window.from(33)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(window.from(32).isEmpty()).isTrue();
        assertThat(window.contains(1, Long.MAX_VALUE)).isFalse();
    }

    @Test
    void contentIsWhatCountsAndNotWhereItIs() throws IOException {
        byte[] content = random(41);
        byte[] other = content.clone();
        other[29] ^= 4;
        for (Kind one : Kind.values()) {
            Bytes a = bytes(one, content).from(1);
            for (Kind two : Kind.values()) {
                Bytes b = bytes(two, content).from(1);
                assertThat(a).isEqualTo(b).hasSameHashCodeAs(b);
                assertThat(a.hash(5)).isEqualTo(b.hash(5));
                assertThat(a.mismatch(b)).isEqualTo(-1);
                assertThat(a.mismatch(b.slice(0, 9))).isEqualTo(9);
                assertThat(a.slice(0, 9).mismatch(b)).isEqualTo(9);
                assertThat(a.mismatch(bytes(two, other).from(1))).isEqualTo(28);
                assertThat(a).isNotEqualTo(bytes(two, other).from(1));
                assertThat(a.indexOf(b.slice(30, 5), 0)).isEqualTo(30);
            }
            assertThat(a.toArray()).containsExactly(Arrays.copyOfRange(content, 1, 41));
            byte[] copy = new byte[6];
            a.copyTo(7, copy, 2, 3);
            assertThat(copy).containsExactly(0, 0, content[8], content[9], content[10], 0);
            ByteBuffer buffer = a.buffer();
            assertThat(buffer.remaining()).isEqualTo(40);
            assertThat(buffer.get(3)).isEqualTo(content[4]);
            assertThat(buffer.isReadOnly()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void textIsUtf8OrWhateverItIs(Kind kind) throws IOException {
        byte[] content = "x\0h\u00e9\0\u00e9".getBytes(ISO_8859_1);
        Bytes bytes = bytes(kind, content);
        assertThat(bytes.cstring(0)).isEqualTo("x");
        assertThat(bytes.cstring(2)).isEqualTo("h\u00e9");
        assertThat(bytes(kind, "\0h\u00c3\u00a9".getBytes(ISO_8859_1)).from(1).text())
                .isEqualTo("h\u00e9");
        assertThatThrownBy(() -> bytes.cstring(5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> bytes.cstring(9)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    /** What was handed in may change afterwards. */
    @Test
    void anArrayIsCopied() {
        byte[] content = {1, 2, 3};
        Bytes bytes = Bytes.of(content, 1, 2);
        content[1] = 9;
        assertThat(bytes.u8(0)).isEqualTo(2);
        assertThat(Bytes.zeros(3).toArray()).containsExactly(0, 0, 0);
        assertThat(Bytes.EMPTY.isEmpty()).isTrue();
    }
}
