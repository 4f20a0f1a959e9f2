package io.github.gradkit.adacomp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.gradkit.adacomp.compress.LayerUpdate;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Layers that no writer writes: each breaks one rule. Sizes are 100, bins have 10 values. */
class CodecDamageTest {

    private static final int SIZE = 100;

    @Test
    void theUndamagedLayerIsRead() {
        LayerUpdate read = read(Codec.TERNARY_PAPER, 10, 1, 1, bits(0, 5, 1, 8, 9, 6, 1, 2));

        assertThat(read.sent()).isEqualTo(1);
    }

    @Test
    void ternaryValueThatIsNeitherPlusNorMinusIsRefused() {
        for (long sign : new long[] {0, 2}) {
            assertRefused(
                    Codec.TERNARY_PAPER, 10, 1, bits(0, 5, 1, 8, 9, 6, sign, 2), "ternary value");
        }
    }

    @Test
    void indexBeyondTheBinIsRefused() {
        assertRefused(Codec.TERNARY_PAPER, 10, 1, bits(0, 5, 1, 8, 10, 6, 1, 2), "index 10");
        assertRefused(Codec.TERNARY_PACKED, 10, 1, bits(1, 5, 1, 1, 10, 4, 0, 1), "index 10");
    }

    @Test
    void indexThatDoesNotRiseIsRefused() {
        assertRefused(
                Codec.TERNARY_PACKED, 10, 2, bits(2, 5, 2, 2, 3, 4, 0, 1, 3, 4, 1, 1), "index 3");
    }

    @Test
    void gapBeyondTheEndIsRefused() {
        assertRefused(Codec.TERNARY_GAPS, 10, 1, bits(6, 5, 2, 2, 40, 7), "beyond");
        assertRefused(Codec.TERNARY_GAPS, 10, 1, bits(31, 5), "parameter");
    }

    @Test
    void countsThatDoNotAgreeAreRefused() {
        assertRefused(Codec.TERNARY_PAPER, 10, 1, bits(0, 5), "send 0 values, but the layer 1");
        assertRefused(Codec.TERNARY_PACKED, 10, 1, bits(2, 5, 2, 2), "more values than the layer");
        assertRefused(Codec.TERNARY_BITMAP, 10, 1, bits(0, 5), "0 bits set, but 1 values");
        assertRefused(Codec.TERNARY_BITMAP, 10, 1, bits(0, 5, 3, 2), "2 or more bits set");
        assertRefused(Codec.TERNARY_GAPS, 10, 101, bits(0, 5), "at most 100");
    }

    @Test
    void binsOfNothingAndBinsTooLongForThePaperAreRefused() {
        assertRefused(Codec.TERNARY_GAPS, 0, 0, bits(0, 5), "these are 0 and 100");
        assertRefused(Codec.TERNARY_PAPER, 16_385, 0, bits(0, 5), "16385");
    }

    @Test
    void parameterWithoutMeaningIsRefused() {
        assertRefused(Codec.TERNARY_PAPER, 10, 1, bits(1, 5, 1, 8, 9, 6, 1, 2), "parameter");
        assertRefused(Codec.TERNARY_PACKED, 10, 1, bits(0, 5), "parameter");
        assertRefused(Codec.TERNARY_BITMAP, 10, 1, bits(2, 5, 1, 1), "parameter");
    }

    @Test
    void countThatTheBytesCannotHoldIsRefused() {
        ByteBuffer few = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);

        assertThatThrownBy(() -> IndexBody.read(new GapCoding(), 1 << 30, 50, 1, 1 << 29, few))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining("536870912 values can't be in the 155 bits");
    }

    private static void assertRefused(
            Codec codec, int binLength, int sent, ByteBuffer bits, String message) {
        assertThatThrownBy(() -> read(codec, binLength, SIZE, sent, bits))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining(message);
    }

    private static LayerUpdate read(
            Codec codec, int binLength, int perScale, int sent, ByteBuffer bits) {
        ByteBuffer body = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        Bytes.putVarint(body, binLength);
        Bytes.putVarint(body, perScale);
        Bytes.putVarint(body, sent);
        int scales = perScale == 1 ? SIZE / binLength : 1;
        Bytes.putFloats(body, new float[scales]);
        return codec.coding().read(SIZE, body.put(bits).rewind());
    }

    /** Takes values and how many bits each has. */
    private static ByteBuffer bits(long... valuesAndBits) {
        ByteBuffer out = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
        BitWriter writer = new BitWriter(out);
        for (int i = 0; i < valuesAndBits.length; i += 2) {
            writer.write(valuesAndBits[i], (int) valuesAndBits[i + 1]);
        }
        writer.finish();
        return out.flip();
    }
}
