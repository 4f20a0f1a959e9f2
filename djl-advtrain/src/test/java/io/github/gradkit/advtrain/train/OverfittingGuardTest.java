package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.metric.Metric;
import ai.djl.metric.Metrics;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.listener.EarlyStoppingListener.EarlyStoppedException;
import java.util.Iterator;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The guard on series of robust accuracies that a script decides. */
class OverfittingGuardTest {

    private static final double NONE = Double.NaN;

    private static OverfittingGuard.Builder guard(Script script) {
        return OverfittingGuard.builder().setAccuracy(script.accuracy());
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, 0, false",
        "0.45, 0.46, false",
        "0.46, 0.20, true",
        "0.46, 0.27, false",
        "0.9, 0.7, false",
        "0.5, 0.3, false",
        "0.9, 0.69, true",
        "0.2, 0.9, false"
    })
    void collapseIsAFallByMoreThanTheDrop(double before, double now, boolean collapsed) {
        assertThat(OverfittingGuard.collapsed(before, now, 0.2)).isEqualTo(collapsed);
    }

    @Test
    void collapseStopsTheTrainingAtTheBestWeights() throws Exception {
        try (Script script = new Script(false, .45, .46, .20, .9);
                OverfittingGuard guard = guard(script).build();
                Trainer trainer = script.trainer(0, guard)) {
            trainer.setMetrics(new Metrics());

            assertThatExceptionOfType(EarlyStoppedException.class)
                    .isThrownBy(() -> script.run(trainer))
                    .withMessageContaining("fell to 0.200 after 3 epochs and 6 batches")
                    .satisfies(stop -> assertThat(stop.getStopEpoch()).isEqualTo(3));
            assertThat(guard.history()).containsExactly(.45, .46, .20);
            assertThat(guard.bestAccuracy()).isEqualTo(.46);
            assertThat(script.now()).isEqualTo(.46);
            assertThat(trainer.getMetrics().getMetric(OverfittingGuard.METRIC))
                    .extracting(Metric::getValue)
                    .containsExactly(.45, .46, .20);
        }
    }

    @Test
    void slowDeclineGoesOnAndTheBestCanBeFetched() throws Exception {
        try (Script script = new Script(false, .5, .6, .41, .22, .03);
                OverfittingGuard guard = guard(script).build();
                Trainer trainer = script.trainer(0, guard)) {
            script.run(trainer);

            assertThat(guard.history()).containsExactly(.5, .6, .41, .22, .03);
            assertThat(script.now()).isEqualTo(.03);
            guard.restoreBest();
            assertThat(script.now()).isEqualTo(.6);
        }
    }

    @Test
    void withoutStopTheTrainingGoesOnFromTheBest() throws Exception {
        try (Script script = new Script(false, .5, .6, .1, .45, .3, .05, .7);
                OverfittingGuard guard = guard(script).optStop(false).optDrop(.16).build();
                Trainer trainer = script.trainer(0, guard)) {
            script.run(trainer);

            assertThat(guard.history()).containsExactly(.5, .6, .1, .45, .3, .05, .7);
            assertThat(guard.bestAccuracy()).isEqualTo(.7);
            assertThat(script.now()).isEqualTo(.7);
        }
    }

    @Test
    void stepAfterACollapseDoesNotMoveTheRestoredWeights() throws Exception {
        try (Script script = new Script(true, .6, .1);
                OverfittingGuard guard = guard(script).optStop(false).optEveryBatches(1).build();
                Trainer trainer = script.trainer(0.5f, guard)) {
            Iterator<Batch> batches = trainer.iterateDataset(script.data()).iterator();
            EasyTrain.trainBatch(trainer, batches.next());
            trainer.step();
            assertThat(script.now()).isNotEqualTo(.6);

            EasyTrain.trainBatch(trainer, batches.next());
            assertThat(guard.history()).containsExactly(.6, .1);
            assertThat(script.now()).isEqualTo(.6);
            Map<String, String> restored = script.bench.weights();
            trainer.step();
            assertThat(script.bench.weights()).isEqualTo(restored);
        }
    }

    @Test
    void measuresEverySoManyBatchesAndAtTheEndOfEpochs() throws Exception {
        try (Script script = new Script(true, .1, .2, .3, .4, .5, .6);
                OverfittingGuard guard = guard(script).optEveryBatches(3).build();
                Trainer trainer = script.trainer(0, guard)) {
            script.run(trainer);

            assertThat(guard.history()).containsExactly(.2, .3, .4, .6, .6);
        }
    }

    @Test
    void secondTrainerStartsAfresh() throws Exception {
        try (Script script = new Script(false, .9, .8, .3, .2)) {
            OverfittingGuard guard = guard(script).optDrop(.45).build();
            try (Trainer trainer = script.trainer(0, guard)) {
                EasyTrain.fit(trainer, 2, script.data(), null);
            }
            assertThat(guard.bestAccuracy()).isEqualTo(.9);
            try (Trainer trainer = script.trainer(0, guard)) {
                assertThat(guard.history()).isEmpty();
                assertThat(guard.bestAccuracy()).isNaN();
                // From .8 to .3 is no collapse, since .8 was of another training.
                EasyTrain.fit(trainer, 2, script.data(), null);
            }
            assertThat(guard.history()).containsExactly(.3, .2);
            guard.restoreBest();
            assertThat(script.now()).isEqualTo(.3);
        }
    }

    @Test
    void nothingToGoBackToIsSaid() throws Exception {
        OverfittingGuard guard;
        try (Script script = new Script(false, .5)) {
            guard = guard(script).build();
            assertThatIllegalStateException()
                    .isThrownBy(guard::restoreBest)
                    .withMessageContaining("no weights to go back to");
            try (Trainer trainer = script.trainer(0, guard)) {
                script.run(trainer);
            }
            guard.restoreBest();
            guard.close();
            guard.close();
            assertThatIllegalStateException().isThrownBy(guard::restoreBest);
            try (Trainer trainer = script.trainer(0, guard)) {
                EasyTrain.fit(trainer, 1, script.data(), null);
            }
        }
        assertThatIllegalStateException().isThrownBy(guard::restoreBest);
        guard.close();
        assertThat(guard.history()).hasSize(1);
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        OverfittingGuard.Builder builder = OverfittingGuard.builder();
        for (double drop : new double[] {0, 1, -0.1, NONE}) {
            assertThatIllegalArgumentException().isThrownBy(() -> builder.optDrop(drop));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optEveryBatches(0));
        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessageContaining("setAccuracy");
    }
}
