package io.github.gradkit.learninit.descent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.FeasibleSets;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.support.gradient.ParameterGradients;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An objective that runs a network must leave the training of the network alone. */
class ObjectiveTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final Block block = Linear.builder().setUnits(1).build();
    private final NetworkProblem problem = new NetworkProblem(block, false);
    private NDList known;
    private NDArray argument;

    @BeforeEach
    void initialise() {
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
        block.getParameters().values().forEach(p -> p.getArray().setRequiresGradient(true));
        known = new NDList(manager.ones(new Shape(4, 3)));
        argument = manager.ones(new Shape(4, 3));
        backward();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private void backward() {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDList out =
                    block.forward(
                            new ParameterStore(manager, false),
                            new NDList(manager.ones(new Shape(2, 3))),
                            true);
            collector.backward(out.head().sum());
        }
    }

    private List<float[]> gradients() {
        return block.getParameters().values().stream()
                .map(
                        parameter -> {
                            try (NDArray read =
                                    ParameterGradients.read(parameter.getArray(), manager)) {
                                return read.toFloatArray();
                            }
                        })
                .toList();
    }

    @Test
    void onlyTheArgumentCollectsAGradient() {
        List<float[]> before = gradients();
        Parameter weight = block.getParameters().valueAt(0);
        try (Objective objective = Objective.open(problem, known);
                ValueGradient here = objective.gradient(argument)) {
            assertThat(weight.getArray().hasGradient()).isFalse();
            assertThat(here.gradient().get("0").toFloatArray())
                    .isEqualTo(weight.getArray().toFloatArray());
        }
        assertThat(weight.getArray().hasGradient()).isTrue();
        assertThat(gradients()).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void everythingIsPutBackAfterAnException() {
        List<float[]> before = gradients();
        Descent descent = Descent.builder().setStep(0.1).build();
        assertThatThrownBy(() -> descent.solve(new NetworkProblem(block, true), known, argument))
                .hasMessage("of the user");
        assertThat(block.getParameters().valueAt(0).getArray().hasGradient()).isTrue();
        assertThat(gradients()).usingRecursiveComparison().isEqualTo(before);
        backward();
        assertThat(gradients().get(0)).containsOnly(4);
    }

    @Test
    void nothingIsLeftBehind() {
        Descent descent = Descent.builder().setStep(0.1).optSteps(3).build();
        descent.solve(problem, known, argument).argument().close();
        int count = ArrayCounts.of(manager);
        for (int i = 0; i < 4; i++) {
            descent.solve(problem, known, argument).argument().close();
        }
        assertThat(ArrayCounts.of(manager)).isEqualTo(count);
    }

    @Test
    void aBlockWithoutArraysIsAnError() {
        Problem<float[]> empty = new NetworkProblem(Linear.builder().setUnits(1).build(), false);
        assertThatThrownBy(() -> Objective.open(empty, known))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPassWithAGarbageCollectionInItIsRunAgain() {
        int[] passes = {0};
        Problem<float[]> collecting =
                new NetworkProblem(block, false) {
                    @Override
                    public NDArray value(NDList knownHere, NDArray at) {
                        NDArray values = super.value(knownHere, at.mul(3f));
                        if (passes[0]++ == 0) {
                            System.gc();
                        }
                        return values;
                    }
                };
        try (Objective objective = Objective.open(collecting, known);
                ValueGradient here = objective.gradient(argument);
                NDArray weight = block.getParameters().valueAt(0).getArray().mul(3f)) {
            assertThat(passes[0]).isGreaterThan(1);
            assertThat(here.gradient().get("0").toFloatArray()).isEqualTo(weight.toFloatArray());
        }
    }

    /** The output of a network, at the sum of the known and the argument. */
    private static class NetworkProblem implements Problem<float[]> {

        private final Block block;
        private final boolean fails;

        NetworkProblem(Block block, boolean fails) {
            this.block = block;
            this.fails = fails;
        }

        @Override
        public Shape argument() {
            return new Shape(3);
        }

        @Override
        public NDList known(NDManager owner, List<float[]> instances) {
            throw new UnsupportedOperationException();
        }

        @Override
        public NDArray value(NDList known, NDArray argument) {
            if (fails) {
                throw new UnsupportedOperationException("of the user");
            }
            ParameterStore store = new ParameterStore(argument.getManager(), false);
            NDList in = new NDList(argument.add(known.head()));
            return block.forward(store, in, false).head().sum(new int[] {1});
        }

        @Override
        public FeasibleSet feasible(NDList known) {
            return FeasibleSets.free(-1, 1);
        }

        @Override
        public List<Block> blocks() {
            return List.of(block);
        }
    }
}
