package io.github.gradkit.adacomp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BitStreamTest {

    @Test
    void bitsAreThoseThatASlowWriterSets() {
        Random random = new Random(1);
        BitSet slow = new BitSet();
        int at = 0;
        ByteBuffer out = buffer(10_000);
        BitWriter writer = new BitWriter(out);
        for (int i = 0; i < 1000; i++) {
            int bits = random.nextInt(65);
            long value = bits == 0 ? 0 : random.nextLong() >>> (64 - bits);
            writer.write(value, bits);
            for (int bit = 0; bit < bits; bit++) {
                slow.set(at++, (value >>> bit & 1) != 0);
            }
        }
        writer.finish();

        assertThat(out.position()).isEqualTo((at + 7) / 8);
        assertThat(BitSet.valueOf(out.flip())).isEqualTo(slow);
    }

    @Test
    void whatIsWrittenIsRead() {
        Random random = new Random(2);
        ByteBuffer out = buffer(100_000);
        BitWriter writer = new BitWriter(out);
        long[] values = new long[3000];
        int[] zeros = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt() & 0xffffffffL >>> (i % 33 == 0 ? 32 : 32 - i % 33);
            zeros[i] = random.nextInt(i % 100 == 0 ? 500 : 10);
            writer.write(i % 33 == 0 ? 0 : values[i], i % 33);
            writer.zeros(zeros[i]);
            writer.write(1, 1);
        }
        writer.finish();
        int end = out.position();
        BitReader reader = new BitReader(out.flip());

        for (int i = 0; i < values.length; i++) {
            assertThat(reader.read(i % 33)).isEqualTo(i % 33 == 0 ? 0 : values[i]);
            assertThat(reader.zeros(500)).isEqualTo(zeros[i]);
        }
        reader.finish();
        assertThat(out.position()).isEqualTo(end);
    }

    @Test
    void readerStopsBeforeTheBytesThatFollow() {
        for (int bits = 0; bits < 200; bits++) {
            ByteBuffer in = buffer(64);
            BitReader reader = new BitReader(in);
            for (int i = 0; i < bits; i++) {
                reader.read(1);
            }
            reader.finish();

            assertThat(in.position()).isEqualTo((bits + 7) / 8);
        }
    }

    @Test
    void readerRefusesToReadBeyondTheEnd() {
        BitReader reader = new BitReader(buffer(9));
        for (int i = 0; i < 72; i++) {
            reader.read(1);
        }

        assertThatThrownBy(() -> reader.read(1))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining("too early");
    }

    @Test
    void zerosBeyondTheLimitOrTheEndAreRefused() {
        assertThatThrownBy(() -> new BitReader(buffer(100)).zeros(20))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining("beyond the end");
        assertThatThrownBy(() -> new BitReader(buffer(100)).zeros(100_000))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining("too early");
    }

    @Test
    void paddingThatIsNotZeroIsRefused() {
        BitReader reader = new BitReader(buffer(1).put(0, (byte) 0x80));
        reader.read(7);

        assertThatThrownBy(reader::finish)
                .isInstanceOf(MessageException.class)
                .hasMessageContaining("must be 0");
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
