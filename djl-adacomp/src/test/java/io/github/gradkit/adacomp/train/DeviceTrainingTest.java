package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Dataset;
import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.Compressor;
import io.github.gradkit.adacomp.compress.Dense;
import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.ScaleRule;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.adacomp.exchange.InProcessExchange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Trainings that pack with NDArray operations, as on a GPU, against those that pack on the host.
 */
@Timeout(300)
class DeviceTrainingTest {

    private static final int STEPS = 8;
    private static final int HALF = 4;

    @TempDir private Path folder;

    static Stream<Compressor> compressors() {
        return Stream.of(
                LearnersAgreeTest.SMALL_BINS,
                AdaComp.builder()
                        .optBinLength(LayerKind.CONVOLUTION, 10)
                        .optBinLength(LayerKind.FULLY_CONNECTED, 50)
                        .optScaleRule(ScaleRule.LEAST_SQUARES)
                        .optBinsPerScale(2)
                        .optResidueClip(4)
                        .optDenseSteps(2)
                        .build(),
                new Dense());
    }

    @ParameterizedTest
    @MethodSource("compressors")
    void endsWithTheWeightsAndResiduesOfTheHost(Compressor compressor) throws Exception {
        Map<Integer, Map<String, String>> host = train(compressor, "host", false, false);
        assertThat(host.get(0)).isEqualTo(host.get(1));

        assertThat(train(compressor, "device", true, true)).isEqualTo(host);
        assertThat(train(compressor, "mixed", true, false)).isEqualTo(host);

        for (int rank = 0; rank < 2; rank++) {
            byte[] owed = Files.readAllBytes(file("host", rank));
            assertThat(Files.readAllBytes(file("device", rank))).isEqualTo(owed);
            assertThat(Files.readAllBytes(file("mixed", rank))).isEqualTo(owed);
        }
    }

    private Map<Integer, Map<String, String>> train(
            Compressor compressor, String name, boolean... onDevice) throws Exception {
        Map<Integer, Map<String, String>> ends = new ConcurrentHashMap<>();
        InProcessLearners.run(
                2,
                TestLearning.DEADLINE,
                learner -> {
                    int rank = learner.exchange().rank();
                    try (Model model = TestLearning.cnn()) {
                        GradientCompressionListener listener =
                                listener(learner.exchange(), compressor, onDevice[rank]);
                        train(learner, model, listener, 0, STEPS);
                        listener.save(file(name, rank));
                        ends.put(rank, TestLearning.weights(model, true));
                    }
                });
        return ends;
    }

    @Test
    void residuesMoveBetweenDeviceAndHost() throws Exception {
        Map<Integer, Map<String, String>> ends = new ConcurrentHashMap<>();
        InProcessLearners.run(
                2,
                TestLearning.DEADLINE,
                learner -> {
                    int rank = learner.exchange().rank();
                    try (Model model = TestLearning.cnn()) {
                        Compressor compressor = LearnersAgreeTest.SMALL_BINS;
                        GradientCompressionListener first =
                                listener(learner.exchange(), compressor, rank == 0);
                        train(learner, model, first, 0, HALF);
                        first.save(file("half", rank));
                        GradientCompressionListener second =
                                listener(learner.exchange(), compressor, rank != 0);
                        second.restore(model.getBlock(), file("half", rank));
                        train(learner, model, second, HALF, STEPS);
                        second.save(file("moved", rank));
                        ends.put(rank, TestLearning.weights(model, true));
                    }
                });
        assertThat(ends).isEqualTo(trainInHalves());
        for (int rank = 0; rank < 2; rank++) {
            assertThat(Files.readAllBytes(file("moved", rank)))
                    .isEqualTo(Files.readAllBytes(file("kept", rank)));
        }
    }

    /** On the host, with the one listener, and a new optimizer in the middle. */
    private Map<Integer, Map<String, String>> trainInHalves() throws Exception {
        Map<Integer, Map<String, String>> ends = new ConcurrentHashMap<>();
        InProcessLearners.run(
                2,
                TestLearning.DEADLINE,
                learner -> {
                    int rank = learner.exchange().rank();
                    try (Model model = TestLearning.cnn()) {
                        GradientCompressionListener listener =
                                listener(learner.exchange(), LearnersAgreeTest.SMALL_BINS, false);
                        train(learner, model, listener, 0, HALF);
                        train(learner, model, listener, HALF, STEPS);
                        listener.save(file("kept", rank));
                        ends.put(rank, TestLearning.weights(model, true));
                    }
                });
        return ends;
    }

    private static void train(
            Learner learner, Model model, GradientCompressionListener listener, int from, int to)
            throws Exception {
        try (Trainer trainer =
                learner.newTrainer(model, TestLearning.config(TestLearning.sgd(), listener))) {
            for (int step = from; step < to; step++) {
                TestLearning.train(
                        trainer,
                        LearnersAgreeTest.shard(learner.exchange(), model, 8, 32, step),
                        1);
            }
            trainer.notifyListeners(l -> l.onEpoch(trainer));
        }
    }

    @Test
    void leavesNoArrayBehind() throws Exception {
        GradientExchange alone = InProcessExchange.group(1, TestLearning.DEADLINE).get(0);
        try (Model model = TestLearning.cnn();
                Trainer trainer =
                        model.newTrainer(
                                TestLearning.config(
                                        TestLearning.sgd(),
                                        listener(alone, LearnersAgreeTest.SMALL_BINS, true)))) {
            Dataset data = LearnersAgreeTest.shard(alone, model, 8, 800, 0);
            TestLearning.train(trainer, data, 2);
            assertThat(model.getNDManager().getManagedArrays())
                    .as("the residue on the device, in bins")
                    .anyMatch(array -> array.getShape().equals(new Shape(10, 60)));
            int models = model.getNDManager().getManagedArrays().size();
            int trainers = trainer.getManager().getManagedArrays().size();
            int system = Engine.getInstance().newBaseManager().getManagedArrays().size();
            for (int epoch = 0; epoch < 3; epoch++) {
                TestLearning.train(trainer, data, 100);
            }
            assertThat(model.getNDManager().getManagedArrays()).hasSize(models);
            assertThat(trainer.getManager().getManagedArrays()).hasSize(trainers);
            assertThat(Engine.getInstance().newBaseManager().getManagedArrays()).hasSize(system);
        }
    }

    private Path file(String name, int rank) {
        return folder.resolve(name + rank);
    }

    /** Traces every step, since that reads residues and gradients too. */
    private static GradientCompressionListener listener(
            GradientExchange exchange, Compressor compressor, boolean onDevice) {
        return GradientCompressionListener.builder()
                .setExchange(exchange)
                .optCompressor(compressor)
                .optPackOnDevice(onDevice)
                .optChecksumEvery(2)
                .optTraceEvery(1)
                .build();
    }
}
