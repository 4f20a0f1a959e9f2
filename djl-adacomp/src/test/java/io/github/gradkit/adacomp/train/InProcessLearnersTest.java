package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import io.github.gradkit.adacomp.exchange.ExchangeException;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.adacomp.exchange.InProcessExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InProcessLearnersTest {

    @Test
    void rethrowsTheFailureThatStoppedTheOthers() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () ->
                                InProcessLearners.run(
                                        4,
                                        TestLearning.DEADLINE,
                                        learner -> {
                                            if (learner.exchange().rank() == 2) {
                                                throw new IOException("disk full");
                                            }
                                            gather(learner.exchange());
                                        }))
                .withMessage("disk full")
                .satisfies(
                        e ->
                                assertThat(e.getSuppressed())
                                        .hasSize(3)
                                        .hasOnlyElementsOfType(ExchangeException.class));
    }

    @Test
    void rethrowsErrors() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(
                        () ->
                                InProcessLearners.run(
                                        2,
                                        TestLearning.DEADLINE,
                                        learner -> {
                                            throw new AssertionError("one for all");
                                        }));
    }

    @Test
    void closesTheExchangesWhenDone() throws Exception {
        Set<GradientExchange> exchanges = ConcurrentHashMap.newKeySet();
        InProcessLearners.run(
                2,
                TestLearning.DEADLINE,
                learner -> {
                    gather(learner.exchange());
                    exchanges.add(learner.exchange());
                });
        assertThat(exchanges).hasSize(2);
        for (GradientExchange exchange : exchanges) {
            assertThatExceptionOfType(ExchangeException.class)
                    .isThrownBy(() -> gather(exchange))
                    .withMessageContaining("closed");
        }
    }

    @Test
    void stopsTheLearnersWhenInterrupted() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        FutureTask<Boolean> caller =
                new FutureTask<>(
                        () -> {
                            try {
                                InProcessLearners.run(
                                        1,
                                        TestLearning.DEADLINE,
                                        learner -> {
                                            waiting.countDown();
                                            try {
                                                new CountDownLatch(1).await();
                                            } catch (InterruptedException e) {
                                                interrupted.set(true);
                                            }
                                        });
                                return false;
                            } catch (InterruptedException e) {
                                return true;
                            }
                        });
        Thread thread = new Thread(caller);
        thread.start();
        waiting.await();
        thread.interrupt();
        assertThat(caller.get()).isTrue();
        while (!interrupted.get()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void trainersTakeTurnsAlsoAfterAFailure() throws Exception {
        ReentrantLock turn = new ReentrantLock();
        GradientExchange exchange = InProcessExchange.group(1, TestLearning.DEADLINE).get(0);
        Learner learner = new Learner(exchange, turn);
        try (Model model = TestLearning.mlp();
                Trainer trainer =
                        learner.newTrainer(model, TestLearning.config(TestLearning.sgd()))) {
            GradientCollector collector = trainer.newGradientCollector();
            assertThat(turn.isHeldByCurrentThread()).isTrue();
            assertThatIllegalStateException().isThrownBy(trainer::newGradientCollector);
            assertThat(turn.getHoldCount()).isEqualTo(1);
            collector.close();
            collector.close();
            assertThat(turn.isLocked()).isFalse();
        }
    }

    @Test
    void aLearnerZeroesItsOwnGradientsOnly() throws Exception {
        GradientExchange exchange = InProcessExchange.group(1, TestLearning.DEADLINE).get(0);
        Learner learner = new Learner(exchange, new ReentrantLock());
        try (Model mine = TestLearning.mlp();
                Model other = TestLearning.mlp();
                Trainer trainer =
                        learner.newTrainer(mine, TestLearning.config(TestLearning.sgd()))) {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.backward(weight(mine).add(weight(other)).sum());
            }
            try (NDArray gradient = weight(mine).getGradient()) {
                gradient.set(new NDIndex("0"), Float.NaN);
            }
            int arrays = mine.getNDManager().getManagedArrays().size();
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.zeroGradients();
            }
            assertThat(mine.getNDManager().getManagedArrays()).hasSize(arrays);
            assertThat(gradient(mine)).as("NaN, too").containsOnly(0);
            assertThat(gradient(other)).containsOnly(1);
        }
    }

    private static NDArray weight(Model model) {
        return GradientCompressionListenerTest.array(model, "01Linear_weight");
    }

    private static float[] gradient(Model model) {
        try (NDArray gradient = weight(model).getGradient()) {
            return gradient.toFloatArray();
        }
    }

    @Test
    void broadcastRefusesAnotherModel() throws Exception {
        assertThatExceptionOfType(ExchangeException.class)
                .isThrownBy(
                        () ->
                                InProcessLearners.run(
                                        2,
                                        TestLearning.DEADLINE,
                                        learner -> {
                                            boolean first = learner.exchange().rank() == 0;
                                            try (Model model =
                                                    first
                                                            ? TestLearning.mlp()
                                                            : TestLearning.cnn()) {
                                                InitialWeights.broadcast(
                                                        learner.exchange(), model.getBlock());
                                            }
                                        }))
                .withMessageContaining("rank 1")
                .withMessageContaining("fingerprint");
    }

    private static void gather(GradientExchange exchange) {
        exchange.allGather(0, ByteBuffer.allocate(1));
    }
}
