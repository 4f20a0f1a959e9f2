package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.WEIGHT_DECAY;

import ai.djl.ndarray.types.DataType;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TensorTowerTest {

    private static final int STEPS = 12;
    private static final TensorProblem PROBLEM = new TensorProblem(3);

    static Stream<TowerCase> cases() {
        return TowerCase.all();
    }

    static DualTower twin(TowerCase one, int[] groups) {
        return new DualTower(one.semantics(), one.rules(), groups, true);
    }

    private static TowerTrace train(TowerCase one, DataType type) {
        return PROBLEM.train(STEPS, type, () -> one.builder().build(), 5);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tensorsOfFloatsAgreeWithAutomaticDifferentiation(TowerCase one) {
        TowerTrace twin = PROBLEM.loss().run(STEPS, twin(one, new int[PROBLEM.size()]));

        train(one, DataType.FLOAT32).assertClose(twin, 1e-4);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tensorsOfDoublesAgreeWithAutomaticDifferentiation(TowerCase one) {
        TowerTrace twin = PROBLEM.loss().run(STEPS, twin(one, new int[PROBLEM.size()]));

        train(one, DataType.FLOAT64).assertClose(twin, 1e-6);
    }

    static UpdateRule all(RuleKind kind) {
        return TowerCase.rule(kind).learn(TowerCase.learnable(kind).toArray(Hyperparameter[]::new));
    }

    static Stream<TowerCase> everyRule() {
        return Stream.of(Semantics.values())
                .flatMap(
                        semantics ->
                                Stream.of(RuleKind.values())
                                        .map(
                                                kind ->
                                                        new TowerCase(
                                                                kind.toString(),
                                                                semantics,
                                                                List.of(
                                                                        all(kind),
                                                                        UpdateRule.sgd(1e-3)))));
    }

    /** Measured before clipping, but the last update was made with clipped gradients. */
    @ParameterizedTest
    @MethodSource("everyRule")
    void gradientsAreRescaledAndClipped(TowerCase one) {
        TowerTrace twin =
                PROBLEM.loss().run(STEPS, twin(one, new int[PROBLEM.size()]).scaling(1.5, .2f));
        TowerTrace trace =
                PROBLEM.train(
                        STEPS,
                        DataType.FLOAT32,
                        () -> one.builder().optRescaleGrad(1.5f).optClipGrad(.2f).build(),
                        5);

        trace.assertClose(twin, 1e-4);
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    void alphaIsAFactorOfTheBaseSchedule(TowerCase one) {
        Tracker schedule = step -> 2f / (1 + step);
        TowerTrace twin =
                PROBLEM.loss()
                        .run(
                                STEPS,
                                twin(one, new int[PROBLEM.size()])
                                        .schedule(step -> schedule.getNewValue((int) step)));
        TowerTrace trace =
                PROBLEM.train(
                        STEPS,
                        DataType.FLOAT32,
                        () -> one.builder().optBaseSchedule(schedule).build(),
                        5);

        trace.assertClose(twin, 1e-4);
    }

    /** With the usual tiny epsilon; a gradient of 1e-25 has a square that is 0 as a float. */
    @ParameterizedTest
    @MethodSource("everyRule")
    void weightsWithoutGradientDoNoHarm(TowerCase one) {
        for (double decay : new double[] {0, .1}) {
            UpdateRule base = one.rules().get(0).with(WEIGHT_DECAY, decay);
            TowerCase other =
                    new TowerCase(
                            one.name(),
                            one.semantics(),
                            List.of(
                                    one.name().contains("Adam")
                                            ? base.with(Hyperparameter.EPSILON, 1e-8)
                                            : base,
                                    one.rules().get(1)));
            TensorProblem problem = PROBLEM.withCurvature(0, 0, 1e-25, 0, 1e-25);
            TowerTrace twin = problem.loss().run(STEPS, twin(other, new int[PROBLEM.size()]));

            problem.train(STEPS, DataType.FLOAT32, () -> other.builder().build(), 5)
                    .assertClose(twin, 1e-4);
        }
    }

    /** No dead elements: sums of many different numbers. */
    @ParameterizedTest
    @MethodSource("everyRule")
    void largeTensorsCountInFull(TowerCase one) {
        TowerCase slow =
                new TowerCase(
                        one.name(),
                        one.semantics(),
                        List.of(one.rules().get(0), UpdateRule.sgd(2e-6)));
        TensorProblem problem = new TensorProblem(4, 1);
        TowerTrace twin = problem.loss().run(4, twin(slow, new int[problem.size()]));

        problem.train(4, DataType.FLOAT32, () -> slow.builder().build(), 5).assertClose(twin, 1e-4);
    }
}
