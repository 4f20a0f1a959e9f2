package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.BETA1;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA2;
import static io.github.gradkit.hyperopt.Hyperparameter.EPSILON;
import static io.github.gradkit.hyperopt.Hyperparameter.MOMENTUM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the second step knows of the first, in which there was no memory yet. */
class FirstStepTest {

    static Stream<TowerCase> cases() {
        UpdateRule parent = UpdateRule.adam(1e-3);
        return Stream.of(Semantics.values())
                .flatMap(
                        semantics ->
                                Stream.of(
                                                UpdateRule.adam(.02).learn(BETA1),
                                                UpdateRule.adamW(.02).learn(BETA1),
                                                UpdateRule.momentum(.03, .7).learn(MOMENTUM))
                                        .map(
                                                rule ->
                                                        new TowerCase(
                                                                rule.toString(),
                                                                semantics,
                                                                List.of(rule, parent))));
    }

    /** Rounding noise instead of 0 would make a parent such as Adam take a full step. */
    @ParameterizedTest
    @MethodSource("cases")
    void factorOfNoMemoryIsNotTuned(TowerCase one) {
        TensorProblem problem = new TensorProblem(11);
        TowerTrace trace = problem.train(3, DataType.FLOAT32, () -> one.builder().build(), 1);

        assertThat(trace.hypergradients(2)[0]).isZero();
        assertThat(trace.learned(2)).isEqualTo(trace.learned(1));
        assertThat(trace.learned(3)).isNotEqualTo(trace.learned(2));
    }

    /** What is left of beta2 is of the size of epsilon, and drowns if its parts are summed. */
    @Test
    void beta2OfDjlDependsOnEpsilonOnly() {
        UpdateRule base = UpdateRule.adam(.02).with(EPSILON, 1e-6).learn(BETA2);
        TowerCase one = new TowerCase("Adam", Semantics.DJL, List.of(base, UpdateRule.sgd(1e-3)));
        TensorProblem problem = new TensorProblem(11);
        TowerTrace twin = problem.loss().run(2, TensorTowerTest.twin(one, new int[problem.size()]));
        TowerTrace trace = problem.train(2, DataType.FLOAT32, () -> one.builder().build(), 1);

        double expected = twin.hypergradients(2)[0];
        assertThat(expected).isNotZero();
        assertThat(trace.hypergradients(2)[0])
                .isCloseTo(expected, within(1e-3 * Math.abs(expected)));
    }
}
