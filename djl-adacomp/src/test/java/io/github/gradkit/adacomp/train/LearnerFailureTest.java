package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Dataset;
import io.github.gradkit.adacomp.compress.Dense;
import io.github.gradkit.adacomp.compress.OneBit;
import io.github.gradkit.adacomp.exchange.ExchangeException;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong on one learner stops all of them, with a reason. */
@Timeout(300)
class LearnerFailureTest {

    @Test
    void learnersWithOtherWeightsAreFoundAtTheFirstExchange() {
        assertThatExceptionOfType(ExchangeException.class)
                .isThrownBy(
                        () ->
                                together(
                                        (learner, mine) -> {
                                            if (learner.exchange().rank() == 1) {
                                                ArrayMemory.write(
                                                        GradientCompressionListenerTest.array(
                                                                mine, "06Linear_bias"),
                                                        new float[] {0, 1, 0});
                                            }
                                        },
                                        new Dense()))
                .withMessageContaining("06Linear_bias")
                .withMessageContaining("ranks 0 and 1")
                .withMessageContaining("InitialWeights.broadcast");
    }

    @Test
    void learnersWithAnotherModelAreRefused() {
        assertThatExceptionOfType(ExchangeException.class)
                .isThrownBy(
                        () ->
                                together(
                                        (learner, mine) -> {
                                            if (learner.exchange().rank() == 1) {
                                                freeze(mine);
                                            }
                                        },
                                        new Dense()))
                .withMessageContaining("same model");
    }

    private static void freeze(Model model) {
        ParameterPaths.of(model.getBlock()).get("06Linear_bias").freeze(true);
    }

    private interface Preparation {
        void prepare(Learner learner, Model model);
    }

    private static void together(Preparation preparation, Dense compressor) throws Exception {
        InProcessLearners.run(
                2,
                TestLearning.DEADLINE,
                learner -> {
                    try (Model mine = TestLearning.cnn()) {
                        preparation.prepare(learner, mine);
                        Trainer trainer =
                                learner.newTrainer(
                                        mine,
                                        TestLearning.config(
                                                TestLearning.sgd(),
                                                LearnersAgreeTest.listener(
                                                        learner.exchange(), compressor)));
                        TestLearning.train(
                                trainer,
                                LearnersAgreeTest.shard(learner.exchange(), mine, 8, 64, 0),
                                4);
                        trainer.close();
                    }
                });
    }

    @Test
    void aLearnerThatDiesStopsTheOthersLongBeforeTheDeadline() {
        Map<Integer, Throwable> seen = new ConcurrentHashMap<>();
        assertThatThrownBy(
                        () ->
                                InProcessLearners.run(
                                        3,
                                        TestLearning.DEADLINE,
                                        learner -> trainUntil(learner, 2, seen)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("power cut")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
        assertThat(seen).hasSize(2);
        seen.values()
                .forEach(
                        e ->
                                assertThat(e)
                                        .isInstanceOf(ExchangeException.class)
                                        .hasMessageContaining("can't complete step 2")
                                        .hasMessageContaining("Rank 1 has left after step 1"));
    }

    private static void trainUntil(Learner learner, int end, Map<Integer, Throwable> seen)
            throws Exception {
        try (Model mine = TestLearning.mlp();
                Trainer trainer =
                        learner.newTrainer(
                                mine,
                                TestLearning.config(
                                        TestLearning.sgd(),
                                        LearnersAgreeTest.listener(
                                                learner.exchange(), new OneBit())))) {
            Dataset data = LearnersAgreeTest.shard(learner.exchange(), mine, 4, 120, 0);
            if (learner.exchange().rank() == 1) {
                TestLearning.train(trainer, data, end);
                throw new UnsupportedOperationException("power cut");
            }
            TestLearning.train(trainer, data, 10);
        } catch (ExchangeException e) {
            seen.put(learner.exchange().rank(), e);
            throw e;
        }
    }

    /** Of 19 examples the last global batch has 3, of which rank 0 gets one. */
    @Test
    void aLastBatchOfOneExampleEndsBatchNormUnlessItIsLeftOut() {
        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> fitFlatBatchNorm(false))
                .withMessageContaining("more than 1 value per channel");
        assertThatCode(() -> fitFlatBatchNorm(true)).doesNotThrowAnyException();
    }

    private static void fitFlatBatchNorm(boolean dropLast) throws Exception {
        InProcessLearners.run(
                2,
                TestLearning.DEADLINE,
                learner -> {
                    try (Model mine = TestLearning.flatBatchNorm();
                            Trainer trainer =
                                    LearnersAgreeTest.trainer(learner, mine, new Dense())) {
                        EasyTrain.fit(
                                trainer,
                                1,
                                ShardedDataset.builder()
                                        .setDataset(TestLearning.data(mine.getNDManager(), 19))
                                        .setLearner(learner.exchange())
                                        .setBatchSize(8)
                                        .optDropLast(dropLast)
                                        .build(),
                                null);
                    }
                });
    }

    @Test
    void aLayerThatOnlyAnotherLearnerReachedIsAnError() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                InProcessLearners.run(
                                        2,
                                        TestLearning.DEADLINE,
                                        learner -> {
                                            try (Model mine = TestLearning.cnn()) {
                                                reachBlockOfRank0(learner, mine);
                                            }
                                        }))
                .withMessageContaining("has no gradient on this learner");
    }

    private static void reachBlockOfRank0(Learner learner, Model mine) throws Exception {
        Trainer trainer =
                learner.newTrainer(
                        mine,
                        TestLearning.config(
                                TestLearning.sgd(),
                                LearnersAgreeTest.listener(learner.exchange(), new Dense())));
        if (learner.exchange().rank() == 0) {
            TestLearning.train(
                    trainer, LearnersAgreeTest.shard(learner.exchange(), mine, 8, 80, 0), 1);
        } else {
            GradientCompressionListenerTest.notify(trainer, 8);
        }
        trainer.close();
    }
}
