package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.optimizer.Optimizer;
import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.Compressor;
import io.github.gradkit.adacomp.compress.Dense;
import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.OneBit;
import io.github.gradkit.adacomp.compress.TopK;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.adacomp.exchange.InProcessExchange;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(300)
class LearnersAgreeTest {

    static final AdaComp SMALL_BINS =
            AdaComp.builder()
                    .optBinLength(LayerKind.CONVOLUTION, 9)
                    .optBinLength(LayerKind.FULLY_CONNECTED, 60)
                    .build();

    static Stream<Arguments> groups() {
        return Stream.of(
                Arguments.of(1, SMALL_BINS),
                Arguments.of(2, SMALL_BINS),
                Arguments.of(4, SMALL_BINS),
                Arguments.of(2, new Dense()),
                Arguments.of(3, new TopK(0.05)),
                Arguments.of(2, new OneBit()));
    }

    @ParameterizedTest
    @MethodSource("groups")
    void weightsAreBitIdenticalAfterEveryStep(int learners, Compressor compressor)
            throws Exception {
        Map<Integer, List<Map<String, String>>> seen = new ConcurrentHashMap<>();
        Map<Integer, Map<String, String>> ends = new ConcurrentHashMap<>();
        InProcessLearners.run(
                learners,
                TestLearning.DEADLINE,
                learner -> {
                    List<Map<String, String>> mine = new ArrayList<>();
                    int rank = learner.exchange().rank();
                    seen.put(rank, mine);
                    try (Model model = TestLearning.cnn()) {
                        TestLearning.fill(model, rank);
                        InitialWeights.broadcast(learner.exchange(), model.getBlock());
                        Trainer trainer = trainer(learner, model, compressor);
                        for (int epoch = 0; epoch < 2; epoch++) {
                            ShardedDataset data = shard(learner.exchange(), model, 8, 70, epoch);
                            for (int batch = 0; batch < 2; batch++) {
                                TestLearning.train(trainer, data, 1);
                                mine.add(TestLearning.weights(model, false));
                            }
                            trainer.notifyListeners(listener -> listener.onEpoch(trainer));
                        }
                        ends.put(rank, TestLearning.weights(model, true));
                        trainer.close();
                    }
                });
        assertThat(seen).hasSize(learners);
        assertThat(seen.get(0)).hasSize(4).doesNotHaveDuplicates();
        for (int rank = 1; rank < learners; rank++) {
            assertThat(seen.get(rank)).isEqualTo(seen.get(0));
            assertThat(ends.get(rank)).as("with running statistics").isEqualTo(ends.get(0));
        }
    }

    static Stream<Supplier<Optimizer>> optimizers() {
        return Stream.of(TestLearning::sgd, TestLearning::adam);
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void oneLearnerThatSendsEverythingIsPlainTraining(Supplier<Optimizer> optimizer)
            throws Exception {
        Map<String, String> plain = trainAlone(optimizer.get(), false);
        assertThat(trainAlone(optimizer.get(), true)).isEqualTo(plain);
    }

    private static Map<String, String> trainAlone(Optimizer optimizer, boolean listening)
            throws Exception {
        GradientExchange exchange = InProcessExchange.group(1, TestLearning.DEADLINE).get(0);
        TrainingListenerAdapter listener =
                listening ? listener(exchange, new Dense()) : new TrainingListenerAdapter() {};
        try (Model model = TestLearning.cnn();
                Trainer trainer = model.newTrainer(TestLearning.config(optimizer, listener))) {
            TestLearning.train(trainer, shard(exchange, model, 16, 200, 0), 12);
            trainer.notifyListeners(l -> l.onEpoch(trainer));
            return TestLearning.weights(model, true);
        }
    }

    @Test
    void denseLearnersAreOneLearnerOnTheJoinedBatch() throws Exception {
        // 100 examples in global batches of 32: the last one, of 4, goes to 4 learners.
        float[] one = trainTogether(1, 32, new Dense());
        float[] four = trainTogether(4, 8, new Dense());
        assertThat(four).isNotEqualTo(new float[four.length]);
        for (int i = 0; i < one.length; i++) {
            assertThat(four[i]).isCloseTo(one[i], within(2e-5f));
        }
    }

    @Test
    void raggedBatchesWeighByTheirExamples() throws Exception {
        // The last global batch has 38 - 32 = 6 examples, for 4 learners 1, 2, 1 and 2 of them.
        float[] one = trainTogether(1, 32, new Dense(), 38);
        float[] four = trainTogether(4, 8, new Dense(), 38);
        for (int i = 0; i < one.length; i++) {
            assertThat(four[i]).isCloseTo(one[i], within(2e-5f));
        }
    }

    private static float[] trainTogether(int learners, int batch, Compressor compressor)
            throws Exception {
        return trainTogether(learners, batch, compressor, 100);
    }

    private static float[] trainTogether(
            int learners, int batch, Compressor compressor, int examples) throws Exception {
        Map<Integer, float[]> ends = new ConcurrentHashMap<>();
        InProcessLearners.run(
                learners,
                TestLearning.DEADLINE,
                learner -> {
                    try (Model model = TestLearning.mlp();
                            Trainer trainer = trainer(learner, model, compressor)) {
                        ShardedDataset data = shard(learner.exchange(), model, batch, examples, 0);
                        for (int epoch = 0; epoch < 3; epoch++) {
                            TestLearning.train(trainer, data, Integer.MAX_VALUE);
                        }
                        ends.put(learner.exchange().rank(), flat(model));
                    }
                });
        return ends.get(0);
    }

    private static float[] flat(Model model) {
        List<Float> all = new ArrayList<>();
        ParameterPaths.of(model.getBlock())
                .values()
                .forEach(
                        parameter -> {
                            for (float value : parameter.getArray().toFloatArray()) {
                                all.add(value);
                            }
                        });
        float[] flat = new float[all.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = all.get(i);
        }
        return flat;
    }

    static GradientCompressionListener listener(GradientExchange exchange, Compressor compressor) {
        return GradientCompressionListener.builder()
                .setExchange(exchange)
                .optCompressor(compressor)
                .optChecksumEvery(2)
                .build();
    }

    static Trainer trainer(Learner learner, Model model, Compressor compressor) {
        return learner.newTrainer(
                model,
                TestLearning.config(TestLearning.sgd(), listener(learner.exchange(), compressor)));
    }

    static ShardedDataset shard(
            GradientExchange exchange, Model model, int batch, int examples, long epoch) {
        return ShardedDataset.builder()
                .setDataset(TestLearning.data(model.getNDManager(), examples))
                .setLearner(exchange)
                .setBatchSize(batch)
                .optSeed(11)
                .optFirstEpoch(epoch)
                .build();
    }
}
