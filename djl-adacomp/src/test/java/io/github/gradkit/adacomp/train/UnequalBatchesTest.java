package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.Compressor;
import io.github.gradkit.adacomp.compress.Dense;
import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.OneBit;
import io.github.gradkit.adacomp.compress.StromThreshold;
import io.github.gradkit.adacomp.compress.TopK;
import io.github.gradkit.support.gradient.ParameterGradients;
import io.github.gradkit.support.state.StateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Learners whose batches differ in size, all the time or at the end of an epoch. */
@Timeout(300)
class UnequalBatchesTest {

    private static final String PATH = "01Linear_weight";
    private static final int LEARNERS = 3;
    private static final int STEPS = 9;
    private static final int[][] RAGGED = {{8, 8, 8}, {8, 8, 8}, {1, 1, 4}};
    private static final int[][] STEADY = {{2, 3, 11}};

    @TempDir private Path folder;

    static Stream<Arguments> trainings() {
        AdaComp dense =
                AdaComp.builder()
                        .optBinLength(LayerKind.FULLY_CONNECTED, 60)
                        .optDenseSteps(4)
                        .build();
        return Stream.of(
                Arguments.of("ragged", RAGGED, LearnersAgreeTest.SMALL_BINS, false),
                Arguments.of("ragged", RAGGED, LearnersAgreeTest.SMALL_BINS, true),
                Arguments.of("ragged", RAGGED, dense, false),
                Arguments.of("ragged", RAGGED, dense, true),
                Arguments.of("ragged", RAGGED, new TopK(0.05), false),
                Arguments.of("ragged", RAGGED, new StromThreshold(1), false),
                Arguments.of("ragged", RAGGED, new OneBit(), false),
                Arguments.of("ragged", RAGGED, new Dense(), false),
                Arguments.of("steady", STEADY, LearnersAgreeTest.SMALL_BINS, false),
                Arguments.of("steady", STEADY, LearnersAgreeTest.SMALL_BINS, true));
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void whatWasSentAndWhatIsOwedIsTheGradientOfTheJoinedBatches(
            String name, int[][] examples, Compressor compressor, boolean onDevice)
            throws Exception {
        Map<Integer, double[]> sent = new ConcurrentHashMap<>();
        InProcessLearners.run(
                LEARNERS,
                TestLearning.DEADLINE,
                learner -> {
                    int rank = learner.exchange().rank();
                    sent.put(rank, averages(learner, examples, compressor, onDevice));
                });
        double[] expected = expected(examples);
        double[] owed = owed(expected.length);
        assertThat(sent.get(1)).isEqualTo(sent.get(0));
        for (int i = 0; i < expected.length; i++) {
            assertThat(sent.get(0)[i] + owed[i] / LEARNERS).isCloseTo(expected[i], within(1e-4));
        }
    }

    /** Returns the sum of the averages that one learner got. */
    private double[] averages(
            Learner learner, int[][] examples, Compressor compressor, boolean onDevice)
            throws Exception {
        int rank = learner.exchange().rank();
        GradientCompressionListener listener =
                GradientCompressionListener.builder()
                        .setExchange(learner.exchange())
                        .optCompressor(compressor)
                        .optPackOnDevice(onDevice)
                        .build();
        try (Model model = TestLearning.mlp();
                Trainer trainer =
                        learner.newTrainer(
                                model, TestLearning.config(TestLearning.sgd(), listener))) {
            NDArray weight = GradientCompressionListenerTest.array(model, PATH);
            double[] sum = new double[(int) weight.size()];
            for (int step = 0; step < STEPS; step++) {
                ParameterGradients.clear(weight);
                backward(trainer, weight, gradient(rank, step, sum.length));
                GradientCompressionListenerTest.notify(
                        trainer, examples[step % examples.length][rank]);
                try (NDArray gradient = weight.getGradient()) {
                    add(sum, gradient.toFloatArray(), 1);
                }
            }
            listener.save(folder.resolve("residues-" + rank));
            return sum;
        }
    }

    private static void backward(Trainer trainer, NDArray weight, float[] gradient) {
        try (GradientCollector collector = trainer.newGradientCollector();
                NDManager scratch = weight.getManager().newSubManager()) {
            NDArray factors = scratch.create(gradient, weight.getShape());
            collector.backward(factors.mul(weight).sum());
        }
    }

    private static float[] gradient(int rank, int step, int size) {
        Random random = new Random(1000L * rank + step);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian() + rank;
        }
        return values;
    }

    private static double[] expected(int[][] examples) {
        double[] sum = new double[40 * TestLearning.FEATURES];
        for (int step = 0; step < STEPS; step++) {
            int[] now = examples[step % examples.length];
            for (int rank = 0; rank < LEARNERS; rank++) {
                double share = now[rank] / (double) (now[0] + now[1] + now[2]);
                add(sum, gradient(rank, step, sum.length), share);
            }
        }
        return sum;
    }

    private double[] owed(int size) throws IOException {
        double[] sum = new double[size];
        try (NDManager manager = NDManager.newBaseManager()) {
            for (int rank = 0; rank < LEARNERS; rank++) {
                NDArray residue =
                        StateFile.read(folder.resolve("residues-" + rank), manager)
                                .arrays()
                                .get(PATH);
                if (residue != null) {
                    add(sum, residue.toFloatArray(), 1);
                }
            }
        }
        return sum;
    }

    private static void add(double[] sum, float[] values, double weight) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * values[i];
        }
    }
}
