package io.github.gradkit.learninit.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InterferenceNetTest {

    private static final int[] ORDER = {3, 0, 4, 2, 1};

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        manager.getEngine().setRandomSeed(1);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void usersInAnotherOrderGetTheSamePowers() {
        PowerAllocation problem = weighted(1, 2, 3, 4, 5);
        PowerAllocation reordered = weighted(4, 1, 5, 3, 2);
        Block net = initialised(InterferenceNet.builder().setProblem(problem).build(), problem);
        List<Channel> channels = ChannelGenerator.of(5, 2).next(20);
        List<Channel> moved = channels.stream().map(c -> c.relabelled(ORDER)).toList();
        float[] powers = run(net, problem.known(manager, channels));
        float[] movedPowers = run(net, reordered.known(manager, moved));
        for (int i = 0; i < 20; i++) {
            for (int k = 0; k < 5; k++) {
                assertThat(movedPowers[i * 5 + k])
                        .isCloseTo(powers[i * 5 + ORDER[k]], within(1e-5f));
            }
        }
        // Otherwise a constant would pass as well.
        assertThat(spread(powers)).isGreaterThan(0.01f);
    }

    @Test
    void worksForAnyNumberOfUsers() {
        PowerAllocation problem = weighted(1, 1, 1);
        Block net = initialised(InterferenceNet.builder().setProblem(problem).build(), problem);
        for (int users : new int[] {1, 2, 7}) {
            PowerAllocation other = PowerAllocation.builder().setUsers(users).build();
            NDList known = other.known(manager, ChannelGenerator.of(users, 3).next(4));
            assertThat(run(net, known)).hasSize(4 * users);
            for (float power : run(net, known)) {
                assertThat(power).isBetween(0f, 1f);
            }
        }
    }

    @Test
    void powersStayBetweenZeroAndTheMaximumWithEveryHead() {
        PowerAllocation problem =
                PowerAllocation.builder().setUsers(3).optMaxPower(5).optNoise(0.01).build();
        InterferenceNet net =
                InterferenceNet.builder()
                        .setProblem(problem)
                        .optHeads(4)
                        .optWidth(8)
                        .optRounds(1)
                        .build();
        initialised(net, problem);
        NDList known = problem.known(manager, ChannelGenerator.of(3, 4).next(6));
        NDArray output = forward(net, known);
        assertThat(output.getShape()).isEqualTo(new Shape(6, 4, 3));
        assertThat(net.getOutputShapes(known.getShapes())[0]).isEqualTo(new Shape(6, 4, 3));
        for (float power : output.toFloatArray()) {
            assertThat(power).isBetween(0f, 5f);
        }
        assertThat(spread(output.toFloatArray())).isGreaterThan(0.5f);
    }

    @Test
    void unboundedOutputsAreTheLogitsOfPowers() {
        PowerAllocation problem = weighted(1, 2, 3);
        InterferenceNet.Builder builder = InterferenceNet.builder().setProblem(problem);
        NDList known = problem.known(manager, ChannelGenerator.of(3, 7).next(5));
        manager.getEngine().setRandomSeed(2);
        float[] powers = run(initialised(builder.build(), problem), known);
        manager.getEngine().setRandomSeed(2);
        Block unbounded = initialised(builder.optUnbounded(true).build(), problem);
        float[] scores = run(unbounded, known);
        for (int i = 0; i < powers.length; i++) {
            assertThat(1 / (1 + Math.exp(-scores[i]))).isCloseTo(powers[i], within(1e-5));
        }
    }

    @Test
    void predictedValueDoesNotDependOnTheOrderOfUsersButOnTheStart() {
        PowerAllocation problem = weighted(1, 2, 3, 4, 5);
        PowerAllocation reordered = weighted(4, 1, 5, 3, 2);
        InterferenceValue net = InterferenceValue.builder().setProblem(problem).build();
        List<Channel> channels = ChannelGenerator.of(5, 5).next(10);
        List<Channel> moved = channels.stream().map(c -> c.relabelled(ORDER)).toList();
        float[] starts = Solved.random(manager, 10, 5, 6).toFloatArray();
        float[] movedStarts = new float[50];
        for (int i = 0; i < 50; i++) {
            movedStarts[i] = starts[i / 5 * 5 + ORDER[i % 5]];
        }
        NDList input = withStart(problem.known(manager, channels), starts);
        net.initialize(manager, DataType.FLOAT32, input.getShapes());
        float[] values = run(net, input);
        float[] same = run(net, withStart(reordered.known(manager, moved), movedStarts));
        float[] other = run(net, withStart(problem.known(manager, channels), new float[50]));
        assertThat(values).hasSize(10);
        for (int i = 0; i < 10; i++) {
            assertThat(same[i]).isCloseTo(values[i], within(1e-4f));
            assertThat(other[i]).isNotCloseTo(values[i], within(1e-3f));
        }
    }

    @Test
    void refusesBadSettings() {
        assertThatThrownBy(() -> InterferenceNet.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setProblem");
        assertThatThrownBy(() -> InterferenceNet.builder().optWidth(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> InterferenceNet.builder().optRounds(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> InterferenceNet.builder().optHeads(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> InterferenceValue.builder().build())
                .isInstanceOf(IllegalStateException.class);
    }

    private NDList withStart(NDList known, float[] start) {
        known.add(manager.create(start, new Shape(10, 5)));
        return known;
    }

    private static PowerAllocation weighted(double... weights) {
        return PowerAllocation.builder()
                .setUsers(weights.length)
                .optNoise(0.1)
                .optWeights(weights)
                .build();
    }

    private Block initialised(Block net, PowerAllocation problem) {
        NDList known = problem.known(manager, ChannelGenerator.of(problem.users(), 1).next(1));
        net.setInitializer(new NormalInitializer(0.2f), Parameter.Type.WEIGHT);
        net.initialize(manager, DataType.FLOAT32, known.getShapes());
        return net;
    }

    private static float spread(float[] powers) {
        float least = Float.MAX_VALUE;
        float largest = 0;
        for (float power : powers) {
            least = Math.min(least, power);
            largest = Math.max(largest, power);
        }
        return largest - least;
    }

    private float[] run(Block net, NDList input) {
        return forward(net, input).toFloatArray();
    }

    private NDArray forward(Block net, NDList input) {
        return net.forward(new ParameterStore(manager, false), input, false).singletonOrThrow();
    }
}
