package io.github.gradkit.adacomp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.gradkit.adacomp.compress.LayerUpdate;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecTest {

    @ParameterizedTest
    @EnumSource(Codec.class)
    void everyUpdateComesBackInAsManyBytesAsPredicted(Codec codec) {
        int tried = 0;
        for (LayerUpdate update : updates()) {
            LayerCoding.Body body = codec.coding().fit(update, Codes.of(update));
            if (body != null) {
                ByteBuffer bytes = ByteBuffer.allocate((int) body.bytes() + 9);
                body.write(bytes.order(ByteOrder.LITTLE_ENDIAN));
                assertThat(bytes.position()).as("%s", update).isEqualTo((int) body.bytes());

                LayerUpdate read = codec.coding().read(update.size(), bytes.rewind());
                assertThat(bytes.position()).isEqualTo((int) body.bytes());
                assertThat(read).isEqualTo(TestUpdates.expected(update, read));
                tried++;
            }
        }
        assertThat(tried).isGreaterThan(20);
    }

    private static List<LayerUpdate> updates() {
        List<LayerUpdate> updates = new ArrayList<>();
        for (int size : new int[] {0, 1, 2, 49, 50, 51, 63, 64, 65, 1000, 40_000}) {
            for (double share : new double[] {0, 0.001, 0.1, 0.6, 1}) {
                updates.add(TestUpdates.sparse(size, share, size));
                updates.add(TestUpdates.oneBit(size, size));
                updates.add(TestUpdates.dense(size, size));
                for (int binLength : new int[] {1, 50, 63, 64, 500, 16_384, 16_385, 1 << 30}) {
                    for (int perScale : new int[] {1, 3, Integer.MAX_VALUE}) {
                        updates.add(
                                TestUpdates.ternary(size, binLength, perScale, share, binLength));
                    }
                }
            }
        }
        return updates;
    }

    @Test
    void shortestIsNoLongerThanAnyOtherAndAllButThePapersFormAreTheShortestOfSome() {
        Random random = new Random(3);
        Set<Codec> chosen = EnumSet.noneOf(Codec.class);
        for (int i = 0; i < 20_000; i++) {
            LayerUpdate update = TestUpdates.any(random);
            Codec.Choice choice = Codec.shortest(update);
            chosen.add(choice.codec());
            for (Codec codec : Codec.values()) {
                LayerCoding.Body other = codec.coding().fit(update, Codes.of(update));
                if (other != null) {
                    assertThat(choice.body().bytes()).isLessThanOrEqualTo(other.bytes());
                }
            }
        }

        assertThat(chosen).isEqualTo(EnumSet.complementOf(EnumSet.of(Codec.TERNARY_PAPER)));
    }

    @Test
    void packedIsAlwaysAByteOrTwoShorterThanThePapersForm() {
        Random random = new Random(6);
        int[] lengths = {1, 2, 3, 32, 33, 50, 62, 63, 64, 65, 500, 8192, 8193, 16_383, 16_384};
        for (int i = 0; i < 4000; i++) {
            int binLength =
                    random.nextBoolean()
                            ? lengths[random.nextInt(lengths.length)]
                            : 1 + random.nextInt(1 << (1 + random.nextInt(14)));
            int size = 1 + random.nextInt(random.nextBoolean() ? 3 * binLength : 20_000);
            double share = Math.pow(10, -5 * random.nextDouble());
            assertThat(spared(TestUpdates.ternary(size, binLength, 9, share, random.nextLong())))
                    .as("%d values in bins of %d, share %s", size, binLength, share)
                    .isGreaterThanOrEqualTo(leastSpared(binLength));
        }
    }

    @Test
    void packedSparesMoreHoweverFullTheOnlyBinIs() {
        for (int binLength : new int[] {1, 2, 31, 63, 64, 1000, 16_384}) {
            for (int sent = 0; sent <= binLength; sent += 1 + sent / 50) {
                assertThat(spared(TestUpdates.even(1, binLength, sent, 8)))
                        .as("%d of %d values", sent, binLength)
                        .isGreaterThanOrEqualTo(leastSpared(binLength));
            }
        }
        assertThat(spared(TestUpdates.even(1, 63, 1, 8))).isEqualTo(1);
        assertThat(spared(TestUpdates.even(1, 16_384, 1, 8))).isEqualTo(2);
    }

    private static long leastSpared(int binLength) {
        return binLength < 64 ? 1 : 2;
    }

    /** Returns how many bytes packed bins are shorter than the form of the paper. */
    private static long spared(LayerUpdate update) {
        Codes codes = Codes.of(update);
        return Codec.TERNARY_PAPER.coding().fit(update, codes).bytes()
                - Codec.TERNARY_PACKED.coding().fit(update, codes).bytes();
    }

    @Test
    void emptyLayerOrLongerBinsAreNotInThePapersForm() {
        LayerUpdate empty = TestUpdates.ternary(0, 50, 1, 1, 1);
        assertThat(spared(empty)).isZero();
        assertThat(Codec.shortest(empty).codec()).isEqualTo(Codec.DENSE);
        LayerUpdate longer = TestUpdates.ternary(20_000, 16_385, 1, 0.1, 1);
        assertThat(Codec.TERNARY_PAPER.coding().fit(longer, Codes.of(longer))).isNull();
    }

    @Test
    void gapParameterIsTheBestOfAll() {
        Random random = new Random(4);
        GapCoding coding = new GapCoding();
        for (int i = 0; i < 2000; i++) {
            Codes codes = Codes.of(TestUpdates.any(random));
            long bits = coding.bits(codes, coding.parameter(codes));
            for (int other = 0; other <= 30; other++) {
                assertThat(bits).isLessThanOrEqualTo(coding.bits(codes, other));
            }
        }
    }

    @Test
    void indicesFarApartAreWritten() {
        int size = (1 << 30) - 1;
        int[] codes = {0, 1 << 1 | 1, (size - 1) << 1};
        Codes far = new Codes(size, size, 1, codes);
        ByteBuffer bytes = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
        IndexBody body = IndexBody.of(new GapCoding(), far);
        body.write(bytes);

        assertThat(bytes.position()).isEqualTo((int) body.bytes());
        Codes read = IndexBody.read(new GapCoding(), size, size, 1, 3, bytes.flip());
        assertThat(read.array()).containsExactly(codes);
    }

    @Test
    void unknownCodecIsRefused() {
        assertThatThrownBy(() -> Codec.read(5, ByteBuffer.wrap(new byte[] {99})))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining("99");
    }

    @Test
    void longVarintsAreRefused() {
        for (byte[] bytes : new byte[][] {{(byte) 0x80, 0}, {(byte) 0x80}, {0x65}, {}}) {
            assertThatThrownBy(() -> Bytes.getInt(ByteBuffer.wrap(bytes), "It", 100))
                    .isInstanceOf(MessageException.class);
        }
    }

    @Test
    void varintsTakeTheBytesPredicted() {
        for (long value : new long[] {0, 1, 127, 128, 16_383, 16_384, 1L << 62, Long.MAX_VALUE}) {
            ByteBuffer bytes = ByteBuffer.allocate(9);
            Bytes.putVarint(bytes, value);

            assertThat(bytes.position()).isEqualTo(Bytes.varintSize(value));
            assertThat(Bytes.getVarint(bytes.flip(), "It", Long.MAX_VALUE)).isEqualTo(value);
        }
    }
}
