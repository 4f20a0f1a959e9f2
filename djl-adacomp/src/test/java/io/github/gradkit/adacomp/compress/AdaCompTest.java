package io.github.gradkit.adacomp.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdaCompTest {

    @Test
    void followsTheExactExample() {
        LayerCompressor layer = open(12, 4);

        TernaryUpdate first = send(layer, in64(-19, -47, 6, -10, -13, -4, 5, 30, 30, -22, 26, -43));

        assertThat(first.scales()).containsExactly(40 / 64f);
        assertThat(signed(first)).containsExactly(-1, 7, 8, -9, 10, -11);
        assertThat(layer.residue())
                .containsExactly(in64(-19, -7, 6, -10, -13, -4, 5, -10, -10, 18, -14, -3));

        TernaryUpdate second = send(layer, in64(11, 0, 2, -3, 9, 13, -4, 10, -25, -17, 22, 28));

        assertThat(second.scales()).containsExactly(19 / 64f);
        // Index 7 is selected, but owes nothing.
        assertThat(signed(second)).containsExactly(-3, 5, -8, 11);
        assertThat(layer.residue())
                .containsExactly(in64(-8, -7, 8, 6, -4, -10, 1, 0, -16, 1, 8, 6));
    }

    @Test
    void followsTheExampleInFloats() {
        LayerCompressor layer = open(12, 4);

        TernaryUpdate first =
                send(
                        layer, .10f, -.50f, .30f, .05f, .02f, .04f, -.08f, .01f, 1.0f, -.25f, .60f,
                        .50f);

        assertThat(first.scales()[0]).isEqualTo(.526666641f, within(1e-7f));
        assertThat(signed(first)).containsExactly(-1, 2, 5, -6, 8, 10, 11);
        assertThat(layer.residue())
                .containsExactly(
                        new float[] {
                            .1f, .026667f, -.226667f, .05f, .02f, -.486667f, .446667f, .01f,
                            .473333f, -.25f, .073333f, -.026667f
                        },
                        within(1e-6f));

        TernaryUpdate second =
                send(
                        layer, .20f, .10f, -.40f, .05f, .06f, -.02f, .03f, 0f, -.50f, -.30f, .10f,
                        .45f);

        assertThat(second.scales()[0]).isEqualTo(.561111152f, within(1e-7f));
        assertThat(signed(second)).containsExactly(-2, -5, 6, -9, 11);
        assertThat(layer.residue())
                .containsExactly(
                        new float[] {
                            .3f, .126667f, -.065556f, .1f, .08f, .054444f, -.084444f, .01f,
                            -.026667f, .011111f, .173333f, -.137778f
                        },
                        within(1e-6f));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "7,1", "10,100", "4096,50", "10000,50", "10000,500", "9999,5000", "5,3"})
    void sendsBitForBitWhatTheLiteralAlgorithmSends(int size, int binLength) {
        Random random = new Random(size);
        LayerCompressor layer = open(size, binLength);
        LiteralAdaComp literal = new LiteralAdaComp(size, binLength, 2);
        for (int step = 0; step < 8; step++) {
            float[] gradient = gaussian(random, size);
            if (step == 3) {
                Arrays.fill(gradient, 0);
            }
            assertThat(send(layer, gradient)).isEqualTo(literal.compress(gradient));
            assertThat(layer.residue()).containsExactly(literal.residue);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.5, 3})
    void countsTheNewestGradientAsOftenAsAsked(double factor) {
        Random random = new Random(1);
        LayerCompressor layer =
                AdaComp.builder()
                        .optBinLength("w", 50)
                        .optSoftThreshold(factor)
                        .build()
                        .open(weights(1000));
        LiteralAdaComp literal = new LiteralAdaComp(1000, 50, factor);
        for (int step = 0; step < 5; step++) {
            float[] gradient = gaussian(random, 1000);
            TernaryUpdate sent = send(layer, gradient);
            assertThat(sent).isEqualTo(literal.compress(gradient));
            if (factor == 1) {
                assertThat(sent.sent()).isEqualTo(20);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "17,1", "100,7", "100,1000", "5000,50", "5000,500"})
    void whatIsSentAndWhatIsOwedAreTheSumOfTheGradients(int size, int binLength) {
        Random random = new Random(7);
        LayerCompressor layer = open(size, binLength);
        float[] sent = new float[size];
        double[] sum = new double[size];
        int steps = 30;
        for (int step = 0; step < steps; step++) {
            float[] gradient = gaussian(random, size);
            send(layer, gradient).addTo(sent, 1);
            for (int i = 0; i < size; i++) {
                sum[i] += gradient[i];
            }
        }
        for (int i = 0; i < size; i++) {
            double tolerance = 4 * steps * Math.ulp(16f);
            assertThat((double) sent[i] + layer.residue()[i]).isEqualTo(sum[i], within(tolerance));
        }
    }

    @Test
    void conservesWholeNumbersExactly() {
        Random random = new Random(3);
        // With one bin the scale is a whole number too.
        LayerCompressor layer = open(8, 8);
        float[] sent = new float[8];
        float[] sum = new float[8];
        for (int step = 0; step < 20; step++) {
            float[] gradient = new float[8];
            for (int i = 0; i < 8; i++) {
                gradient[i] = random.nextInt(-64, 65);
                sum[i] += gradient[i];
            }
            send(layer, gradient).addTo(sent, 1);
        }
        for (int i = 0; i < 8; i++) {
            assertThat(sent[i] + layer.residue()[i]).isEqualTo(sum[i]);
        }
    }

    @Test
    void sendsNothingOfZeros() {
        LayerCompressor layer = open(8, 4);

        assertThat(send(layer, new float[8]).sent()).isZero();
        assertThat(layer.residue()).containsOnly(0);
        assertThat(signed(send(layer, 0, 0, 0, 0, 0, 0, 0, 2))).containsExactly(7);
        // The mean is over both bins.
        assertThat(layer.residue()[7]).isEqualTo(1);
        // Minus zero owes nothing either.
        assertThat(send(open(4, 4), -0f, -0f, -0f, -0f).sent()).isZero();
    }

    @Test
    void sendsAllOfEqualValues() {
        float[] equal = new float[100];
        Arrays.fill(equal, -.25f);

        TernaryUpdate update = send(open(100, 50), equal);

        assertThat(update.sent()).isEqualTo(100);
        assertThat(update.scales()).containsExactly(.25f);
    }

    @Test
    void takesTheSmallestAndTheLargestValues() {
        float tiny = Float.MIN_VALUE;
        assertThat(send(open(4, 4), tiny, 0, 0, 0).scales()).containsExactly(tiny);
        // A mean of half the smallest number is 0: nothing can be sent, all of it is owed.
        LayerCompressor halves = open(8, 4);
        TernaryUpdate none = send(halves, tiny, 0, 0, 0, 0, 0, 0, 0);
        assertThat(none.sent()).isZero();
        assertThat(halves.residue()[0]).isEqualTo(tiny);
        float huge = Float.MAX_VALUE;
        assertThat(send(open(4, 2), huge, 0, huge, 0).scales()).containsExactly(huge);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesWhatIsNotFiniteAndKeepsTheResidue(float bad) {
        LayerCompressor layer = open(6000, 50);
        send(layer, gaussian(new Random(1), 6000));
        float[] before = layer.residue().clone();
        float[] gradient = gaussian(new Random(2), 6000);
        gradient[5001] = bad;

        assertThatThrownBy(() -> send(layer, gradient))
                .isInstanceOf(GradientException.class)
                .hasMessageContaining("'w'")
                .hasMessageContaining(String.valueOf(bad))
                .hasMessageContaining("5001");
        assertThat(layer.residue()).containsExactly(before);
    }

    @Test
    void saysThatAResidueIsTooLarge() {
        LayerCompressor layer = open(4, 4);
        layer.residue()[2] = Float.MAX_VALUE;

        assertThatThrownBy(() -> send(layer, 0, 0, Float.MAX_VALUE, 0))
                .isInstanceOf(GradientException.class)
                .hasMessageContaining("'w'");
    }

    @Test
    void refusesAGradientOfAnotherSize() {
        assertThatThrownBy(() -> send(open(4, 4), 1, 2, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 values")
                .hasMessageContaining("3");
    }

    @Test
    void readsTheGradientWithoutMovingItsPosition() {
        FloatBuffer gradient = FloatBuffer.wrap(new float[] {1, 2, 3, 4}).position(2);

        open(4, 2).compress(0, gradient);

        assertThat(gradient.position()).isEqualTo(2);
        assertThat(gradient.array()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void hasTheBinLengthOfTheKindOfLayer() {
        AdaComp adaComp =
                AdaComp.builder()
                        .optBinLength(LayerKind.RECURRENT, 200)
                        .optBinLength("special", 7)
                        .build();

        assertThat(length(adaComp, "a", LayerKind.CONVOLUTION, 100)).isEqualTo(50);
        assertThat(length(adaComp, "a", LayerKind.CONVOLUTION, 99)).isZero();
        assertThat(length(adaComp, "a", LayerKind.FULLY_CONNECTED, 1000)).isEqualTo(500);
        assertThat(length(adaComp, "a", LayerKind.OTHER, 1000)).isEqualTo(500);
        assertThat(length(adaComp, "a", LayerKind.RECURRENT, 400)).isEqualTo(200);
        assertThat(length(adaComp, "a", LayerKind.BIAS, 100_000)).isZero();
        assertThat(length(adaComp, "special", LayerKind.BIAS, 3)).isEqualTo(7);
    }

    @Test
    void refusesABinLengthForALayerThatTheModelDoesNotHave() {
        List<LayerSpec> layers =
                List.of(
                        new LayerSpec("01Conv2d_weight", LayerKind.CONVOLUTION, 90),
                        new LayerSpec("02Linear_weight", LayerKind.FULLY_CONNECTED, 90));
        AdaComp.builder().optBinLength("02Linear_weight", 9).build().check(layers);
        AdaComp.ofDefaults().check(layers);
        AdaComp wrong =
                AdaComp.builder()
                        .optBinLength("02Linear_weight", 9)
                        .optBinLength("2Linear_weight", 30)
                        .build();

        assertThatThrownBy(() -> wrong.check(layers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The bin length 30 is for layer '2Linear_weight'")
                .hasMessageContaining("'02Linear_weight', '01Conv2d_weight'")
                .hasMessageContaining("Mend the path in optBinLength");
    }

    @Test
    void sendsBiasesAsTheyAre() {
        LayerCompressor layer = AdaComp.ofDefaults().open(new LayerSpec("b", LayerKind.BIAS, 3));

        LayerUpdate update = layer.compress(0, FloatBuffer.wrap(new float[] {1, 0, -2}));

        assertThat(update).isEqualTo(new DenseUpdate(new float[] {1, 0, -2}));
        assertThat(layer.residue()).isEmpty();
    }

    @Test
    void sendsEverythingInTheDenseSteps() {
        LayerCompressor layer =
                AdaComp.builder().optBinLength("w", 4).optDenseSteps(2).build().open(weights(8));
        FloatBuffer gradient = FloatBuffer.wrap(gaussian(new Random(1), 8));

        assertThat(layer.compress(1, gradient)).isInstanceOf(DenseUpdate.class);
        assertThat(layer.residue()).containsOnly(0);
        assertThat(layer.compress(2, gradient)).isInstanceOf(TernaryUpdate.class);
    }

    @Test
    void scalesEachGroupOfBinsByItself() {
        LayerCompressor layer =
                AdaComp.builder().optBinLength("w", 2).optBinsPerScale(2).build().open(weights(9));

        TernaryUpdate update = send(layer, 1, 0, 3, 0, 100, 0, 300, 0, 7);

        assertThat(update.scales()).containsExactly(2, 200, 7);
        float[] sum = new float[9];
        update.addTo(sum, 2);
        assertThat(sum).containsExactly(4, 0, 4, 0, 400, 0, 400, 0, 14);
        assertThat(layer.residue()).containsExactly(-1, 0, 1, 0, -100, 0, 100, 0, 0);
    }

    @Test
    void groupsLongerThanAChunkAreLikeGroupsOfOneChunk() {
        // A group of one layer's length is the whole layer.
        Random random = new Random(5);
        float[] gradient = gaussian(random, 20_000);
        AdaComp grouped = AdaComp.builder().optBinLength("w", 50).optBinsPerScale(400).build();

        TernaryUpdate update = send(grouped.open(weights(20_000)), gradient);

        TernaryUpdate whole = send(open(20_000, 50), gradient);
        assertThat(update.scales()).containsExactly(whole.scales());
        assertThat(signed(update)).containsExactly(signed(whole));
    }

    @Test
    void theLeastSquaresScaleLeavesTheLeastError() {
        float[] gradient = gaussian(new Random(4), 1000);
        AdaComp.Builder builder = AdaComp.builder().optBinLength("w", 50);
        LayerCompressor mean = builder.build().open(weights(1000));
        LayerCompressor least =
                builder.optScaleRule(ScaleRule.LEAST_SQUARES).build().open(weights(1000));

        TernaryUpdate ofMean = send(mean, gradient);
        TernaryUpdate ofLeast = send(least, gradient);

        assertThat(signed(ofLeast)).containsExactly(signed(ofMean));
        assertThat(squares(least.residue())).isLessThan(squares(mean.residue()));
        double best = ofLeast.scales()[0];
        for (double other : new double[] {best * .99, best * 1.01}) {
            float[] error = gradient.clone();
            for (int i = 0; i < ofLeast.sent(); i++) {
                error[ofLeast.index(i)] -= (float) (ofLeast.negative(i) ? -other : other);
            }
            assertThat(squares(error)).isGreaterThan(squares(least.residue()));
        }
    }

    @Test
    void clipsTheResidueWhereAsked() {
        LayerCompressor layer =
                AdaComp.builder().optBinLength("w", 2).optResidueClip(.5).build().open(weights(4));

        TernaryUpdate update = send(layer, 8, -3, .25f, 0);

        float scale = (8 + .25f) / 2;
        assertThat(update.scales()).containsExactly(scale);
        assertThat(layer.residue()).containsExactly(scale / 2, -scale / 2, -scale / 2, 0);
    }

    @Test
    void theSignatureTellsSettingsApart() {
        assertThat(AdaComp.ofDefaults().signature())
                .isEqualTo(AdaComp.builder().build().signature())
                .isNotEqualTo(AdaComp.builder().optSoftThreshold(3).build().signature())
                .isNotEqualTo(AdaComp.builder().optBinLength("w", 3).build().signature())
                .isNotEqualTo(AdaComp.builder().optBinsPerScale(3).build().signature());
    }

    @Test
    void theSignatureDoesNotDependOnTheOrderOfCalls() {
        assertThat(AdaComp.builder().optBinLength("v", 2).optBinLength("w", 3).build().signature())
                .contains("v=2", "w=3")
                .isEqualTo(
                        AdaComp.builder()
                                .optBinLength("w", 3)
                                .optBinLength("v", 2)
                                .build()
                                .signature());
    }

    @Test
    void theSignatureDoesNotTellWhetherADefaultWasSet() {
        AdaComp.Builder set =
                AdaComp.builder()
                        .optBinLength(LayerKind.BIAS, 0)
                        .optBinLength(LayerKind.OTHER, 0)
                        .optBinLength(LayerKind.OTHER, AdaComp.BIN_DEFAULT);
        assertThat(set.build().signature()).isEqualTo(AdaComp.ofDefaults().signature());
        assertThat(AdaComp.builder().optBinLength(LayerKind.OTHER, 0).build().signature())
                .isNotEqualTo(AdaComp.ofDefaults().signature());
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        AdaComp.Builder builder = AdaComp.builder();
        refuse("-1", () -> builder.optBinLength(LayerKind.OTHER, -1));
        refuse("-1", () -> builder.optBinLength("w", -1));
        refuse("0.5", () -> builder.optSoftThreshold(.5));
        refuse("NaN", () -> builder.optSoftThreshold(Double.NaN));
        refuse("Infinity", () -> builder.optSoftThreshold(Double.POSITIVE_INFINITY));
        refuse("1.0E39", () -> builder.optSoftThreshold(1e39));
        refuse("0", () -> builder.optBinsPerScale(0));
        refuse("1.0E-50", () -> builder.optResidueClip(1e-50));
        refuse("0.0", () -> builder.optResidueClip(0));
        refuse("-1", () -> builder.optDenseSteps(-1));
    }

    @Test
    void aBinMeantForMoreValuesThanThereAreTakesNoMemoryForThem() {
        assertThat(new BinChunk(100, LayerSpec.MAX_SIZE, 2).reached).hasSize(2);
        TernaryUpdate update = send(open(3, LayerSpec.MAX_SIZE), 1, -4, 3);

        assertThat(signed(update)).containsExactly(-1, 2);
        assertThat(update.scales()).containsExactly(4);
    }

    @Test
    void takesALayerWithoutValues() {
        TernaryUpdate update = send(open(0, 5));

        assertThat(update.sent()).isZero();
        assertThat(update.scales()).isEmpty();
    }

    static float[] gaussian(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static int length(AdaComp adaComp, String path, LayerKind kind, int size) {
        return adaComp.binLength(new LayerSpec(path, kind, size));
    }

    private static void refuse(String value, Runnable setting) {
        assertThatThrownBy(setting::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(value);
    }

    private static double squares(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i] * values[i]).sum();
    }

    private static LayerSpec weights(int size) {
        return new LayerSpec("w", LayerKind.FULLY_CONNECTED, size);
    }

    private static LayerCompressor open(int size, int binLength) {
        return AdaComp.builder().optBinLength("w", binLength).build().open(weights(size));
    }

    private static TernaryUpdate send(LayerCompressor layer, float... gradient) {
        return (TernaryUpdate) layer.compress(0, FloatBuffer.wrap(gradient));
    }

    private static float[] in64(int... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i] / 64f;
        }
        return floats;
    }

    /** The indices that were sent, with the sign of the value; index 0 is not sent here. */
    private static int[] signed(TernaryUpdate update) {
        return IntStream.range(0, update.sent())
                .map(i -> update.negative(i) ? -update.index(i) : update.index(i))
                .toArray();
    }
}
