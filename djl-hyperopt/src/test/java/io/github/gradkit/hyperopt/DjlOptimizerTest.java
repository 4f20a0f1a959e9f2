package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.ALPHA;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA1;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA2;
import static io.github.gradkit.hyperopt.Hyperparameter.EPSILON;
import static io.github.gradkit.hyperopt.Hyperparameter.WEIGHT_DECAY;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.LocalParameterServer;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.AdamW;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tower without levels above the base, and DJL's own optimizers. */
class DjlOptimizerTest {

    private static final TensorProblem PROBLEM = new TensorProblem(41);

    /** Drives an optimizer as a trainer does; returns the weights after each step. */
    private static List<double[]> train(Optimizer optimizer, int steps, DataType type) {
        List<double[]> trace = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager()) {
            LocalParameterServer server = new LocalParameterServer(optimizer);
            NDList weights = PROBLEM.create(manager, type, PROBLEM.loss().start());
            weights.forEach(weight -> weight.setRequiresGradient(true));
            for (int t = 1; t <= steps; t++) {
                double[] gradient = PROBLEM.loss().gradient(PROBLEM.read(weights));
                try (NDManager ofStep = manager.newSubManager()) {
                    NDList gradients = PROBLEM.create(ofStep, type, gradient);
                    for (int i = 0; i < weights.size(); i++) {
                        server.update(
                                TensorProblem.id(i),
                                new NDArray[] {gradients.get(i)},
                                new NDArray[] {weights.get(i)});
                    }
                }
                trace.add(PROBLEM.read(weights));
            }
        }
        return trace;
    }

    private static HyperTower plain(UpdateRule base) {
        return HyperTower.builder().setBase(base).build();
    }

    private static Sgd.Builder sgd(double alpha) {
        return Optimizer.sgd().setLearningRateTracker(Tracker.fixed((float) alpha));
    }

    private static Adam.Builder adam(double alpha) {
        return Optimizer.adam().optLearningRateTracker(Tracker.fixed((float) alpha));
    }

    private static AdamW.Builder adamW(double alpha) {
        return Optimizer.adamW().optLearningRateTracker(Tracker.fixed((float) alpha));
    }

    private static void assertSameBits(Supplier<Optimizer> actual, Supplier<Optimizer> expected) {
        for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
            List<double[]> some = train(actual.get(), 60, type);
            List<double[]> others = train(expected.get(), 60, type);
            for (int t = 0; t < 60; t++) {
                assertThat(some.get(t)).as("%s, step %d", type, t + 1).isEqualTo(others.get(t));
            }
            assertThat(some.get(59)).isNotEqualTo(some.get(58));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, .03})
    void plainTowersComputeTheBitsOfDjl(double decay) {
        float wd = (float) decay;
        assertSameBits(
                () -> plain(UpdateRule.sgd(.03).with(WEIGHT_DECAY, decay)),
                () -> sgd(.03).optWeightDecays(wd).build());
        assertSameBits(
                () -> plain(UpdateRule.momentum(.03, .8).with(WEIGHT_DECAY, decay)),
                () -> sgd(.03).optMomentum(.8f).optWeightDecays(wd).build());
        assertSameBits(
                () -> plain(UpdateRule.adam(.03).with(WEIGHT_DECAY, decay)),
                () -> adam(.03).optWeightDecays(wd).build());
        assertSameBits(
                () -> plain(UpdateRule.adamW(.03).with(WEIGHT_DECAY, decay)),
                () -> adamW(.03).optWeightDecays(wd).build());
    }

    @Test
    void defaultsAreThoseOfDjl() {
        assertSameBits(() -> plain(UpdateRule.adam(1e-3)), () -> Optimizer.adam().build());
        assertSameBits(() -> plain(UpdateRule.adamW(1e-3)), () -> Optimizer.adamW().build());
    }

    @Test
    void otherConstantsRescalingAndSchedulesAreThoseOfDjl() {
        Tracker schedule = step -> .1f / step;
        assertSameBits(
                () ->
                        HyperTower.builder()
                                .setBase(
                                        UpdateRule.adam(1)
                                                .with(BETA1, .7)
                                                .with(BETA2, .95)
                                                .with(EPSILON, 1e-4))
                                .optRescaleGrad(.25f)
                                .optBaseSchedule(schedule)
                                .build(),
                () ->
                        Optimizer.adam()
                                .optLearningRateTracker(schedule)
                                .optBeta1(.7f)
                                .optBeta2(.95f)
                                .optEpsilon(1e-4f)
                                .setRescaleGrad(.25f)
                                .build());
    }

    private static HyperTower.Builder tuned(RuleKind kind, Semantics semantics) {
        return HyperTower.builder()
                .setBase(TowerCase.rule(kind).with(WEIGHT_DECAY, .05))
                .tunedBy(UpdateRule.adam(1e-3))
                .optSemantics(semantics);
    }

    /** A rule like that of {@link #tuned}, with other constants and nothing above it. */
    private static HyperTower constant(
            RuleKind kind, Semantics semantics, List<LearnedValue> learned) {
        UpdateRule rule = TowerCase.rule(kind).with(WEIGHT_DECAY, .05);
        for (LearnedValue one : learned) {
            if (one.level() == 0) {
                rule = rule.with(one.hyperparameter(), one.value());
            }
        }
        return HyperTower.builder().setBase(rule).optSemantics(semantics).build();
    }

    @ParameterizedTest
    @EnumSource
    void rerunIsAFreshOptimizerWithTheLearnedConstants(RuleKind kind) {
        for (Semantics semantics : Semantics.values()) {
            HyperTower tower = tuned(kind, semantics).build();
            List<double[]> before = train(tower, 8, DataType.FLOAT32);

            List<double[]> again = train(tower.rerun(), 20, DataType.FLOAT32);
            List<double[]> expected =
                    train(constant(kind, semantics, tower.learned()), 20, DataType.FLOAT32);

            for (int t = 0; t < 20; t++) {
                assertThat(again.get(t)).isEqualTo(expected.get(t));
            }
            assertThat(again.get(7)).isNotEqualTo(before.get(7));
            assertThat(tower.steps()).isEqualTo(8);
        }
    }

    @Test
    void rerunIsDjlsOwnOptimizerWhereThereIsOne() {
        assertThat(tuned(RuleKind.SGD, Semantics.DJL).build().rerun()).isInstanceOf(Sgd.class);
        assertThat(tuned(RuleKind.MOMENTUM_SGD, Semantics.DJL).build().rerun())
                .isInstanceOf(Sgd.class);
        assertThat(tuned(RuleKind.ADAM, Semantics.DJL).build().rerun()).isInstanceOf(Adam.class);
        assertThat(tuned(RuleKind.ADAMW, Semantics.DJL).build().rerun()).isInstanceOf(AdamW.class);
        assertThat(tuned(RuleKind.RMSPROP, Semantics.DJL).build().rerun())
                .isInstanceOf(HyperTower.class);
        assertThat(tuned(RuleKind.ADAM, Semantics.REFERENCE).build().rerun())
                .isInstanceOf(HyperTower.class);
        assertThat(tuned(RuleKind.SGD, Semantics.DJL).optClipGrad(1).build().rerun())
                .isInstanceOf(HyperTower.class);
    }

    @Test
    void rerunKeepsScheduleAndScalingOfGradients() {
        Tracker schedule = step -> 1f / step;
        for (RuleKind kind : List.of(RuleKind.MOMENTUM_SGD, RuleKind.NESTEROV)) {
            HyperTower tower =
                    tuned(kind, Semantics.DJL)
                            .optBaseSchedule(schedule)
                            .optRescaleGrad(.5f)
                            .build();
            train(tower, 5, DataType.FLOAT32);
            UpdateRule rule = TowerCase.rule(kind).with(WEIGHT_DECAY, .05);
            for (LearnedValue one : tower.learned()) {
                rule = rule.with(one.hyperparameter(), one.value());
            }
            HyperTower expected =
                    HyperTower.builder()
                            .setBase(rule)
                            .optBaseSchedule(schedule)
                            .optRescaleGrad(.5f)
                            .build();

            assertThat(train(tower.rerun(), 9, DataType.FLOAT32).get(8))
                    .isEqualTo(train(expected, 9, DataType.FLOAT32).get(8));
        }
    }

    /** Not as where the rate is changed while the parameters of a step are walked through. */
    @Test
    void allTensorsOfAStepUseTheSameAlpha() {
        try (NDManager manager = NDManager.newBaseManager();
                HyperTower tower =
                        HyperTower.builder()
                                .setBase(UpdateRule.sgd(.1))
                                .tunedBy(UpdateRule.sgd(.05))
                                .build()) {
            NDArray first = manager.create(new float[] {1, -2});
            NDArray second = manager.create(new float[] {1, -2});
            first.setRequiresGradient(true);
            second.setRequiresGradient(true);
            for (int t = 1; t <= 10; t++) {
                float[] before = first.toFloatArray();
                tower.update("p-1", first, manager.create(before));
                tower.update("p-2", second, manager.create(before));
                // What DJL makes of the alpha that is in force after the step.
                float alpha = (float) tower.learned().get(0).value();
                assertThat(second.toFloatArray()).isEqualTo(first.toFloatArray());
                assertThat(first.getFloat(0)).isEqualTo(before[0] - alpha * before[0]);
            }
            assertThat(tower.learned().get(0).value()).isNotEqualTo(.1);
            assertThat(tower.learned().get(0).hyperparameter()).isEqualTo(ALPHA);
        }
    }
}
