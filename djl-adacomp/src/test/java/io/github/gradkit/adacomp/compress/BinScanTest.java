package io.github.gradkit.adacomp.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The form with the vector module against the one without. */
class BinScanTest {

    private static final float[] HOSTILE = {
        0f,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        1e-40f,
        -1e-40f,
        1,
        -1,
        .5f,
        1e30f,
        -1e30f
    };

    private final BinScan scalar = new ScalarBinScan();
    private final BinScan vector = BinScans.best();

    @BeforeEach
    void thereAreTwoForms() {
        assertThat(ModuleLayer.boot().findModule("jdk.incubator.vector")).isPresent();
        assumeThat(vector).as("vectors are too short here").isNotInstanceOf(ScalarBinScan.class);
    }

    static Stream<Case> cases() {
        return IntStream.of(1, 7, 16, 31, 32, 33, 47, 50, 63, 64, 65, 96, 97, 500, 3000)
                .boxed()
                .flatMap(
                        length ->
                                Stream.of(1f, 1.5f, 2f, 3f)
                                        .flatMap(
                                                c ->
                                                        Stream.of(1, 3, Integer.MAX_VALUE)
                                                                .map(n -> new Case(length, c, n))));
    }

    record Case(int binLength, float softThreshold, int binsPerScale) {

        AdaCompLayer open(int size, ScaleRule rule, double clip, BinScan scan) {
            AdaComp.Settings settings =
                    new AdaComp.Settings(softThreshold, rule, binsPerScale, (float) clip, 0);
            return new AdaCompLayer(
                    new LayerSpec("w", LayerKind.FULLY_CONNECTED, size), binLength, settings, scan);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void bothFormsSendAndOweTheSameBits(Case one) {
        Random random = new Random(one.binLength());
        for (ScaleRule rule : ScaleRule.values()) {
            for (int rest : new int[] {0, 1, 15, 16, 17, 40}) {
                int size = (2 * BinChunk.MOST / one.binLength() + 3) * one.binLength() + rest;
                double clip = rest == 17 ? .5 : Double.POSITIVE_INFINITY;
                agree(
                        one.open(size, rule, clip, scalar),
                        one.open(size, rule, clip, vector),
                        random);
            }
        }
    }

    private static void agree(AdaCompLayer scalar, AdaCompLayer vector, Random random) {
        for (int step = 0; step < 4; step++) {
            float[] gradient = gradient(random, scalar.layer().size(), step);
            LayerUpdate expected = scalar.compressFinite(step, direct(gradient));
            assertThat(vector.compressFinite(step, direct(gradient))).isEqualTo(expected);
            // Not after every step, so that both ways to take off what was sent are taken.
            if (step % 2 == 1) {
                assertThat(bits(vector.residue())).isEqualTo(bits(scalar.residue()));
            }
        }
    }

    /** Of steps in turn: normal values, few different ones, hostile ones, and takes all back. */
    private static float[] gradient(Random random, int size, int step) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] =
                    switch (step) {
                        case 0 -> (float) random.nextGaussian();
                        case 1 -> random.nextInt(-2, 3);
                        case 2 -> HOSTILE[random.nextInt(HOSTILE.length)];
                        default -> random.nextBoolean() ? 0 : (float) random.nextGaussian();
                    };
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 32, 50, 500})
    void bothFormsSendNothingOfWhatIsNotOwed(int binLength) {
        Case one = new Case(binLength, 2, Integer.MAX_VALUE);
        for (BinScan scan : new BinScan[] {scalar, vector}) {
            AdaCompLayer layer =
                    one.open(3 * binLength, ScaleRule.MEAN_OF_BINS, Double.POSITIVE_INFINITY, scan);
            Arrays.fill(layer.residue(), -3f);
            float[] gradient = new float[3 * binLength];
            Arrays.fill(gradient, 3f);
            gradient[binLength - 1] = 4f;

            TernaryUpdate update = (TernaryUpdate) layer.compressFinite(0, direct(gradient));

            // All of the first bin reach its largest size, but one only owes something.
            assertThat(update.sent()).isEqualTo(1);
            assertThat(update.index(0)).isEqualTo(binLength - 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 32, 50, 500})
    void bothFormsSayThatASumIsTooLargeWhereverItIs(int binLength) {
        Case one = new Case(binLength, 2, Integer.MAX_VALUE);
        int size = 4 * binLength + Math.min(binLength - 1, 20);
        for (int i = 0; i < size; i += Math.max(1, size / 61)) {
            for (float huge : new float[] {Float.MAX_VALUE, -Float.MAX_VALUE}) {
                for (BinScan scan : new BinScan[] {scalar, vector}) {
                    AdaCompLayer layer =
                            one.open(size, ScaleRule.MEAN_OF_BINS, Double.POSITIVE_INFINITY, scan);
                    layer.residue()[i] = huge;
                    float[] gradient = new float[size];
                    gradient[i] = huge;

                    assertThatThrownBy(() -> layer.compressFinite(0, direct(gradient)))
                            .isInstanceOf(GradientException.class);
                }
            }
        }
    }

    @Test
    void bothFormsFindWhatIsNotFiniteWhereverItIs() {
        for (int length : new int[] {0, 1, 7, 16, 31, 33, 64, 100, 257}) {
            float[] values = new float[length + 1];
            Arrays.fill(values, -Float.MAX_VALUE);
            // Beyond the length: not to be looked at.
            values[length] = Float.NaN;
            assertThat(scalar.isFinite(values, length)).isTrue();
            assertThat(vector.isFinite(values, length)).isTrue();
            for (int i = 0; i < length; i++) {
                for (float bad :
                        new float[] {
                            Float.NaN,
                            Float.intBitsToFloat(0xffc00001),
                            Float.POSITIVE_INFINITY,
                            Float.NEGATIVE_INFINITY
                        }) {
                    values[i] = bad;
                    assertThat(scalar.isFinite(values, length)).isFalse();
                    assertThat(vector.isFinite(values, length)).isFalse();
                }
                values[i] = Float.MIN_VALUE;
            }
        }
    }

    @Test
    void bothFormsComputeTheSameWhereTheExtraOverflows() {
        Case one = new Case(50, 3, Integer.MAX_VALUE);
        float[] gradient = new float[100];
        Arrays.fill(gradient, 1e-3f);
        gradient[20] = 2e38f;
        gradient[21] = -2e38f;
        AdaCompLayer a = one.open(100, ScaleRule.MEAN_OF_BINS, Double.POSITIVE_INFINITY, scalar);
        AdaCompLayer b = one.open(100, ScaleRule.MEAN_OF_BINS, Double.POSITIVE_INFINITY, vector);

        LayerUpdate expected = a.compressFinite(0, direct(gradient));

        assertThat(expected.sent()).isEqualTo(52);
        assertThat(b.compressFinite(0, direct(gradient))).isEqualTo(expected);
        assertThat(bits(b.residue())).isEqualTo(bits(a.residue()));
    }

    @Test
    void withoutTheModuleTheScalarFormRunsAndWithItTheOther() throws Exception {
        assertThat(form()).isEqualTo(ScalarBinScan.class.getName() + " 2");
        assertThat(form("--add-modules", "jdk.incubator.vector"))
                .isEqualTo(vector.getClass().getName() + " 2");
    }

    /** Packs in a virtual machine of its own. */
    private static String form(String... options) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String[] command =
                Stream.of(
                                Stream.of(java),
                                Stream.of(options),
                                Stream.of(
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Packing.class.getName()))
                        .flatMap(part -> part)
                        .toArray(String[]::new);
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return text.strip();
    }

    /** Prints the form, and how much is sent of two bins. */
    static final class Packing {

        private Packing() {}

        public static void main(String[] args) {
            LayerSpec layer = new LayerSpec("w", LayerKind.FULLY_CONNECTED, 100);
            float[] gradient = new float[100];
            gradient[3] = 1;
            gradient[99] = -1;
            LayerUpdate update =
                    AdaComp.builder()
                            .optBinLength("w", 50)
                            .build()
                            .open(layer)
                            .compress(0, FloatBuffer.wrap(gradient));
            System.out.println(BinScans.best().getClass().getName() + " " + update.sent());
        }
    }

    private static FloatBuffer direct(float[] values) {
        return ByteBuffer.allocateDirect(4 * values.length)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(values)
                .flip();
    }

    private static int[] bits(float[] values) {
        return IntStream.range(0, values.length)
                .map(i -> Float.floatToRawIntBits(values[i]))
                .toArray();
    }
}
