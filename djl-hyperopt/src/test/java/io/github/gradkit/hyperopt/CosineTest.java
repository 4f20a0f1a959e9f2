package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CosineTest {

    private static final int STEPS = 8;
    private static final TensorProblem PROBLEM = new TensorProblem(21);

    /** The cosines of a step, and the hypergradients of the base. */
    private record Row(double[] cosines, double[] hypergradients) {}

    static Stream<TowerCase> cases() {
        return TensorTowerTest.everyRule();
    }

    private static List<Row> train(HyperTower tower) {
        List<Row> rows = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager();
                tower) {
            tower.observe(
                    (step, hypergradients, cosines) ->
                            rows.add(
                                    new Row(
                                            cosines,
                                            hypergradients.isEmpty()
                                                    ? new double[0]
                                                    : hypergradients.get(0))),
                    true);
            NDList weights = PROBLEM.create(manager, DataType.FLOAT32, PROBLEM.loss().start());
            weights.forEach(weight -> weight.setRequiresGradient(true));
            for (int t = 1; t <= STEPS; t++) {
                double[] gradient = PROBLEM.loss().gradient(PROBLEM.read(weights));
                NDList gradients = PROBLEM.create(manager, DataType.FLOAT32, gradient);
                for (int i = 0; i < weights.size(); i++) {
                    tower.update(TensorProblem.id(i), weights.get(i), gradients.get(i));
                }
            }
        }
        return rows;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void cosineIsThatOfGradientAndDerivative(TowerCase one) {
        List<Row> rows = train(one.builder().build());
        DualTower twin = new DualTower(one.semantics(), one.rules(), new int[PROBLEM.size()], true);
        double[] weights = PROBLEM.loss().start().clone();

        for (int t = 1; t <= STEPS; t++) {
            double[] gradient = PROBLEM.loss().gradient(weights);
            double[] expected = twin.cosines(gradient);
            twin.step(weights, gradient);
            if (t > 2) {
                assertThat(rows.get(t - 1).cosines())
                        .as("step %d", t)
                        .containsExactly(expected, within(1e-4));
            }
        }
    }

    /** In the second step some derivatives are 0 but for rounding. */
    @ParameterizedTest
    @MethodSource("cases")
    void cosineLiesBetweenMinusOneAndOne(TowerCase tower) {
        Safeguards cosine = Safeguards.builder().optCosine(true).build();

        for (Row row : train(tower.builder().optSafeguards(cosine).build())) {
            for (double one : row.cosines()) {
                assertThat(one).isBetween(-1.0, 1.0);
            }
            assertThat(row.hypergradients()).containsExactly(row.cosines());
        }
    }

    @Test
    void cosineDoesNotDependOnTheSizeOfTheGradient() {
        UpdateRule still = UpdateRule.sgd(0);
        List<Row> rows =
                train(HyperTower.builder().setBase(UpdateRule.sgd(.05)).tunedBy(still).build());
        for (float factor : new float[] {1e-6f, 1e6f}) {
            List<Row> scaled =
                    train(
                            HyperTower.builder()
                                    .setBase(UpdateRule.sgd(.05 / factor))
                                    .optRescaleGrad(factor)
                                    .tunedBy(still)
                                    .build());
            for (int t = 2; t <= STEPS; t++) {
                assertThat(scaled.get(t - 1).cosines())
                        .hasSize(1)
                        .containsExactly(rows.get(t - 1).cosines(), within(1e-5));
                assertThat(Arrays.stream(rows.get(t - 1).cosines()).sum()).isNotZero();
            }
        }
    }

    @Test
    void cosineIsTakenByTheValueButPointsTheWayOfTheRawNumber() {
        // Under SQUARE a raw number below 0 means a value that falls when it rises.
        UpdateRule base =
                UpdateRule.sgd(1e-6).parametrize(Hyperparameter.ALPHA, Parametrization.SQUARE);
        Safeguards cosine = Safeguards.builder().optCosine(true).build();
        List<Row> rows =
                train(
                        HyperTower.builder()
                                .setBase(base)
                                .tunedBy(UpdateRule.sgd(-.002))
                                .optSafeguards(cosine)
                                .build());

        assertThat(rows.get(1).cosines()[0]).isNegative();
        assertThat(rows.get(1).hypergradients()[0]).isEqualTo(rows.get(1).cosines()[0]);
        assertThat(rows.get(2).hypergradients()[0]).isEqualTo(-rows.get(2).cosines()[0]);
    }

    /** Of vectors of one number, so rounding alone decides on which side of 1 they come out. */
    @ParameterizedTest
    @MethodSource("cases")
    void cosineOfASingleWeightIsOneOrMinusOneOrZero(TowerCase one) {
        List<UpdateRule> rules = new ArrayList<>(one.rules());
        if (one.name().contains("Adam")) {
            rules.set(0, rules.get(0).with(Hyperparameter.EPSILON, 1e-8));
        }
        TowerCase sharp = new TowerCase(one.name(), one.semantics(), rules);
        for (int seed = 0; seed < 10; seed++) {
            double start = new Random(seed).nextDouble();
            List<double[]> seen = new ArrayList<>();
            try (NDManager manager = NDManager.newBaseManager();
                    HyperTower tower = sharp.builder().build()) {
                tower.observe((step, hypergradients, cosines) -> seen.add(cosines), true);
                NDArray weight = manager.create(new float[] {(float) start});
                weight.setRequiresGradient(true);
                for (int t = 1; t <= STEPS; t++) {
                    tower.update("w", weight, manager.create(weight.toFloatArray()));
                }
            }
            for (double[] cosines : seen) {
                for (double cosine : cosines) {
                    assertThat(cosine).isBetween(-1.0, 1.0);
                    assertThat(Math.abs(cosine) < 1e-3 || Math.abs(cosine) > .999)
                            .as("%s", cosine)
                            .isTrue();
                }
            }
        }
    }
}
