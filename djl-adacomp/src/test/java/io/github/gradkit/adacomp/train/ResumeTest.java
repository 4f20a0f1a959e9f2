package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.Compressor;
import io.github.gradkit.adacomp.compress.OneBit;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.adacomp.exchange.InProcessExchange;
import io.github.gradkit.support.model.ParameterPaths;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.state.StateHeader;
import io.github.gradkit.support.training.OptimizerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(300)
class ResumeTest {

    private static final AdaComp ADACOMP = LearnersAgreeTest.SMALL_BINS;

    @TempDir private Path folder;

    static Stream<Supplier<Optimizer>> optimizers() {
        return Stream.of(TestLearning::sgd, TestLearning::adam);
    }

    /** Which files a resumed training loads. */
    private enum Loaded {
        ALL,
        NO_RESIDUES,
        NO_OPTIMIZER
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void resumedTrainingIsBitIdentical(Supplier<Optimizer> optimizer) throws Exception {
        Map<Integer, Map<String, String>> whole = train(optimizer, 0, 10, Loaded.ALL, "whole");
        train(optimizer, 0, 5, Loaded.ALL, "half");
        Map<Integer, Map<String, String>> resumed = train(optimizer, 5, 10, Loaded.ALL, "half");

        assertThat(resumed).isEqualTo(whole);
        for (int rank = 0; rank < 2; rank++) {
            assertThat(Files.readAllBytes(residues("half", rank)))
                    .isEqualTo(Files.readAllBytes(residues("whole", rank)));
            assertThat(Files.readAllBytes(optimizer("half", rank)))
                    .isEqualTo(Files.readAllBytes(optimizer("whole", rank)));
            assertThat(StateFile.readHeader(residues("half", rank)).properties())
                    .containsEntry("step", "10");
        }
        train(optimizer, 0, 5, Loaded.ALL, "half");
        assertThat(train(optimizer, 5, 10, Loaded.NO_RESIDUES, "half")).isNotEqualTo(whole);
        train(optimizer, 0, 5, Loaded.ALL, "half");
        assertThat(train(optimizer, 5, 10, Loaded.NO_OPTIMIZER, "half")).isNotEqualTo(whole);
    }

    private Map<Integer, Map<String, String>> train(
            Supplier<Optimizer> optimizer, int from, int to, Loaded loaded, String name)
            throws Exception {
        Map<Integer, Map<String, String>> ends = new ConcurrentHashMap<>();
        InProcessLearners.run(
                2,
                TestLearning.DEADLINE,
                learner -> {
                    int rank = learner.exchange().rank();
                    Optimizer mine = optimizer.get();
                    GradientCompressionListener listener =
                            LearnersAgreeTest.listener(learner.exchange(), ADACOMP);
                    try (Model model = TestLearning.cnn()) {
                        if (from > 0) {
                            readWeights(name, rank, model);
                            if (loaded != Loaded.NO_RESIDUES) {
                                listener.restore(model.getBlock(), residues(name, rank));
                                assertThat(listener.step()).isEqualTo(from);
                            }
                            if (loaded != Loaded.NO_OPTIMIZER) {
                                OptimizerState.load(optimizer(name, rank), mine, model.getBlock());
                            }
                        }
                        Trainer trainer =
                                learner.newTrainer(model, TestLearning.config(mine, listener));
                        for (int step = from; step < to; step++) {
                            TestLearning.train(
                                    trainer,
                                    LearnersAgreeTest.shard(learner.exchange(), model, 8, 32, step),
                                    1);
                        }
                        listener.save(residues(name, rank));
                        OptimizerState.save(optimizer(name, rank), mine, model.getBlock());
                        writeWeights(name, rank, model);
                        ends.put(rank, TestLearning.weights(model, true));
                        trainer.close();
                    }
                });
        return ends;
    }

    private void writeWeights(String name, int rank, Model model) throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        ParameterPaths.of(model.getBlock()).forEach((path, p) -> arrays.put(path, p.getArray()));
        StateFile.write(
                folder.resolve(name + "-weights-" + rank),
                StateHeader.of("weights", 1, ""),
                arrays);
    }

    private void readWeights(String name, int rank, Model model) throws IOException {
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> arrays =
                    StateFile.read(folder.resolve(name + "-weights-" + rank), manager).arrays();
            ParameterPaths.of(model.getBlock())
                    .forEach(
                            (path, p) ->
                                    ArrayMemory.write(
                                            p.getArray(), arrays.get(path).toFloatArray()));
        }
    }

    private Path residues(String name, int rank) {
        return folder.resolve(name + "-residues-" + rank);
    }

    private Path optimizer(String name, int rank) {
        return folder.resolve(name + "-optimizer-" + rank);
    }

    @ParameterizedTest
    @EnumSource(ResidueRule.class)
    void anotherNumberOfLearnersConservesWhatTheRuleSays(ResidueRule rule) throws Exception {
        saveGroup(3, "old");
        double kept = kept("old", 3, rule);
        assertThat(Math.abs(kept)).isGreaterThan(0.001);
        for (int size : new int[] {1, 2, 3, 5}) {
            restoreGroup(size, 3, rule);
            assertThat(kept("new", size, rule)).isCloseTo(kept, within(1e-5));
        }
        assertThat(sum("new", 3))
                .as("the others have nothing")
                .isCloseTo(rule == ResidueRule.SUM ? kept : 5 * kept, within(1e-5));
    }

    private double kept(String name, int size, ResidueRule rule) throws IOException {
        return sum(name, size) / (rule == ResidueRule.SUM ? 1 : size);
    }

    private void saveGroup(int size, String name) throws Exception {
        InProcessLearners.run(
                size,
                TestLearning.DEADLINE,
                learner -> {
                    GradientCompressionListener listener =
                            LearnersAgreeTest.listener(learner.exchange(), ADACOMP);
                    try (Model model = TestLearning.cnn();
                            Trainer trainer =
                                    learner.newTrainer(
                                            model,
                                            TestLearning.config(TestLearning.sgd(), listener))) {
                        TestLearning.train(
                                trainer,
                                LearnersAgreeTest.shard(learner.exchange(), model, 8, 96, 0),
                                4);
                        listener.save(residues(name, learner.exchange().rank()));
                    }
                });
    }

    private void restoreGroup(int size, int former, ResidueRule rule) throws Exception {
        Path[] files =
                IntStream.range(0, former).mapToObj(r -> residues("old", r)).toArray(Path[]::new);
        try (Model model = TestLearning.cnn()) {
            for (GradientExchange exchange : InProcessExchange.group(size, TestLearning.DEADLINE)) {
                GradientCompressionListener listener =
                        GradientCompressionListener.builder()
                                .setExchange(exchange)
                                .optCompressor(ADACOMP)
                                .optResidueRule(rule)
                                .build();
                listener.restore(model.getBlock(), files);
                listener.save(residues("new", exchange.rank()));
                assertThat(listener.step()).isEqualTo(4);
            }
        }
    }

    private double sum(String name, int size) throws IOException {
        double sum = 0;
        try (NDManager manager = NDManager.newBaseManager()) {
            for (int rank = 0; rank < size; rank++) {
                for (NDArray array :
                        StateFile.read(residues(name, rank), manager).arrays().values()) {
                    // Weighted, so that values in the wrong place would show.
                    float[] values = array.toFloatArray();
                    for (int i = 0; i < values.length; i++) {
                        sum += Math.sin(i + 1) * values[i];
                    }
                }
            }
        }
        return sum;
    }

    @Test
    void refusesFilesThatDoNotFit() throws Exception {
        saveGroup(2, "old");
        try (Model model = TestLearning.cnn();
                Model mlp = TestLearning.mlp()) {
            assertRefused(model, 3, ADACOMP, "file of rank 1 is missing", residues("old", 0));
            assertRefused(model, 2, ADACOMP, "file of rank 0 is missing", residues("old", 1));
            assertRefused(model, 1, ADACOMP, "same rank", residues("old", 1), residues("old", 1));
            assertRefused(model, 2, new OneBit(), "compressor", residues("old", 0));
            assertRefused(mlp, 2, ADACOMP, "fingerprint", residues("old", 0));
            saveGroup(3, "other");
            assertRefused(
                    model, 1, ADACOMP, "another number", residues("old", 0), residues("other", 1));
        }
    }

    @Test
    void refusesFilesOfOtherFrozenLayers() throws Exception {
        String path = "06Linear_weight";
        saveGroup(2, "old");
        try (Model model = TestLearning.cnn()) {
            ParameterPaths.of(model.getBlock()).get(path).freeze(true);
            assertRefused(model, 2, ADACOMP, "residues for [" + path + "]", residues("old", 0));
        }
        try (Model model = TestLearning.cnn()) {
            ParameterPaths.of(model.getBlock()).get(path).freeze(true);
            saveAlone(model, "frozen");
            ParameterPaths.of(model.getBlock()).get(path).freeze(false);
            assertRefused(
                    model, 1, ADACOMP, "no residue for layer '" + path, residues("frozen", 0));
        }
    }

    private void saveAlone(Model model, String name) throws Exception {
        GradientExchange exchange = InProcessExchange.group(1, TestLearning.DEADLINE).get(0);
        GradientCompressionListener listener = LearnersAgreeTest.listener(exchange, ADACOMP);
        try (Trainer trainer =
                model.newTrainer(TestLearning.config(TestLearning.sgd(), listener))) {
            TestLearning.train(trainer, LearnersAgreeTest.shard(exchange, model, 8, 16, 0), 1);
        }
        listener.save(residues(name, 0));
    }

    private static void assertRefused(
            Model model, int size, Compressor compressor, String message, Path... files) {
        GradientExchange exchange = InProcessExchange.group(size, TestLearning.DEADLINE).get(0);
        GradientCompressionListener listener = LearnersAgreeTest.listener(exchange, compressor);
        assertThatExceptionOfType(StateFileException.class)
                .isThrownBy(() -> listener.restore(model.getBlock(), files))
                .withMessageContaining(message);
        assertThatIllegalStateException()
                .as("nothing was restored")
                .isThrownBy(() -> listener.save(files[0]))
                .withMessageContaining("no batch yet");
    }

    @Test
    void restoresOnlyBeforeTheFirstBatch() throws Exception {
        saveGroup(1, "old");
        GradientExchange exchange = InProcessExchange.group(1, TestLearning.DEADLINE).get(0);
        GradientCompressionListener listener = LearnersAgreeTest.listener(exchange, ADACOMP);
        try (Model model = TestLearning.cnn()) {
            listener.restore(model.getBlock(), residues("old", 0));
            assertThatIllegalStateException()
                    .isThrownBy(() -> listener.restore(model.getBlock(), residues("old", 0)))
                    .withMessageContaining("new listener");
        }
    }
}
