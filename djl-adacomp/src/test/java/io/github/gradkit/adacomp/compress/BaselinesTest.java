package io.github.gradkit.adacomp.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BaselinesTest {

    static List<Compressor> compressors() {
        return List.of(new Dense(), new TopK(.05), new StromThreshold(1), new OneBit());
    }

    @ParameterizedTest
    @MethodSource("compressors")
    void whatIsSentAndWhatIsOwedAreTheSumOfTheGradients(Compressor compressor) {
        LayerCompressor layer = compressor.open(weights(300));
        Random random = new Random(2);
        float[] sent = new float[300];
        double[] sum = new double[300];
        for (int step = 0; step < 20; step++) {
            float[] gradient = AdaCompTest.gaussian(random, 300);
            layer.compress(step, FloatBuffer.wrap(gradient)).addTo(sent, 1);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += gradient[i];
            }
        }
        for (int i = 0; i < sum.length; i++) {
            double owed = layer.residue().length == 0 ? 0 : layer.residue()[i];
            assertThat(sent[i] + owed).isEqualTo(sum[i], within(2e-4));
        }
    }

    @ParameterizedTest
    @MethodSource("compressors")
    void refuseNaNAndKeepTheResidue(Compressor compressor) {
        LayerCompressor layer = compressor.open(weights(10));
        layer.compress(0, FloatBuffer.wrap(AdaCompTest.gaussian(new Random(1), 10)));
        float[] before = layer.residue().clone();
        float[] bad = new float[10];
        bad[9] = Float.NaN;

        assertThatThrownBy(() -> layer.compress(1, FloatBuffer.wrap(bad)))
                .isInstanceOf(GradientException.class)
                .hasMessageContaining("index 9");
        assertThat(layer.residue()).containsExactly(before);
    }

    @ParameterizedTest
    @MethodSource("compressors")
    void sendBiasesAsTheyAre(Compressor compressor) {
        LayerSpec bias = new LayerSpec("b", LayerKind.BIAS, 2);

        assertThat(compressor.open(bias).compress(0, FloatBuffer.wrap(new float[] {3, -4})))
                .isEqualTo(new DenseUpdate(new float[] {3, -4}));
    }

    @ParameterizedTest
    @MethodSource("compressors")
    void takeLayersWithoutValues(Compressor compressor) {
        LayerUpdate update = compressor.open(weights(0)).compress(0, FloatBuffer.allocate(0));

        assertThat(update.size()).isZero();
        assertThat(update.sent()).isZero();
        update.addTo(new float[0], 1);
    }

    @ParameterizedTest
    @MethodSource("compressors")
    void addNothingToASumOfAnotherSize(Compressor compressor) {
        LayerUpdate update =
                compressor.open(weights(3)).compress(0, FloatBuffer.wrap(new float[] {1, 2, 3}));

        assertThatThrownBy(() -> update.addTo(new float[2], 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 values");
    }

    @Test
    void topKSendsTheLargestAndOfEqualsTheFirst() {
        LayerCompressor layer = new TopK(.5).open(weights(6));

        LayerUpdate update = layer.compress(0, FloatBuffer.wrap(new float[] {1, -2, 3, 2, 0, -2}));

        assertThat(update)
                .isEqualTo(new SparseUpdate(6, new int[] {1, 2, 3}, new float[] {-2, 3, 2}));
        assertThat(layer.residue()).containsExactly(1, 0, 0, 0, 0, -2);
        assertThat(update.paperBits()).isEqualTo(3 * 64);
    }

    @Test
    void stromSendsTheThresholdWhereAsMuchIsOwed() {
        LayerCompressor layer = new StromThreshold(2).open(weights(4));

        LayerUpdate update = layer.compress(0, FloatBuffer.wrap(new float[] {2, -5, 1.5f, 0}));

        float[] sum = new float[4];
        update.addTo(sum, 1);
        assertThat(sum).containsExactly(2, -2, 0, 0);
        assertThat(layer.residue()).containsExactly(0, -3, 1.5f, 0);
    }

    @Test
    void oneBitSendsTheMeansOfBothSigns() {
        LayerCompressor layer = new OneBit().open(weights(4));

        LayerUpdate update = layer.compress(0, FloatBuffer.wrap(new float[] {1, 3, -2, 0}));

        float[] sum = new float[4];
        update.addTo(sum, 3);
        assertThat(sum).containsExactly(4, 4, -6, 4);
        assertThat(layer.residue())
                .containsExactly(new float[] {-1 / 3f, 5 / 3f, 0, -4 / 3f}, within(1e-6f));
        assertThat(update.paperBits()).isEqualTo(4);
    }

    @Test
    void refuseSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> new TopK(0)).hasMessageContaining("0.0");
        assertThatThrownBy(() -> new TopK(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new StromThreshold(-1)).hasMessageContaining("-1.0");
        assertThatThrownBy(() -> new StromThreshold(1e-60)).hasMessageContaining("1.0E-60");
        assertThatThrownBy(() -> new LayerSpec("w", LayerKind.OTHER, -1))
                .hasMessageContaining("-1");
    }

    private static LayerSpec weights(int size) {
        return new LayerSpec("w", LayerKind.FULLY_CONNECTED, size);
    }
}
