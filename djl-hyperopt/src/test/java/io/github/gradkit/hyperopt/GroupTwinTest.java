package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hyperparameters by group, with a parent in common. */
class GroupTwinTest {

    private static final int STEPS = 12;

    private static Block block(int layers) {
        SequentialBlock block = new SequentialBlock();
        for (int i = 0; i < layers; i++) {
            block.add(Linear.builder().setUnits(3).optBias(layers > 1).build());
        }
        return block;
    }

    /** Trains a block's parameters on a quadratic. */
    private static TowerTrace train(HyperTower.Builder builder, int layers, Quadratic loss) {
        TowerTrace trace = new TowerTrace();
        try (NDManager manager = NDManager.newBaseManager();
                HyperTower tower = builder.build()) {
            Block block = block(layers);
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
            List<Parameter> parameters = List.copyOf(ParameterPaths.of(block).values());
            write(parameters, loss.start());
            tower.bind(block);
            List<List<double[]>> seen = new ArrayList<>();
            tower.observe((step, hypergradients, cosines) -> seen.add(hypergradients), false);
            for (int t = 1; t <= STEPS; t++) {
                step(tower, manager, parameters, loss.gradient(read(parameters)));
                trace.add(
                        t == 1 ? List.of() : seen.get(t - 1),
                        tower.learned().stream().mapToDouble(LearnedValue::value).toArray(),
                        read(parameters));
            }
        }
        return trace;
    }

    private static void step(
            HyperTower tower, NDManager manager, List<Parameter> parameters, double[] gradient) {
        int from = 0;
        for (Parameter parameter : parameters) {
            NDArray weight = parameter.getArray();
            int to = from + (int) weight.size();
            try (NDArray full = manager.create(Arrays.copyOfRange(gradient, from, to));
                    NDArray shaped = full.reshape(weight.getShape());
                    NDArray floats = shaped.toType(DataType.FLOAT32, true)) {
                tower.update(parameter.getId(), weight, floats);
            }
            from = to;
        }
    }

    private static void write(List<Parameter> parameters, double[] weights) {
        int from = 0;
        for (Parameter parameter : parameters) {
            NDArray weight = parameter.getArray();
            float[] some = new float[(int) weight.size()];
            for (int i = 0; i < some.length; i++) {
                some[i] = (float) weights[from + i];
            }
            try (NDArray plain = weight.stopGradient();
                    NDArray values = plain.getManager().create(some, plain.getShape())) {
                plain.set(new NDIndex("..."), values);
            }
            from += some.length;
        }
    }

    private static double[] read(List<Parameter> parameters) {
        return parameters.stream()
                .flatMap(parameter -> Arrays.stream(parameter.getArray().toArray()))
                .mapToDouble(Number::doubleValue)
                .toArray();
    }

    private static TowerCase tall(TowerCase one) {
        return new TowerCase(
                one.name(),
                one.semantics(),
                List.of(one.rules().get(0), UpdateRule.adam(1e-3), UpdateRule.sgd(1e-6)));
    }

    private static void assertLikeTwin(
            TowerCase one, UnaryOperator<HyperTower.Builder> groups, int[] groupOf) {
        // Three layers of nine weights and three biases.
        Quadratic loss = Quadratic.random(36, 61);
        TowerTrace twin =
                loss.run(STEPS, new DualTower(one.semantics(), one.rules(), groupOf, true));

        train(groups.apply(one.builder()), 3, loss).assertClose(twin, 1e-4);
    }

    private static int[] groupOf(int... byTensor) {
        int[] result = new int[36];
        for (int i = 0; i < result.length; i++) {
            result[i] = byTensor[2 * (i / 12) + (i % 12 < 9 ? 0 : 1)];
        }
        return result;
    }

    @ParameterizedTest
    @MethodSource("io.github.gradkit.hyperopt.TensorTowerTest#everyRule")
    void groupsByPredicateShareTheirParent(TowerCase one) {
        assertLikeTwin(
                tall(one),
                builder ->
                        builder.addGroup("bias", path -> path.endsWith("bias"))
                                .addGroup("second", path -> path.contains("02")),
                // By the first parameter of each: others, then bias, then second.
                groupOf(0, 1, 2, 1, 0, 1));
    }

    @ParameterizedTest
    @MethodSource("io.github.gradkit.hyperopt.TensorTowerTest#everyRule")
    void everyParameterIsAGroup(TowerCase one) {
        assertLikeTwin(
                tall(one), builder -> builder.optPerParameter(true), groupOf(0, 1, 2, 3, 4, 5));
    }

    @ParameterizedTest
    @MethodSource("io.github.gradkit.hyperopt.TensorTowerTest#everyRule")
    void oneParameterOfItsOwnIsTheWholeModel(TowerCase one) {
        Quadratic loss = Quadratic.random(9, 62);
        TowerTrace global = train(tall(one).builder(), 1, loss);
        TowerTrace own = train(tall(one).builder().optPerParameter(true), 1, loss);

        for (int step = 1; step <= STEPS; step++) {
            assertThat(own.weights(step)).isEqualTo(global.weights(step));
            assertThat(own.learned(step)).isEqualTo(global.learned(step));
            assertThat(own.hypergradients(step)).isEqualTo(global.hypergradients(step));
        }
    }

    @Test
    void cosinesAreMeasuredByGroup() {
        Quadratic loss = Quadratic.random(36, 63);
        int[] groupOf = groupOf(0, 1, 2, 3, 4, 5);
        TowerCase one =
                new TowerCase(
                        "by cosine",
                        Semantics.DJL,
                        List.of(UpdateRule.nesterov(.03, .6), UpdateRule.sgd(1e-3)));
        Safeguards cosine = Safeguards.builder().optCosine(true).build();
        TowerTrace trace =
                train(one.builder().optPerParameter(true).optSafeguards(cosine), 3, loss);
        DualTower twin = new DualTower(one.semantics(), one.rules(), groupOf, true);

        twin.step(loss.start().clone(), loss.gradient(loss.start()));
        double[] expected = twin.cosines(loss.gradient(trace.weights(1)));

        assertThat(expected).hasSize(12);
        assertThat(trace.hypergradients(2)).containsExactly(expected, within(1e-5));
    }

    @Test
    void groupWithoutParameterIsRefused() {
        HyperTower.Builder builder =
                HyperTower.builder()
                        .setBase(UpdateRule.sgd(.1))
                        .addGroup("all", path -> true)
                        .addGroup("head", path -> path.contains("07"));

        assertThatIllegalStateException()
                .isThrownBy(() -> train(builder, 3, Quadratic.random(36, 1)))
                .withMessageContaining("'head'")
                .withMessageContaining("01Linear_weight");
    }

    @Test
    void unboundTowerAndStrangeParametersAreRefused() {
        HyperTower tower =
                HyperTower.builder().setBase(UpdateRule.sgd(.1)).optPerParameter(true).build();
        try (NDManager manager = NDManager.newBaseManager();
                tower) {
            NDArray weight = manager.ones(new Shape(2));
            assertThatIllegalStateException()
                    .isThrownBy(() -> tower.update("p-1", weight, weight))
                    .withMessageContaining("bind(block)");
            assertThatIllegalStateException()
                    .isThrownBy(tower::learned)
                    .withMessageContaining("TowerListener");

            Block block = block(3);
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
            tower.bind(block);
            assertThatIllegalStateException()
                    .isThrownBy(() -> tower.update("p-1", weight, weight))
                    .withMessageContaining("p-1")
                    .withMessageContaining("belongs to no group");
        }
    }
}
