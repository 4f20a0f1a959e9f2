package io.github.gradkit.learninit.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.FeasibleSets;
import io.github.gradkit.learninit.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WmmseTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void logarithmsOfErrorWeightsAddUpToTheSumRateAtEveryStep() {
        PowerAllocation problem =
                PowerAllocation.builder().setUsers(6).optNoise(0.05).optMaxPower(2).build();
        for (Channel channel : ChannelGenerator.of(6, 1).next(50)) {
            Link link = link(problem, channel);
            WmmseStep step = new WmmseStep(link);
            double[] powers = {2, 1, 0.5, 0.1, 1.5, 0.01};
            for (int i = 0; i < 30; i++) {
                step.fitReceivers(powers);
                assertThat(step.logWeights()).isCloseTo(link.sumRate(powers), within(1e-9));
                step.fitPowers(powers);
            }
        }
    }

    @Test
    void everyStepRaisesTheWeightedSumRateAndStaysInTheBox() {
        PowerAllocation problem =
                PowerAllocation.builder()
                        .setUsers(4)
                        .optNoise(0.1)
                        .optMaxPower(0.7)
                        .optWeights(1, 2, 0.5, 3)
                        .build();
        for (Channel channel : ChannelGenerator.of(4, 2).next(200)) {
            Link link = link(problem, channel);
            WmmseStep step = new WmmseStep(link);
            double[] powers = {0.7, 0.2, 0.4, 0.001};
            double before = link.sumRate(powers);
            for (int i = 0; i < 50; i++) {
                step.fitReceivers(powers);
                step.fitPowers(powers);
                double after = link.sumRate(powers);
                assertThat(after).isGreaterThanOrEqualTo(before - 1e-9);
                for (double power : powers) {
                    assertThat(power).isBetween(0.0, 0.7);
                }
                before = after;
            }
        }
    }

    @Test
    void agreesWithTheTextbook() {
        List<Channel> channels = ChannelGenerator.of(5, 3).next(30);
        PowerAllocation problem = PowerAllocation.builder().setUsers(5).optNoise(0.1).build();
        Wmmse solver = Wmmse.builder().optSteps(40).optTolerance(-1).build();
        NDArray start = Solved.random(manager, 30, 5, 4);
        Solution solution = solver.solve(problem, problem.known(manager, channels), start);
        float[] starts = start.toFloatArray();
        float[] found = solution.argument().toFloatArray();
        for (int i = 0; i < 30; i++) {
            double[] powers = new double[5];
            for (int k = 0; k < 5; k++) {
                powers[k] = starts[i * 5 + k];
            }
            double[] expected = TextbookWmmse.solve(channels.get(i), powers, 0.1, 1, 40);
            for (int k = 0; k < 5; k++) {
                assertThat((double) found[i * 5 + k]).isCloseTo(expected[k], within(2e-4));
            }
            assertThat(-solution.values().get(i))
                    .isCloseTo(TextbookWmmse.sumRate(channels.get(i), expected, 0.1), within(1e-4));
        }
    }

    @Test
    void userWithoutOthersGetsAllPower() {
        Solution solution = solve(Channel.of(new double[][] {{0.3}}), 0.1f);
        assertThat(solution.argument().toFloatArray()).containsExactly(1);
        assertThat(-solution.values().get(0)).isCloseTo(Math.log(1.09) / Math.log(2), within(1e-6));
    }

    @Test
    void usersThatDoNotDisturbEachOtherGetAllPower() {
        Channel channel = Channel.of(new double[][] {{0.3, 0, 0}, {0, 1, 0}, {0, 0, 2}});
        assertThat(solve(channel, 0.2f, 0.01f, 0.9f).argument().toFloatArray())
                .containsOnly(1)
                .hasSize(3);
    }

    @Test
    void usersThatReachNobodyGetNothingAndDisturbNoOne() {
        Channel channel = Channel.of(new double[][] {{0, 1}, {1, 1}});
        Solution solution = solve(channel, 1, 1);
        assertThat(solution.argument().toFloatArray()).containsExactly(0, 1);
        assertThat(solution.values().get(0)).isCloseTo(-1, within(1e-9));
        assertThat(solve(Channel.of(new double[2][2]), 1, 1).values()).containsExactly(0.0);
    }

    @Test
    void sendersThatAreOffStayOffWithoutAFloor() {
        Channel channel = Channel.of(new double[][] {{1, 0}, {0, 1}});
        PowerAllocation problem = PowerAllocation.builder().setUsers(2).build();
        NDList known = problem.known(manager, List.of(channel));
        NDArray start = manager.create(new float[] {1, 0}, new Shape(1, 2));
        Solution stuck = Wmmse.builder().optFloor(0).build().solve(problem, known, start);
        assertThat(stuck.argument().toFloatArray()).containsExactly(1, 0);
        Solution lifted = Wmmse.builder().build().solve(problem, known, start);
        assertThat(lifted.argument().toFloatArray()).containsExactly(1, 1);
    }

    @Test
    void isNeverWorseThanItsStartThoughTheFloorMayBe() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(3).optNoise(0.01).build();
        List<Channel> channels = ChannelGenerator.of(3, 5).next(100);
        NDList known = problem.known(manager, channels);
        // All but one sender off, which one step with a floor this high can only make worse.
        NDArray start = manager.zeros(new Shape(100, 3));
        start.set(new NDIndex(":, 0"), 1);
        Wmmse solver = Wmmse.builder().optSteps(1).optFloor(1).optCurve(true).build();
        Solution solution = solver.solve(problem, known, start);
        float[] before = problem.value(known, start).toFloatArray();
        float[] after = problem.value(known, solution.argument()).toFloatArray();
        int kept = 0;
        for (int i = 0; i < 100; i++) {
            assertThat(solution.values().get(i)).isLessThanOrEqualTo(before[i] + 1e-4);
            assertThat((double) after[i]).isCloseTo(solution.values().get(i), within(1e-4));
            kept += after[i] == before[i] ? 1 : 0;
        }
        assertThat(kept).isPositive();
    }

    @Test
    void curveHoldsTheBestValuesOfAllInstances() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(3).build();
        List<Channel> channels = ChannelGenerator.of(3, 6).next(7);
        Wmmse solver = Wmmse.builder().optSteps(20).optTolerance(1e-3).optCurve(true).build();
        Solution solution = Solved.fromMaximum(solver, problem, manager, channels);
        int longest = solution.steps().stream().mapToInt(Integer::intValue).max().orElseThrow();
        assertThat(solution.curve()).hasSize(longest + 1);
        NDArray ones = manager.ones(new Shape(7, 3));
        float[] first = problem.value(problem.known(manager, channels), ones).toFloatArray();
        for (int i = 0; i < 7; i++) {
            assertThat(solution.curve().get(0).get(i)).isCloseTo(first[i], within(1e-5));
            for (int step = 1; step <= longest; step++) {
                assertThat(solution.curve().get(step).get(i))
                        .isLessThanOrEqualTo(solution.curve().get(step - 1).get(i));
            }
            assertThat(solution.curve().get(longest).get(i)).isEqualTo(solution.values().get(i));
        }
        assertThat(Solved.fromMaximum(Wmmse.builder().build(), problem, manager, channels).curve())
                .isEmpty();
    }

    @Test
    void toleranceStopsEachInstanceByItselfAndStepsAreCounted() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(4).build();
        List<Channel> channels = ChannelGenerator.of(4, 7).next(20);
        Wmmse early = Wmmse.builder().optTolerance(1e-3).build();
        Wmmse full = Wmmse.builder().optTolerance(-1).build();
        Solution stopped = Solved.fromMaximum(early, problem, manager, channels);
        Solution complete = Solved.fromMaximum(full, problem, manager, channels);
        assertThat(complete.steps()).containsOnly(100);
        assertThat(complete.cost().gradients()).isEqualTo(2000);
        assertThat(stopped.steps()).allMatch(steps -> steps < 100);
        assertThat(stopped.steps().stream().distinct().count()).isGreaterThan(1);
        assertThat(stopped.cost().gradients())
                .isEqualTo(stopped.steps().stream().mapToInt(Integer::intValue).sum());
        for (int i = 0; i < 20; i++) {
            Solution alone =
                    Solved.fromMaximum(early, problem, manager, channels.subList(i, i + 1));
            assertThat(alone.values().get(0)).isEqualTo(stopped.values().get(i));
        }
    }

    @Test
    void leavesTheStartAloneAndNoArraysBehind() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(3).build();
        NDList known = problem.known(manager, ChannelGenerator.of(3, 8).next(5));
        NDArray start = Solved.random(manager, 5, 3, 9);
        float[] numbers = start.toFloatArray();
        int before = ArrayCounts.of(manager);
        Wmmse.builder().build().solve(problem, known, start).argument().close();
        assertThat(start.toFloatArray()).containsExactly(numbers);
        assertThat(ArrayCounts.of(manager)).isEqualTo(before);
    }

    @Test
    void refusesStartsThatAreNotPowers() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(2).build();
        NDList known = problem.known(manager, ChannelGenerator.of(2, 1).next(1));
        Wmmse solver = Wmmse.builder().build();
        assertThatThrownBy(() -> solver.solve(problem, known, start(0.5f, -0.1f)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("user 1 -0.1");
        assertThatThrownBy(() -> solver.solve(problem, known, start(1.5f, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("user 0 1.5");
        assertThatThrownBy(() -> solver.solve(problem, known, start(Float.NaN, 0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> solver.solve(problem, known, manager.ones(new Shape(2, 2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(1, 2)");
        NDList more = new NDList(manager.ones(new Shape(1, 3, 3)), manager.ones(new Shape(1, 3)));
        assertThatThrownBy(() -> solver.solve(problem, more, start(0.5f, 0.5f)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(1, 3, 3)");
    }

    @Test
    void refusesOtherProblems() {
        NDArray start = manager.ones(new Shape(1, 1));
        assertThatThrownBy(
                        () -> Wmmse.builder().build().solve(new Other(), new NDList(start), start))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PowerAllocation only");
    }

    @Test
    void refusesBadSettings() {
        Wmmse.Builder builder = Wmmse.builder();
        assertThatThrownBy(() -> builder.optSteps(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.optFloor(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2.0");
        assertThatThrownBy(() -> builder.optTolerance(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private NDArray start(float... powers) {
        return manager.create(powers, new Shape(1, powers.length));
    }

    private Solution solve(Channel channel, float... start) {
        PowerAllocation problem = PowerAllocation.builder().setUsers(channel.users()).build();
        NDList known = problem.known(manager, List.of(channel));
        return Wmmse.builder().build().solve(problem, known, start(start));
    }

    private Link link(PowerAllocation problem, Channel channel) {
        NDList known = problem.known(manager, List.of(channel));
        return new Link(problem, known.get(0).toFloatArray(), known.get(1).toFloatArray(), 0);
    }

    private static final class Other implements Problem<Double> {

        @Override
        public Shape argument() {
            return new Shape(1);
        }

        @Override
        public NDList known(NDManager manager, List<Double> instances) {
            return new NDList(manager.zeros(new Shape(instances.size(), 1)));
        }

        @Override
        public NDArray value(NDList known, NDArray argument) {
            return argument.sum(new int[] {1});
        }

        @Override
        public FeasibleSet feasible(NDList known) {
            return FeasibleSets.box(0, 1);
        }
    }
}
