package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What safeguards do in trainings that go wrong. */
class GuardTest {

    private static final int STEPS = 12;

    private static HyperTower.Builder builder(RuleKind kind) {
        return ResumeTest.builder(kind, 2);
    }

    private static Safeguards skipping() {
        return Safeguards.builder().optSkipNonFinite(true).build();
    }

    private static Block plainNetwork(boolean large) {
        // Without BatchNorm, whose statistics a bad batch would spoil whatever the optimizer does.
        return large ? Training.wide() : FreezeTest.layers();
    }

    /** Trains with a bad batch before some step. */
    private static void withBad(Training training, int before, float bad) throws Exception {
        training.batches(1, before - 1);
        training.batches(before, before, (number, batch) -> Training.fill(batch, bad));
        for (float[] gradient : training.gradients()) {
            assertThat(gradient).containsOnly(0);
        }
        training.batches(before, STEPS);
    }

    private static void assertSkips(
            RuleKind kind, boolean large, boolean listened, int before, float bad)
            throws Exception {
        HyperTower guarded = builder(kind).optSafeguards(skipping()).build();
        HyperTower plain = builder(kind).build();
        List<double[]> some = ResumeTest.watch(guarded);
        List<double[]> others = ResumeTest.watch(plain);
        try (Training training =
                        Training.of(
                                plainNetwork(large),
                                guarded,
                                ResumeTest.listeners(guarded, listened));
                Training other =
                        Training.of(
                                plainNetwork(large),
                                plain,
                                ResumeTest.listeners(plain, listened))) {
            withBad(training, before, bad);
            other.batches(1, STEPS);
            Training.assertSameBits(training.weights(), other.weights());
            assertThat(guarded.learned()).isEqualTo(plain.learned());
            assertThat(some).hasSameSizeAs(others);
            for (int i = 0; i < some.size(); i++) {
                assertThat(some.get(i)).containsExactly(others.get(i));
            }
            assertThat(guarded.steps()).isEqualTo(STEPS);
            assertThat(guarded.skippedSteps()).isEqualTo(1);
            assertThat(guarded.skippedTunings()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SGD, false, false, NaN",
        "SGD, false, true, Infinity",
        "SGD, true, true, NaN",
        "ADAM, false, true, NaN",
        "ADAM, false, false, Infinity",
        "NESTEROV, false, true, -Infinity",
        "RMSPROP, false, false, NaN"
    })
    void stepsThatAreNotFiniteNeverHappened(
            RuleKind kind, boolean large, boolean listened, float bad) throws Exception {
        assertSkips(kind, large, listened, 6, bad);
        assertSkips(kind, large, listened, 2, bad);
    }

    @ParameterizedTest
    @EnumSource(names = {"SGD", "ADAM"})
    void firstStepMayBeSkippedToo(RuleKind kind) throws Exception {
        assertSkips(kind, false, true, 1, Float.NaN);
    }

    /**
     * With skipping they are measured when all have come, not one by one: the bits are the same.
     */
    @Test
    void largeWeightsOfAdamAreSkippedToo() throws Exception {
        assertSkips(RuleKind.ADAM, true, false, 6, Float.NaN);
    }

    @Test
    void plainTowersSkipToo() throws Exception {
        HyperTower tower =
                HyperTower.builder().setBase(UpdateRule.sgd(.1)).optSafeguards(skipping()).build();
        HyperTower plain = HyperTower.builder().setBase(UpdateRule.sgd(.1)).build();
        try (Training training = Training.of(FreezeTest.layers(), tower);
                Training other = Training.of(FreezeTest.layers(), plain)) {
            withBad(training, 5, Float.NaN);
            other.batches(1, STEPS);
            Training.assertSameBits(training.weights(), other.weights());
            assertThat(tower.skippedSteps()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void divergenceIsToldBeforeItReachesTheWeights(boolean listened) throws Exception {
        HyperTower tower =
                HyperTower.builder()
                        .setBase(UpdateRule.sgd(.1))
                        .tunedBy(UpdateRule.sgd(1e-3))
                        .build();
        try (Training training =
                Training.of(FreezeTest.layers(), tower, ResumeTest.listeners(tower, listened))) {
            training.batches(1, 4);
            List<float[]> before = training.weights();
            assertThatExceptionOfType(TowerDivergedException.class)
                    .isThrownBy(
                            () ->
                                    training.batches(
                                            5,
                                            5,
                                            (number, batch) -> Training.fill(batch, Float.NaN)))
                    .withMessageContaining("alpha of level 0 became NaN")
                    .withMessageContaining("Safeguards.recommended()");
            Training.assertSameBits(training.weights(), before);
            assertThat(tower.steps()).isEqualTo(4);
        }
    }

    /** Finite gradients whose product is not. */
    @Test
    void overflowOfAHypergradientLeavesOutTheTuningOnly() {
        HyperTower tower =
                HyperTower.builder()
                        .setBase(UpdateRule.sgd(1e-30))
                        .tunedBy(UpdateRule.sgd(1e-40))
                        .optSafeguards(skipping())
                        .build();
        try (NDManager manager = NDManager.newBaseManager();
                tower) {
            NDArray weight = manager.create(new float[] {1, 2});
            weight.setRequiresGradient(true);
            NDArray gradient = manager.create(new float[] {1e30f, 1e30f});
            for (int i = 0; i < 3; i++) {
                tower.update("p-1", weight, gradient);
            }
            tower.update("p-1", weight, manager.ones(weight.getShape()));
            assertThat(tower.steps()).isEqualTo(4);
            assertThat(tower.skippedSteps()).isZero();
            assertThat(tower.skippedTunings()).isEqualTo(2);
            assertThat(weight.toFloatArray()).containsExactly(-2, -1);
            // The product of the last step is finite: 2e30, times 1e-40.
            double alpha = tower.learned().get(0).value();
            assertThat(alpha).isGreaterThan(1e-11);
        }
    }

    @Test
    void afterTheFreezeHyperparametersAreConstants() throws Exception {
        HyperTower tower =
                builder(RuleKind.SGD)
                        .optSafeguards(Safeguards.builder().optFreezeAfter(5).build())
                        .build();
        try (Training training = Training.of(FreezeTest.layers(), tower)) {
            training.batches(1, 4);
            List<LearnedValue> four = tower.learned();
            training.batches(5, 5);
            List<LearnedValue> five = tower.learned();
            byte[] weights = training.saved();
            training.batches(6, STEPS);
            assertThat(five).isNotEqualTo(four);
            assertThat(tower.learned()).isEqualTo(five);
            Optimizer constant =
                    Optimizer.sgd()
                            .setLearningRateTracker(Tracker.fixed((float) five.get(0).value()))
                            .build();
            try (Training other = Training.of(FreezeTest.layers(), weights, constant)) {
                other.batches(6, STEPS);
                Training.assertSameBits(training.weights(), other.weights());
            }
        }
    }

    @Test
    void hypergradientsAreClippedAtEveryLevel() throws Exception {
        double limit = 1e-3;
        HyperTower tower =
                HyperTower.builder()
                        .setBase(UpdateRule.sgd(.1))
                        .tunedBy(UpdateRule.sgd(1))
                        .tunedBy(UpdateRule.sgd(1e-9))
                        .optSafeguards(Safeguards.builder().optHypergradientClip(limit).build())
                        .build();
        List<double[]> tuning = ResumeTest.watch(tower);
        try (Training training = Training.of(FreezeTest.layers(), tower, TowerListener.of(tower))) {
            training.batches(1, STEPS);
            double[] all = tuning.stream().flatMapToDouble(Arrays::stream).toArray();
            assertThat(all).contains(-limit);
            for (double one : all) {
                assertThat(Math.abs(one)).isLessThanOrEqualTo(limit);
            }
            double alpha = tower.learned().get(0).value();
            assertThat(Math.abs(alpha - .1)).isBetween(1e-5, 1.001 * STEPS * limit);
        }
    }

    @Test
    void hyperparametersMoveByAShareAtMost() throws Exception {
        HyperTower tower =
                HyperTower.builder()
                        .setBase(UpdateRule.sgd(1e-3))
                        .tunedBy(UpdateRule.sgd(1e3))
                        .optSafeguards(Safeguards.builder().optMaxRelativeChange(.1).build())
                        .build();
        try (Training training = Training.of(FreezeTest.layers(), tower)) {
            double alpha = 1e-3;
            boolean atLimit = false;
            for (int step = 1; step <= STEPS; step++) {
                training.batches(step, step);
                double next = tower.learned().get(0).value();
                double share = Math.abs(next / alpha - 1);
                assertThat(share).isLessThanOrEqualTo(.1 + 1e-9);
                atLimit |= share > .1 - 1e-9;
                alpha = next;
            }
            assertThat(atLimit).isTrue();
        }
    }

    @Test
    void alphaIsAFactorOfTheSchedule() throws Exception {
        Tracker schedule = step -> .3f / (1 + step);
        HyperTower plain =
                HyperTower.builder().setBase(UpdateRule.sgd(1)).optBaseSchedule(schedule).build();
        Optimizer djl = Optimizer.sgd().setLearningRateTracker(schedule).build();
        HyperTower still =
                HyperTower.builder()
                        .setBase(UpdateRule.sgd(1))
                        .tunedBy(UpdateRule.sgd(0))
                        .optBaseSchedule(schedule)
                        .build();
        try (Training expected = Training.of(FreezeTest.layers(), djl);
                Training training = Training.of(FreezeTest.layers(), plain);
                Training tuned = Training.of(FreezeTest.layers(), still)) {
            expected.batches(1, STEPS);
            training.batches(1, STEPS);
            tuned.batches(1, STEPS);
            Training.assertSameBits(training.weights(), expected.weights());
            Training.assertSameBits(tuned.weights(), expected.weights());
        }
    }

    private static Safeguards reverting() {
        return Safeguards.builder().optRevertOnLossSpike(3, 4).build();
    }

    @ParameterizedTest
    @CsvSource({"SGD, 1", "ADAM, 1", "ADAM, 0", "SGD, 0", "MOMENTUM_SGD, 2", "RMSPROP, 0"})
    void poisonedBatchIsTakenBack(RuleKind kind, int height) throws Exception {
        HyperTower tower = ResumeTest.builder(kind, height).optSafeguards(reverting()).build();
        try (Training training = Training.of(FreezeTest.layers(), tower, TowerListener.of(tower))) {
            // A snapshot is taken before step 13, when 12 steps were made.
            training.batches(1, 12);
            List<float[]> snapshot = training.weights();
            double alpha = alpha(tower, kind);
            training.batches(13, 14);
            training.batches(15, 15, (number, batch) -> Training.fill(batch, Float.NaN));

            Training.assertSameBits(training.weights(), snapshot);
            assertThat(tower.reverts()).isEqualTo(1);
            assertThat(tower.steps()).isEqualTo(12);
            assertThat(tower.skippedSteps()).isZero();
            if (height > 0) {
                assertThat(alpha(tower, kind)).isEqualTo(alpha / 2);
            }
            for (float[] gradient : training.gradients()) {
                assertThat(gradient).containsOnly(0);
            }
            training.batches(16, 40);
            Training.assertFinite(training.weights());
            assertThat(tower.steps()).isEqualTo(12 + 25);
            assertThat(tower.reverts()).isEqualTo(1);
        }
    }

    private static double alpha(HyperTower tower, RuleKind kind) {
        return tower.learned().isEmpty() ? Double.NaN : tower.learned().get(0).value();
    }

    @Test
    void repeatedSpikesHalveAlphaEachTime() throws Exception {
        HyperTower tower =
                HyperTower.builder()
                        .setBase(UpdateRule.sgd(.1))
                        .tunedBy(UpdateRule.sgd(0))
                        .optSafeguards(reverting())
                        .build();
        try (Training training = Training.of(FreezeTest.layers(), tower, TowerListener.of(tower))) {
            training.batches(1, 14);
            for (int i = 1; i <= 3; i++) {
                training.batches(15, 15, (number, batch) -> Training.fill(batch, Float.NaN));
                assertThat(tower.learned().get(0).value()).isEqualTo(.1 / (1 << i));
                assertThat(tower.reverts()).isEqualTo(i);
                assertThat(tower.steps()).isEqualTo(12);
            }
            assertThatThrownBy(
                            () ->
                                    training.batches(
                                            15,
                                            15,
                                            (number, batch) -> Training.fill(batch, Float.NaN)))
                    .isInstanceOf(TowerDivergedException.class)
                    .hasMessageContaining("NaN")
                    .hasMessageContaining("3 times in a row");
        }
    }

    @Test
    void hugeAlphaIsHalvedUntilTheTrainingRecovers() throws Exception {
        HyperTower tower =
                HyperTower.builder()
                        .setBase(UpdateRule.sgd(1e-2))
                        .optBaseSchedule(step -> step > 12 ? 1e6f : 1)
                        .optSafeguards(Safeguards.builder().optRevertOnLossSpike(4, 1).build())
                        .build();
        try (Training training = Training.of(FreezeTest.layers(), tower, TowerListener.of(tower))) {
            training.batches(1, 120);
            Training.assertFinite(training.weights());
            assertThat(tower.reverts()).isPositive();
            assertThat(tower.steps()).isGreaterThan(13);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void ownLoopsReportTheLossThemselves(int height) throws Exception {
        HyperTower tower =
                ResumeTest.builder(RuleKind.ADAM, height)
                        .optSafeguards(Safeguards.builder().optRevertOnLossSpike(3, 1).build())
                        .build();
        try (Training training = Training.of(FreezeTest.layers(), tower)) {
            List<float[]> five = List.of();
            for (int step = 1; step <= 6; step++) {
                FreezeTest.backward(training, 1);
                assertThat(tower.reportLoss(1)).isFalse();
                training.trainer.step();
                five = step == 5 ? training.weights() : five;
            }
            FreezeTest.backward(training, 1);
            assertThat(tower.reportLoss(Double.NaN)).isTrue();
            training.trainer.step();

            Training.assertSameBits(training.weights(), five);
            assertThat(tower.steps()).isEqualTo(5);
            training.gradients().forEach(gradient -> assertThat(gradient).containsOnly(0));
            FreezeTest.backward(training, 1);
            assertThat(tower.reportLoss(1)).isFalse();
            training.trainer.step();
            assertThat(tower.steps()).isEqualTo(6);
            assertThat(training.weight(0).toFloatArray()).isNotEqualTo(five.get(0));
        }
    }

    /** A NaN before the first step, and one soon after. */
    @ParameterizedTest
    @EnumSource(names = {"SGD", "ADAM"})
    void firstBatchesMayBePoisoned(RuleKind kind) throws Exception {
        Supplier<HyperTower> towers =
                () ->
                        ResumeTest.builder(kind, 1)
                                .optSafeguards(
                                        Safeguards.builder()
                                                .optSkipNonFinite(true)
                                                .optRevertOnLossSpike(5, 10)
                                                .build())
                                .build();
        HyperTower tower = towers.get();
        try (Training training = Training.of(FreezeTest.layers(), tower, TowerListener.of(tower))) {
            List<float[]> before = training.weights();
            training.batches(1, 1, (number, batch) -> Training.fill(batch, Float.NaN));
            Training.assertSameBits(training.weights(), before);
            training.batches(2, 4);
            training.batches(5, 5, (number, batch) -> Training.fill(batch, Float.NaN));
            Training.assertSameBits(training.weights(), before);
            assertThat(tower.reverts()).isEqualTo(2);
            assertThat(tower.steps()).isZero();
            training.batches(6, 12);
            Training.assertFinite(training.weights());
            assertThat(tower.steps()).isEqualTo(7);
            assertThat(tower.learned()).allSatisfy(one -> assertThat(one.value()).isFinite());
        }
    }
}
