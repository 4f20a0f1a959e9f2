package io.github.gradkit.learninit.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.ToyProblem;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.FeasibleSets;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.learninit.start.StartRule;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ObjectiveInitTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final ToyProblem toy = new ToyProblem();
    private final List<Double> x = ToyProblem.instances(200, 1);
    private final NDList known = toy.known(manager, x);

    @AfterEach
    void close() {
        manager.close();
    }

    private static IntFunction<List<Double>> stream() {
        SplittableRandom random = new SplittableRandom(7);
        return count -> ToyProblem.instances(count, random.nextLong());
    }

    private static Block net(int heads) {
        SequentialBlock block =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(16).build())
                        .add(Activation::tanh)
                        .add(Linear.builder().setUnits(heads).build());
        return heads == 1
                ? block
                : block.add(new LambdaBlock(list -> new NDList(list.head().expandDims(2))));
    }

    private static Optimizer adam() {
        return Adam.builder().optLearningRateTracker(Tracker.fixed(0.02f)).build();
    }

    private ObjectiveInit.Builder<Double> builder(int heads) {
        return ObjectiveInit.<Double>builder()
                .setProblem(toy)
                .setBlock(net(heads))
                .setInstances(stream())
                .optBatch(32)
                .optSeed(3);
    }

    @Test
    void startsNextToTheLowerOfTwoMinima() {
        for (int heads : new int[] {1, 3}) {
            try (ObjectiveInit start = builder(heads).optOptimizer(adam()).optSteps(400).fit()) {
                float[] starts = start.propose(toy, known, 0).argument().toFloatArray();
                for (int i = 0; i < 200; i++) {
                    if (Math.abs(x.get(i)) > 0.4) {
                        assertThat(starts[i] * x.get(i)).isNegative();
                        // The other minimum is above 0.11 here.
                        assertThat(ToyProblem.value(starts[i], x.get(i))).isLessThan(0.05);
                    }
                }
                List<Double> curve = start.trainingCurve();
                assertThat(curve).hasSize(400);
                assertThat(curve.get(399)).isLessThan(curve.get(0) - 0.3);
            }
        }
    }

    @Test
    void anObjectiveThatIsFlatAtFirstIsNoFailure() {
        // Between the two minima the slope is exactly 0.
        try (ObjectiveInit start =
                ObjectiveInit.<Double>builder()
                        .setProblem(toy)
                        .setBlock(net(1))
                        .setInstances(count -> Collections.nCopies(count, 0.0))
                        .optSteps(3)
                        .fit()) {
            assertThat(start.trainingCurve()).containsExactly(1.0, 1.0, 1.0);
        }
    }

    @Test
    void proposesTheBestHeadAndCountsWhatThatTook() {
        Block net = net(4);
        try (ObjectiveInit start = builder(4).setBlock(net).optSteps(5).fit()) {
            StartRule.Proposal proposal = start.propose(toy, known, 0);
            float[] heads =
                    net.forward(new ParameterStore(manager, false), known, false)
                            .head()
                            .toFloatArray();
            float[] starts = proposal.argument().toFloatArray();
            for (int i = 0; i < 200; i++) {
                double best = Double.POSITIVE_INFINITY;
                for (int head = 0; head < 4; head++) {
                    best = Math.min(best, ToyProblem.value(heads[i * 4 + head], x.get(i)));
                }
                assertThat(ToyProblem.value(starts[i], x.get(i))).isCloseTo(best, within(1e-5));
                assertThat(proposal.values().get(i)).isCloseTo(best, within(1e-5));
            }
            assertThat(proposal.cost().values()).isEqualTo(800);
            assertThat(proposal.cost().predictions()).isEqualTo(200);
            assertThat(start.trainingCost().gradients()).isEqualTo(5 * 32 * 4);
        }
        try (ObjectiveInit start = builder(1).optSteps(1).fit()) {
            assertThat(start.propose(toy, known, 0).cost().values()).isZero();
        }
    }

    @Test
    void sameSeedGivesTheSameStartAndLeavesTheEngineAlone() {
        manager.getEngine().setRandomSeed(5);
        float[] expected = manager.randomUniform(0, 1, new Shape(3)).toFloatArray();
        manager.getEngine().setRandomSeed(5);
        float[] first = starts(builder(2));
        assertThat(manager.randomUniform(0, 1, new Shape(3)).toFloatArray())
                .containsExactly(expected);
        assertThat(starts(builder(2))).containsExactly(first);
        assertThat(starts(builder(2).optSeed(4))).isNotEqualTo(first);
    }

    @Test
    void proposalsAreFeasibleWhateverTheBlockGives() {
        Block far = new SequentialBlock().add(net(1)).add(y -> far(y));
        try (ObjectiveInit start =
                ObjectiveInit.<Double>builder()
                        .setProblem(new Boxed())
                        .setBlock(far)
                        .setInstances(stream())
                        .optSteps(1)
                        .fit()) {
            float[] starts = start.propose(new Boxed(), known, 0).argument().toFloatArray();
            assertThat(starts).containsOnly(0.5f);
        }
    }

    @Test
    void headsAreComparedWhereTheyAreFeasible() {
        // Outside the box the second head is better, at its edge the first one.
        Block heads = new SequentialBlock().add(Linear.builder().setUnits(2).build());
        ((SequentialBlock) heads).add(y -> fixed(y.head(), -0.4f, 1.0f));
        try (ObjectiveInit start =
                ObjectiveInit.<Double>builder()
                        .setProblem(new Boxed())
                        .setBlock(heads)
                        .setInstances(stream())
                        .optSteps(1)
                        .optOptimizer(
                                Optimizer.sgd()
                                        .setLearningRateTracker(Tracker.fixed(1e-9f))
                                        .build())
                        .fit()) {
            NDList one = toy.known(manager, List.of(0.9, -0.9));
            float[] starts = start.propose(new Boxed(), one, 0).argument().toFloatArray();
            double edge = ToyProblem.value(0.5, 0.9);
            assertThat(ToyProblem.value(1, 0.9)).isLessThan(ToyProblem.value(-0.4, 0.9));
            assertThat(edge).isGreaterThan(ToyProblem.value(-0.4, 0.9));
            assertThat(starts).containsExactly(-0.4f, 0.5f);
        }
    }

    /** Two heads at fixed places, with a little of what the block learns. */
    private static NDList fixed(NDArray learned, float first, float second) {
        NDManager owner = learned.getManager();
        NDArray places = owner.create(new float[] {first, second});
        NDArray little = learned.mul(owner.create(1e-12f));
        return new NDList(places.add(little).expandDims(2));
    }

    private static NDList far(NDList list) {
        return new NDList(list.head().square().add(list.head().onesLike()));
    }

    @Test
    void blocksOfTheProblemDoNotLearn() {
        Block other = Linear.builder().setUnits(1).build();
        other.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
        NDArray weight = other.getParameters().get(0).getValue().getArray();
        weight.setRequiresGradient(true);
        float[] before = weight.toFloatArray();
        ObjectiveInit.Builder<Double> builder =
                ObjectiveInit.<Double>builder()
                        .setProblem(new Judged(other))
                        .setBlock(net(1))
                        .setInstances(stream())
                        .optSteps(3);
        try (ObjectiveInit start = builder.fit()) {
            assertThat(start.trainingCurve()).hasSize(3);
        }
        assertThat(weight.toFloatArray()).containsExactly(before);
        assertThat(weight.hasGradient()).isTrue();
        assertThat(weight.getGradient().toFloatArray()).containsOnly(0);
    }

    @Test
    void proposingLeavesOnlyTheStart() {
        try (ObjectiveInit start = builder(3).optSteps(1).fit()) {
            start.propose(toy, known, 0).argument().close();
            int before = ArrayCounts.of(manager);
            start.propose(toy, known, 0).argument().close();
            assertThat(ArrayCounts.of(manager)).isEqualTo(before);
        }
    }

    @Test
    void refusesBlocksOfTheWrongShapeAndValuesThatAreNoNumbers() {
        Block wide = Linear.builder().setUnits(2).build();
        assertThatThrownBy(() -> builder(1).setBlock(wide).fit())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(32, 2)")
                .hasMessageContaining("(1)");
        Block broken = new SequentialBlock().add(net(1)).add(y -> new NDList(y.head().log()));
        Block negative = new SequentialBlock().add(net(1)).add(y -> far(y)).add(y -> minus(y));
        assertThatThrownBy(
                        () ->
                                builder(1)
                                        .setBlock(new SequentialBlock().add(negative).add(broken))
                                        .fit())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("NaN");
    }

    private static NDList minus(NDList list) {
        return new NDList(list.head().neg());
    }

    @Test
    void refusesBadSettings() {
        ObjectiveInit.Builder<Double> empty = ObjectiveInit.builder();
        assertThatThrownBy(empty::fit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setProblem");
        assertThatThrownBy(() -> ObjectiveInit.<Double>builder().setProblem(toy).fit())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setInstances");
        assertThatThrownBy(() -> builder(1).optSteps(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder(1).optBatch(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private float[] starts(ObjectiveInit.Builder<Double> builder) {
        try (ObjectiveInit start = builder.optSteps(3).fit()) {
            return start.propose(toy, known, 0).argument().toFloatArray();
        }
    }

    /** The toy in a box that is far from what the block gives. */
    private static final class Boxed extends Wrapped {

        @Override
        public FeasibleSet feasible(NDList known) {
            return FeasibleSets.box(-0.5, 0.5);
        }
    }

    /** The toy, its argument seen through a block. */
    private static final class Judged extends Wrapped {

        private final Block block;

        private Judged(Block block) {
            this.block = block;
        }

        @Override
        public NDArray value(NDList known, NDArray argument) {
            ParameterStore store = new ParameterStore(argument.getManager(), false);
            NDArray seen = block.forward(store, new NDList(argument), false).head();
            return super.value(known, seen);
        }

        @Override
        public List<Block> blocks() {
            return List.of(block);
        }
    }

    private static class Wrapped implements Problem<Double> {

        private final ToyProblem toy = new ToyProblem();

        @Override
        public Shape argument() {
            return toy.argument();
        }

        @Override
        public NDList known(NDManager manager, List<Double> instances) {
            return toy.known(manager, instances);
        }

        @Override
        public NDArray value(NDList known, NDArray argument) {
            return toy.value(known, argument);
        }

        @Override
        public FeasibleSet feasible(NDList known) {
            return toy.feasible(known);
        }
    }
}
