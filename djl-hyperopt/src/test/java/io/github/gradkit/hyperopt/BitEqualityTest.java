package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.ALPHA;
import static io.github.gradkit.hyperopt.Hyperparameter.WEIGHT_DECAY;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What must not change a single bit. */
class BitEqualityTest {

    private static final int STEPS = 12;
    private static final TensorProblem PROBLEM = new TensorProblem(31);

    @ParameterizedTest
    @MethodSource("io.github.gradkit.hyperopt.TensorTowerTest#everyRule")
    void orderOfArrivalChangesNoBit(TowerCase one) {
        TowerCase tall =
                new TowerCase(
                        one.name(),
                        one.semantics(),
                        List.of(one.rules().get(0), UpdateRule.adam(1e-3), UpdateRule.sgd(1e-6)));
        TowerTrace first = PROBLEM.train(STEPS, DataType.FLOAT32, () -> tall.builder().build(), 1);
        for (int seed = 2; seed < 5; seed++) {
            TowerTrace other =
                    PROBLEM.train(STEPS, DataType.FLOAT32, () -> tall.builder().build(), seed);
            for (int step = 1; step <= STEPS; step++) {
                assertThat(other.weights(step)).isEqualTo(first.weights(step));
                assertThat(other.learned(step)).isEqualTo(first.learned(step));
                assertThat(other.hypergradients(step)).isEqualTo(first.hypergradients(step));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void parentThatDoesNotMoveChangesNoBit(RuleKind kind) {
        for (Semantics semantics : Semantics.values()) {
            UpdateRule still = TowerCase.rule(kind).with(ALPHA, 0);
            for (RuleKind base : RuleKind.values()) {
                TowerTrace alone =
                        PROBLEM.train(
                                STEPS,
                                DataType.FLOAT32,
                                () ->
                                        HyperTower.builder()
                                                .setBase(
                                                        TensorTowerTest.all(base)
                                                                .with(WEIGHT_DECAY, .1))
                                                .optSemantics(semantics)
                                                .build(),
                                1);
                TowerTrace tuned =
                        PROBLEM.train(
                                STEPS,
                                DataType.FLOAT32,
                                () ->
                                        HyperTower.builder()
                                                .setBase(
                                                        TensorTowerTest.all(base)
                                                                .with(WEIGHT_DECAY, .1))
                                                .tunedBy(still)
                                                .optSemantics(semantics)
                                                .build(),
                                1);
                for (int step = 1; step <= STEPS; step++) {
                    assertThat(tuned.weights(step)).as("%s", base).isEqualTo(alone.weights(step));
                }
            }
        }
    }
}
