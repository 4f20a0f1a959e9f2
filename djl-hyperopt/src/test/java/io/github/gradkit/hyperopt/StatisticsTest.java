package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad batches and the running statistics of batch normalisation. */
class StatisticsTest {

    private static List<float[]> statistics(Training training) {
        List<float[]> all = new ArrayList<>();
        for (Parameter parameter : training.block().getParameters().values()) {
            if (ParameterPaths.isRunningStatistic(parameter)) {
                all.add(parameter.getArray().toFloatArray());
            }
        }
        assertThat(all).hasSize(2);
        return all;
    }

    private static HyperTower tower(Safeguards safeguards) {
        return ResumeTest.builder(RuleKind.SGD, 1).optSafeguards(safeguards).build();
    }

    private static Safeguards reverting() {
        return Safeguards.builder().optRevertOnLossSpike(3, 1).build();
    }

    private static void bad(Training training, int step, float value) throws Exception {
        training.batches(step, step, (number, batch) -> Training.fill(batch, value));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void badBatchLeavesThemAsTheyWere(boolean reverting) throws Exception {
        HyperTower tower = tower(reverting ? reverting() : Safeguards.recommended());
        try (Training training = Training.of(Training.network(), tower, TowerListener.of(tower))) {
            training.batches(1, 3);
            List<float[]> before = statistics(training);
            bad(training, 4, Float.NaN);
            Training.assertSameBits(statistics(training), before);
            bad(training, 4, Float.POSITIVE_INFINITY);
            Training.assertSameBits(statistics(training), before);
            training.batches(4, 9);
            Training.assertFinite(training.weights());
            assertThat(statistics(training).get(0)).isNotEqualTo(before.get(0));
            assertThat(tower.skippedSteps() + tower.reverts()).isEqualTo(2);
        }
    }

    @Test
    void firstBatchMayBeBad() throws Exception {
        HyperTower tower = tower(Safeguards.recommended());
        try (Training training = Training.of(Training.network(), tower, TowerListener.of(tower))) {
            bad(training, 1, Float.NaN);
            assertThat(statistics(training).get(0)).containsOnly(0);
            assertThat(statistics(training).get(1)).containsOnly(1);
            training.batches(1, 4);
            Training.assertFinite(training.weights());
        }
    }

    @Test
    void goodBatchesAreFollowedBitForBit() throws Exception {
        HyperTower guarded = tower(Safeguards.builder().optSkipNonFinite(true).build());
        HyperTower plain = tower(Safeguards.none());
        try (Training training =
                        Training.of(Training.network(), guarded, TowerListener.of(guarded));
                Training other = Training.of(Training.network(), plain)) {
            training.batches(1, 9);
            other.batches(1, 9);
            Training.assertSameBits(training.weights(), other.weights());
        }
    }
}
