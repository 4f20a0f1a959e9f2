package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.listener.EarlyStoppingListener.EarlyStoppedException;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The guard on real trainings. */
class GuardedTrainingTest {

    private static OverfittingGuard guard(Bench bench, int everyBatches) {
        RobustAccuracy accuracy =
                RobustAccuracy.builder()
                        .setDataset(bench.data(true))
                        .setAttack(
                                Pgd.builder()
                                        .setBall(EpsilonBall.linf(0.02).within(0, 1))
                                        .optSteps(2)
                                        .build())
                        .build();
        return OverfittingGuard.builder()
                .setAccuracy(accuracy)
                .optDrop(0.3)
                .optEveryBatches(everyBatches)
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void guardThatOnlyWatchesChangesNoBit(Nets net) throws Exception {
        Map<String, String> plain;
        try (Bench bench = Bench.of(net)) {
            plain = bench.fit(3, bench.data(true));
        }
        try (Bench bench = Bench.of(net);
                OverfittingGuard guard = guard(bench, 1)) {
            assertThat(bench.fit(3, bench.data(true), guard)).isEqualTo(plain);
            assertThat(guard.history()).hasSize(12);
        }
    }

    /** Ruins the model and its running statistics at the end of an epoch. */
    private static TrainingListener ruin(Bench bench, int epoch) {
        return new TrainingListenerAdapter() {
            private int epochs;

            @Override
            public void onEpoch(Trainer trainer) {
                if (++epochs == epoch) {
                    ParameterPaths.of(bench.model.getBlock())
                            .values()
                            .forEach(parameter -> flip(parameter.getArray()));
                }
            }

            private void flip(NDArray array) {
                array.set(new NDIndex("..."), array.neg().sub(1));
            }
        };
    }

    /** Notes the weights at each new best measurement, from the listener after the guard. */
    private static TrainingListener witness(
            Bench bench, OverfittingGuard guard, Map<String, String> best) {
        return new TrainingListenerAdapter() {
            private double known = -1;

            @Override
            public void onEpoch(Trainer trainer) {
                if (guard.bestAccuracy() > known) {
                    known = guard.bestAccuracy();
                    best.putAll(bench.weights());
                }
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void collapseRestoresWeightsAndRunningStatistics(Nets net) throws Exception {
        try (Bench bench = Bench.of(net);
                OverfittingGuard guard = guard(bench, 1000)) {
            Map<String, String> best = new HashMap<>();
            try (Trainer trainer =
                    bench.trainer(ruin(bench, 50), guard, witness(bench, guard, best))) {
                assertThatExceptionOfType(EarlyStoppedException.class)
                        .isThrownBy(() -> EasyTrain.fit(trainer, 60, bench.data(true), null));
                assertThat(guard.history()).hasSize(50);
                assertThat(guard.bestAccuracy()).isGreaterThan(0.5);
                assertThat(bench.weights()).isEqualTo(best);
            }
        }
    }

    /** Before the first step many arrays hold the same numbers, such as the zeros of biases. */
    @Test
    void arraysOfTheSameContentAreKeptEachForItself() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP);
                OverfittingGuard guard = guard(bench, 1000);
                Trainer trainer = bench.trainer()) {
            guard.onEpoch(trainer);
            Map<String, String> before = bench.weights();
            EasyTrain.fit(trainer, 1, bench.data(true), null);
            assertThat(before.values()).doesNotContainAnyElementsOf(bench.weights().values());
            guard.restoreBest();
            assertThat(bench.weights()).isEqualTo(before);
        }
    }

    @Test
    void nothingIsLeftBehindButTheCopy() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP)) {
            OverfittingGuard guard = guard(bench, 1);
            try (Trainer trainer = bench.trainer(guard)) {
                EasyTrain.fit(trainer, 1, bench.data(true), null);
                int arrays = bench.arrays();
                EasyTrain.fit(trainer, 8, bench.data(true), null);
                assertThat(bench.arrays()).isEqualTo(arrays);
            }
            int plain = Bench.arraysAfterPlainTraining(Nets.MLP);
            assertThat(bench.arrays()).isEqualTo(plain + bench.weights().size());
            guard.close();
            assertThat(bench.arrays()).isEqualTo(plain);
        }
    }

    @Test
    void guardMovesFromOneModelToAnother() throws Exception {
        try (Bench first = Bench.of(Nets.MLP);
                Bench second = Bench.of(Nets.MLP);
                OverfittingGuard guard = guard(first, 1000)) {
            first.fit(2, first.data(true), guard);
            Map<String, String> weights = first.weights();
            int arrays = first.arrays();
            second.fit(3, second.data(true), guard);

            assertThat(guard.history()).hasSize(3);
            assertThat(first.arrays()).isEqualTo(arrays - weights.size());
            guard.restoreBest();
            assertThat(first.weights()).isEqualTo(weights);
        }
    }
}
