package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import io.github.gradkit.adacomp.exchange.ExchangeException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A learner that is a step behind or ahead stops both, and both are told of the steps. */
@Timeout(300)
class StaleStepTest {

    @TempDir private Path folder;

    /** What a learner does with its trainer. */
    private interface Work {
        void run(Learner learner, Trainer trainer, GradientCompressionListener listener)
                throws Exception;
    }

    private static void together(Work work) throws Exception {
        InProcessLearners.run(
                2,
                TestLearning.DEADLINE,
                learner -> {
                    GradientCompressionListener listener =
                            GradientCompressionListener.builder()
                                    .setExchange(learner.exchange())
                                    .optCompressor(LearnersAgreeTest.SMALL_BINS)
                                    .optChecksumEvery(1)
                                    .build();
                    try (Model model = TestLearning.cnn();
                            Trainer trainer =
                                    learner.newTrainer(
                                            model,
                                            TestLearning.config(TestLearning.sgd(), listener))) {
                        work.run(learner, trainer, listener);
                    }
                });
    }

    /** Returns what each learner was told. */
    private static Map<Integer, String> failuresOf(Work work) {
        Map<Integer, String> failures = new ConcurrentHashMap<>();
        assertThatThrownBy(
                        () ->
                                together(
                                        (learner, trainer, listener) -> {
                                            try {
                                                work.run(learner, trainer, listener);
                                            } catch (ExchangeException e) {
                                                failures.put(
                                                        learner.exchange().rank(), e.getMessage());
                                                throw e;
                                            }
                                        }))
                .isInstanceOf(ExchangeException.class);
        assertThat(failures).containsOnlyKeys(0, 1);
        return failures;
    }

    private static void train(Learner learner, Trainer trainer, int batches) throws Exception {
        TestLearning.train(
                trainer,
                LearnersAgreeTest.shard(learner.exchange(), trainer.getModel(), 8, 80, 0),
                batches);
    }

    @ParameterizedTest
    @CsvSource({"3,2", "2,3"})
    void aLearnerThatResumesFromAnotherStepStopsBothAtTheFirstExchange(int first, int second)
            throws Exception {
        together(
                (learner, trainer, listener) -> {
                    for (int step = 1; step <= 3; step++) {
                        train(learner, trainer, 1);
                        listener.save(file(learner, step));
                    }
                });

        Map<Integer, String> failures =
                failuresOf(
                        (learner, trainer, listener) -> {
                            int step = learner.exchange().rank() == 0 ? first : second;
                            listener.restore(trainer.getModel().getBlock(), file(learner, step));
                            train(learner, trainer, 1);
                        });

        assertThat(failures.values())
                .allSatisfy(
                        message ->
                                assertThat(message)
                                        .contains("at step 2", "at step 3", "the same checkpoint"));
        assertThat(failures.get(0)).contains("Rank 0 of 2 can't complete step " + first);
        assertThat(failures.get(1)).contains("Rank 1 of 2 can't complete step " + second);
    }

    private Path file(Learner learner, int step) {
        return folder.resolve(step + "-" + learner.exchange().rank());
    }

    /** Its count of steps is that of the other, so only its weights give it away. */
    @Test
    void aLearnerThatStepsWithoutAnExchangeIsFoundByItsWeights() {
        Map<Integer, String> failures =
                failuresOf(
                        (learner, trainer, listener) -> {
                            train(learner, trainer, 2);
                            if (learner.exchange().rank() == 1) {
                                stepAlone(learner, trainer);
                            }
                            train(learner, trainer, 1);
                        });

        assertThat(failures.values())
                .allSatisfy(
                        message ->
                                assertThat(message)
                                        .contains("Before step 2", "ranks 0 and 1")
                                        .contains("step() exactly once after each exchange"));
    }

    private static void stepAlone(Learner learner, Trainer trainer) throws Exception {
        for (Batch batch :
                trainer.iterateDataset(
                        LearnersAgreeTest.shard(
                                learner.exchange(), trainer.getModel(), 8, 16, 0))) {
            GradientCompressionListenerTest.backward(trainer, batch);
            trainer.step();
            batch.close();
        }
    }

    /** One is at the end of its epoch while the other still has a batch. */
    @Test
    void aLearnerThatLeavesOutABatchStopsBothAtTheEndOfItsEpoch() {
        Map<Integer, String> failures =
                failuresOf(
                        (learner, trainer, listener) ->
                                EasyTrain.fit(
                                        trainer,
                                        2,
                                        LearnersAgreeTest.shard(
                                                learner.exchange(),
                                                trainer.getModel(),
                                                learner.exchange().rank() == 0 ? 8 : 16,
                                                64,
                                                0),
                                        null));

        assertThat(failures.get(0)).contains("message of rank 1 at step 2");
        assertThat(failures.get(1)).contains("message of rank 0 at step 2");
        assertThat(failures.values())
                .allSatisfy(
                        message ->
                                assertThat(message)
                                        .contains("same number of batches in each epoch"));
    }
}
