package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.GradientException;
import io.github.gradkit.adacomp.compress.LayerCompressor;
import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.LayerSpec;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.compress.ScaleRule;
import io.github.gradkit.adacomp.compress.TernaryUpdate;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The form for the host is the twin; all runs on the CPU, with the operations of a GPU. */
class DeviceAdaCompTest {

    private static final int STEPS = 7;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private AdaComp.Builder bins(int length) {
        return AdaComp.builder().optBinLength("w", length);
    }

    /** Both forms of a layer. */
    private final class Twins {

        private final LayerCompressor host;
        private final DeviceAdaComp device;
        private final NDArray weight;
        private long step;

        Twins(int size, AdaComp adaComp) {
            LayerSpec layer = new LayerSpec("w", LayerKind.OTHER, size);
            host = adaComp.open(layer);
            weight = manager.zeros(new Shape(1, size));
            device = new DeviceAdaComp(layer, adaComp.binLength(layer), adaComp.settings(), weight);
        }

        LayerUpdate send(float... gradient) {
            LayerUpdate sent;
            try (NDArray array = manager.create(gradient, weight.getShape())) {
                device.requireFinite(array);
                sent = device.compress(step, array);
                assertThat(array.toFloatArray()).as("gradient").containsExactly(gradient);
            }
            assertThat(sent).isEqualTo(host.compress(step++, FloatBuffer.wrap(gradient)));
            assertThat(bits(device.residue())).containsExactly(bits(host.residue()));
            return sent;
        }
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "1,500",
        "7,1",
        "10,100",
        "12,4",
        "4096,50",
        "10000,50",
        "10001,500",
        "9999,5000",
        "5,3",
        "64,1073741823"
    })
    void sendsBitForBitWhatTheHostSends(int size, int binLength) {
        Random random = new Random(size);
        Twins twins = new Twins(size, bins(binLength).build());
        int sent = 0;
        for (int step = 0; step < STEPS; step++) {
            sent += twins.send(gaussian(random, size)).sent();
        }
        assertThat(sent).isPositive();
    }

    static Stream<Arguments> options() {
        return Stream.of(
                Arguments.of("c = 1", AdaComp.builder().optSoftThreshold(1)),
                Arguments.of("c = 1.7", AdaComp.builder().optSoftThreshold(1.7)),
                Arguments.of("c = 1e38", AdaComp.builder().optSoftThreshold(1e38)),
                Arguments.of(
                        "least squares", AdaComp.builder().optScaleRule(ScaleRule.LEAST_SQUARES)),
                Arguments.of("a scale per bin", AdaComp.builder().optBinsPerScale(1)),
                Arguments.of("a scale per 3 bins", AdaComp.builder().optBinsPerScale(3)),
                Arguments.of("clip", AdaComp.builder().optResidueClip(0.5)),
                Arguments.of("dense start", AdaComp.builder().optDenseSteps(3)),
                Arguments.of(
                        "all",
                        AdaComp.builder()
                                .optSoftThreshold(1.5)
                                .optScaleRule(ScaleRule.LEAST_SQUARES)
                                .optBinsPerScale(4)
                                .optResidueClip(1.5)
                                .optDenseSteps(1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("options")
    void everyOptionSendsWhatTheHostSends(String name, AdaComp.Builder options) {
        for (int size : new int[] {1, 49, 1000, 1003}) {
            Random random = new Random(size);
            Twins twins = new Twins(size, options.optBinLength("w", 20).build());
            for (int step = 0; step < STEPS; step++) {
                twins.send(gaussian(random, size));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void survivesQuietBinsTiesAndTinyValues(String name, AdaComp.Builder options) {
        int size = 95;
        Random random = new Random(9);
        Twins twins = new Twins(size, options.optBinLength("w", 10).build());
        float[] values = {0, -0f, 1, -1, 2, -2, Float.MIN_VALUE, -Float.MIN_VALUE, 1e-38f, 3e7f};
        twins.send(new float[size]);
        for (int step = 0; step < 20; step++) {
            float[] gradient = new float[size];
            boolean tiny = step % 4 == 3;
            for (int i = 0; i < size; i++) {
                boolean quiet = (i / 10 + step) % 3 == 0;
                float value = values[random.nextInt(values.length)];
                gradient[i] = quiet ? 0 : tiny ? value * Float.MIN_VALUE : value;
            }
            twins.send(gradient);
        }
    }

    @Test
    void sendsNothingWhereTheScaleRoundsToZero() {
        // One of 4 bins has the smallest float, so the mean is a quarter of it.
        Twins twins = new Twins(4, bins(1).build());
        TernaryUpdate sent = (TernaryUpdate) twins.send(0, Float.MIN_VALUE, 0, 0);
        assertThat(sent.sent()).isZero();
        assertThat(sent.scales()).containsExactly(0);
        assertThat(twins.device.residue()).containsExactly(0, Float.MIN_VALUE, 0, 0);
    }

    @Test
    void addsUpBinsInTheOrderOfTheLayer() {
        int size = 8192;
        Twins twins = new Twins(size, bins(1).build());
        float[] gradient = new float[size];
        gradient[0] = 1;
        gradient[1] = 0x1p-24f;
        for (int i = 4096; i < 4100; i++) {
            gradient[i] = 0x1p-54f;
        }
        // In order, each of the last four is lost beside 1, and the sum lies in the middle of two
        // floats. Added to each other first, they would lift it to the larger one.
        TernaryUpdate sent = (TernaryUpdate) twins.send(gradient);
        assertThat(sent.scales()).containsExactly(1f / size);
    }

    @Test
    void cutsOffWhatIsKeptAlsoWhenNothingIsSent() {
        AdaComp adaComp = bins(2).optResidueClip(1).build();
        Twins twins = new Twins(4, adaComp);
        twins.device.setResidue(new float[] {8, 1, 2, 1});
        System.arraycopy(new float[] {8, 1, 2, 1}, 0, twins.host.residue(), 0, 4);
        TernaryUpdate sent = (TernaryUpdate) twins.send(-1, 0, -.5f, 0);
        assertThat(sent.sent()).isZero();
        assertThat(twins.device.residue()).containsExactly(4.25f, 1, 1.5f, 1);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesWhatIsNotFiniteBeforeTheResidueChanges(float value) {
        Twins twins = new Twins(5, bins(2).build());
        twins.send(1, 2, 3, 4, 5);
        float[] before = twins.device.residue();
        try (NDArray gradient = manager.create(new float[] {1, 2, 3, 4, value})) {
            assertThatExceptionOfType(GradientException.class)
                    .isThrownBy(() -> twins.device.requireFinite(gradient))
                    .withMessageContaining("'w' is " + value + " at index 4");
        }
        assertThat(twins.device.residue()).containsExactly(before);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.MAX_VALUE, Float.NaN})
    void stopsWhenGradientAndResidueAreTooLarge(float owed) {
        Twins twins = new Twins(5, bins(2).build());
        twins.device.setResidue(new float[] {0, 0, 0, 0, owed});
        try (NDArray gradient = manager.create(new float[] {0, 0, 0, 0, Float.MAX_VALUE})) {
            assertThatExceptionOfType(GradientException.class)
                    .isThrownBy(() -> twins.device.compress(0, gradient))
                    .withMessageContaining("'w' are too large for a float");
        }
    }

    @Test
    void goesOnWithAResidueThatWasSet() {
        Random random = new Random(2);
        AdaComp adaComp = bins(10).build();
        Twins first = new Twins(103, adaComp);
        first.send(gaussian(random, 103));
        Twins second = new Twins(103, adaComp);
        second.device.setResidue(first.device.residue());
        System.arraycopy(first.host.residue(), 0, second.host.residue(), 0, 103);
        float[] gradient = gaussian(random, 103);
        assertThat(second.send(gradient)).isEqualTo(first.send(gradient));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("options")
    void leavesNoArrayBehind(String name, AdaComp.Builder options) {
        Random random = new Random(1);
        Twins twins = new Twins(103, options.optBinLength("w", 10).build());
        float[] gradient = gaussian(random, 103);
        NDArray array = manager.create(gradient);
        int arrays = manager.getManagedArrays().size();
        NDManager system = manager.getParentManager();
        int above = system.getManagedArrays().size();
        for (int step = 0; step < 300; step++) {
            twins.device.requireFinite(array);
            twins.device.compress(step, array);
            twins.device.setResidue(twins.device.residue());
        }
        assertThat(manager.getManagedArrays()).hasSize(arrays);
        assertThat(system.getManagedArrays()).hasSize(above);
    }

    @Test
    void readsAGradientThatIsNotLaidOutInOrder() {
        Random random = new Random(6);
        AdaComp adaComp = bins(7).build();
        LayerSpec layer = new LayerSpec("w", LayerKind.OTHER, 60);
        NDArray transposed = manager.create(gaussian(random, 60), new Shape(5, 12)).transpose();
        DeviceAdaComp device =
                new DeviceAdaComp(layer, 7, adaComp.settings(), manager.zeros(new Shape(12, 5)));
        LayerCompressor host = adaComp.open(layer);
        assertThat(device.compress(0, transposed))
                .isEqualTo(host.compress(0, FloatBuffer.wrap(transposed.toFloatArray())));
    }

    private static float[] gaussian(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
