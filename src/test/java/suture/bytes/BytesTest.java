package suture.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Random;

class BytesTest {
    /** Each byte value, from each place, beside its neighbours in value. */
    @Test
    void aByteIsFoundWhereItStandsFirst() {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            byte[] content = new byte[random.nextInt(40)];
            int value = random.nextInt(256);
            for (int i = 0; i < content.length; i++) {
                content[i] = (byte) (value + random.nextInt(9) - 4);
            }
            int from = random.nextInt(content.length + 1);
            assertThat(Bytes.of(content).indexOf(value, from))
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
}
