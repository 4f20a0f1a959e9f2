package io.github.gradkit.adacomp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.LayerSpec;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.compress.TernaryUpdate;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageFormatTest {

    @Test
    void anyMessageComesBackWithinTheBoundAndAsLongAsPredicted() {
        Random random = new Random(5);
        for (int i = 0; i < 3000; i++) {
            LayerUpdate[] layers =
                    Stream.generate(() -> TestUpdates.any(random))
                            .limit(random.nextInt(5))
                            .toArray(LayerUpdate[]::new);
            UpdateMessage message = any(layers, random);
            MessageFormat format = TestUpdates.format(layers);
            MessagePlan plan = format.plan(message);
            ByteBuffer bytes = plan.encode();
            assertThat(bytes).isEqualTo(format.encode(message));
            assertThat(plan.sizes()).isEqualTo(format.sizes(message));

            long dense = 4 * Stream.of(layers).mapToLong(LayerUpdate::size).sum();
            long body = plan.sizes().stream().mapToLong(LayerSize::bytes).sum();
            assertThat((long) bytes.remaining())
                    .isLessThanOrEqualTo(dense + MessageFormat.maxOverheadBytes(layers.length))
                    .isEqualTo(Envelope.BYTES + MessageHeader.bytes(message) + body);
            assertSame(message, format.decode(bytes));
        }
    }

    private static UpdateMessage any(LayerUpdate[] layers, Random random) {
        int[] checksums = random.ints(random.nextBoolean() ? layers.length : 0).toArray();
        return new UpdateMessage(
                random.nextInt() >>> random.nextInt(1, 32),
                random.nextLong() >>> random.nextInt(1, 64),
                random.nextLong() >>> random.nextInt(1, 64),
                List.of(layers),
                checksums);
    }

    private static void assertSame(UpdateMessage sent, UpdateMessage read) {
        assertThat(read.layers()).hasSameSizeAs(sent.layers());
        List<LayerUpdate> expected =
                Stream.iterate(0, i -> i + 1)
                        .limit(sent.layers().size())
                        .map(i -> TestUpdates.expected(sent.layers().get(i), read.layers().get(i)))
                        .toList();
        assertThat(read)
                .isEqualTo(
                        new UpdateMessage(
                                sent.rank(),
                                sent.step(),
                                sent.examples(),
                                expected,
                                sent.weightChecksums()));
    }

    @Test
    void messageIsReadFromTheMiddleOfAReadOnlyDirectBuffer() {
        LayerUpdate layer = TestUpdates.ternary(1000, 50, 7, 0.1, 1);
        MessageFormat format = TestUpdates.format(layer);
        ByteBuffer bytes = format.encode(TestUpdates.message(layer));
        int length = bytes.remaining();
        ByteBuffer direct = ByteBuffer.allocateDirect(length + 7).position(3);
        direct.put(bytes).flip().position(3);

        assertThat(format.decode(direct.asReadOnlyBuffer())).isEqualTo(TestUpdates.message(layer));
        assertThat(direct.position()).isEqualTo(3);
    }

    @Test
    void updateOfMoreThanTwoValuesKeepsItsClass() {
        for (int size = 3; size < 200; size++) {
            LayerUpdate none = TestUpdates.ternary(size, 50, 100, 0, 1);
            LayerUpdate oneBit = TestUpdates.oneBit(size, 1);
            MessageFormat format = TestUpdates.format(none, oneBit);

            assertThat(format.decode(format.encode(TestUpdates.message(none, oneBit))).layers())
                    .containsExactly(none, oneBit);
        }
    }

    @Test
    void aScaleForEachValueIsSentAsFloats() {
        LayerUpdate layer = TestUpdates.ternary(100, 1, 1, 0.5, 1);
        MessageFormat format = TestUpdates.format(layer);

        assertThat(format.sizes(TestUpdates.message(layer)))
                .containsExactly(new LayerSize("0_weight", "dense", 401));
    }

    /** The least bits for a value: log2 of the number of choices, per value, and a sign. */
    @ParameterizedTest
    @CsvSource({"50, 20000, 40", "500, 2000, 200"})
    void fiveInABinTakeHardlyMoreThanTheLeastPossible(int binLength, int bins, int paperRatio) {
        TernaryUpdate layer = TestUpdates.even(bins, binLength, 5, 6);
        ByteBuffer bytes = TestUpdates.format(layer).encode(TestUpdates.message(layer));
        double least = log2Choose(layer.size(), layer.sent()) / layer.sent() + 1;

        assertThat(8.0 * bytes.remaining() / layer.sent()).isBetween(0.98 * least, 1.1 * least);
        assertThat(32.0 * layer.size() / layer.paperBits()).isEqualTo(paperRatio);
    }

    private static double log2Choose(int n, int k) {
        double sum = 0;
        for (int i = 1; i <= k; i++) {
            sum += Math.log((double) (n - k + i) / i);
        }
        return sum / Math.log(2);
    }

    @Test
    void leastPossibleIsComputedRight() {
        assertThat(log2Choose(5, 2)).isCloseTo(Math.log(10) / Math.log(2), within(1e-12));
    }

    @Test
    void updatesThatDoNotFitTheLayersAreRefused() {
        LayerUpdate layer = TestUpdates.dense(5, 1);
        MessageFormat format = TestUpdates.format(layer);
        UpdateMessage none = TestUpdates.message();
        UpdateMessage other = TestUpdates.message(TestUpdates.dense(6, 1));

        assertThatThrownBy(() -> format.encode(none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 layers, but there are 0");
        assertThatThrownBy(() -> format.sizes(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'0_weight' has 5 values, but its update has 6");
    }

    @Test
    void largestLayerOfWhichNothingIsSentTakesAFewBytes() {
        int size = LayerSpec.MAX_SIZE;
        TernaryUpdate most = new TernaryUpdate(size, size, 1, new int[0], new float[1]);
        int[] checksums = new int[0];
        MessageFormat format =
                MessageFormat.of("", List.of(new LayerSpec("w", LayerKind.OTHER, size)));
        UpdateMessage message = new UpdateMessage(0, 0, 0, List.of(most), checksums);

        assertThat(format.encode(message).remaining()).isLessThan(50);
    }

    @Test
    void messageWithNegativeNumbersOrTooFewChecksumsIsRefused() {
        List<LayerUpdate> layers = List.of(TestUpdates.dense(1, 1), TestUpdates.dense(1, 1));
        int[] none = {};

        assertThatThrownBy(() -> new UpdateMessage(-1, 0, 0, layers, none))
                .hasMessageContaining("rank of a message must be 0 or more, but was -1");
        assertThatThrownBy(() -> new UpdateMessage(0, -2, 0, layers, none))
                .hasMessageContaining("step");
        assertThatThrownBy(() -> new UpdateMessage(0, 0, -3, layers, none))
                .hasMessageContaining("examples");
        assertThatThrownBy(() -> new UpdateMessage(0, 0, 0, layers, new int[1]))
                .hasMessageContaining("2 layers, but there are 1");
    }

    @Test
    void messageDoesNotShareItsChecksums() {
        int[] checksums = {7};
        UpdateMessage message =
                new UpdateMessage(0, 0, 0, List.of(TestUpdates.dense(1, 1)), checksums);
        checksums[0] = 8;
        message.weightChecksums()[0] = 9;

        assertThat(message.weightChecksums()).containsExactly(7);
    }
}
