package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What free training leaves behind, and how it begins and ends. */
class FreeTrainingLifeTest extends FreeFixture {

    @Test
    void nothingIsLeftBehind() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP)) {
            FreeTraining free = free(bench.data(true), BALL, 4);
            try (Trainer trainer = bench.trainer(free)) {
                EasyTrain.fit(trainer, 2, free, null);
                int arrays = bench.arrays();
                EasyTrain.fit(trainer, 8, free, null);
                assertThat(bench.arrays()).isEqualTo(arrays);
            }
            assertThat(bench.arrays()).isEqualTo(Bench.arraysAfterPlainTraining(Nets.MLP));
        }
    }

    @Test
    void abandonedPassesAreClosedByTheNextOrWithTheTrainer() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP)) {
            FreeTraining free = free(bench.data(true), BALL, 4);
            try (Trainer trainer = bench.trainer(free)) {
                EasyTrain.fit(trainer, 1, free, null);
                int arrays = bench.arrays();
                for (int i = 0; i < 5; i++) {
                    Iterator<Batch> pass = trainer.iterateDataset(free).iterator();
                    EasyTrain.trainBatch(trainer, pass.next());
                    pass.next();
                }
                EasyTrain.fit(trainer, 1, free, null);
                assertThat(bench.arrays()).isEqualTo(arrays);
                trainer.iterateDataset(free).iterator().next();
            }
            assertThat(bench.arrays()).isEqualTo(Bench.arraysAfterPlainTraining(Nets.MLP));
        }
    }

    @Test
    void exceptionThatEndsTheTrainingLeavesNothingBehind() {
        TrainingListener failing =
                new TrainingListenerAdapter() {
                    @Override
                    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
                        throw new IllegalStateException("on purpose");
                    }
                };
        try (Bench bench = Bench.of(Nets.MLP)) {
            FreeTraining free = free(bench.data(true), BALL, 4);
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(IllegalStateException.class)
                        .isThrownBy(() -> bench.fit(1, free, free, failing))
                        .withMessage("on purpose");
                assertThat(bench.arrays()).isEqualTo(bench.weights().size());
            }
        }
    }

    @Test
    void secondTrainerStartsWithoutPerturbation() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP);
                Bench other = Bench.of(Nets.MLP)) {
            FreeTraining free = free(bench.data(true), BALL, 2);

            assertThat(bench.fit(3, free, free)).isEqualTo(fit(Nets.MLP, 2));
            assertThat(other.fit(3, free, free)).isEqualTo(fit(Nets.MLP, 2));
        }
    }

    @Test
    void secondFitOfTheSameTrainerGoesOn() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP)) {
            FreeTraining free = free(bench.data(true), BALL, 2);
            try (Trainer trainer = bench.trainer(free)) {
                EasyTrain.fit(trainer, 1, free, null);
                EasyTrain.fit(trainer, 2, free, bench.data(false));
                assertThat(bench.state()).isEqualTo(fit(Nets.MLP, 2));
            }
        }
    }

    @Test
    void batchesOfOtherDataSetsDoNotMoveThePerturbation() throws Exception {
        List<String> inputs = new ArrayList<>();
        for (boolean disturbed : new boolean[] {false, true}) {
            try (Bench bench = Bench.of(Nets.MLP)) {
                FreeTraining free = free(bench.data(false), BALL, 4);
                try (Trainer trainer = bench.trainer(free)) {
                    Iterator<Batch> pass = trainer.iterateDataset(free).iterator();
                    EasyTrain.trainBatch(trainer, pass.next());
                    if (disturbed) {
                        Dataset other = bench.data(true);
                        for (Batch batch : trainer.iterateDataset(other)) {
                            EasyTrain.trainBatch(trainer, batch);
                            batch.close();
                        }
                    }
                    inputs.add(Bench.bits(pass.next().getData().head()));
                }
            }
        }
        assertThat(inputs.get(1)).isEqualTo(inputs.get(0));
    }

    @Test
    void trainingWithoutTheListenerIsRefused() {
        try (Bench bench = Bench.of(Nets.MLP);
                Trainer trainer = bench.trainer()) {
            FreeTraining free = free(bench.data(true), BALL, 2);
            assertThatIllegalStateException()
                    .isThrownBy(() -> EasyTrain.fit(trainer, 1, free, null))
                    .withMessageContaining("addTrainingListeners");
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        FreeTraining.Builder builder = FreeTraining.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optReplays(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optStepSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optStepSize(Double.NaN));
        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessageContaining("setDataset");
    }
}
