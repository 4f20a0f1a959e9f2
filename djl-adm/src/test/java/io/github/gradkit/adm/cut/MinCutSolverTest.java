package io.github.gradkit.adm.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MinCutSolverTest {

    static Stream<Arguments> solvers() {
        return Stream.<Named<Supplier<MinCutSolver>>>of(
                        Named.of("BoykovKolmogorov", BoykovKolmogorov::new),
                        Named.of("IncrementalBreadthFirst", IncrementalBreadthFirst::new),
                        Named.of("PushRelabel", PushRelabel::new),
                        Named.of("AutomaticSolver", AutomaticSolver::new),
                        Named.of("OrToolsSolver", OrToolsSolver::new))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("solvers")
    void findsTheLeastCostOfAllLabellings(Supplier<MinCutSolver> make) {
        MinCutSolver solver = make.get();
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Neighbourhood neighbourhood = Neighbourhood.values()[seed & 1];
            GridGraph graph = RandomGraphs.mixed(3, 3, neighbourhood, random);
            assertSolved(solver, graph, RandomGraphs.leastCost(graph));
        }
        for (int seed = 0; seed < 8; seed++) {
            Neighbourhood neighbourhood = Neighbourhood.values()[seed & 1];
            GridGraph graph = RandomGraphs.mixed(4, 4, neighbourhood, new Random(seed));
            assertSolved(solver, graph, RandomGraphs.leastCost(graph));
        }
    }

    @ParameterizedTest
    @MethodSource("solvers")
    void agreesWithAnIndependentLibrary(Supplier<MinCutSolver> make) {
        MinCutSolver solver = make.get();
        for (int size : List.of(8, 13, 21, 32)) {
            GridGraph mixed =
                    RandomGraphs.mixed(size, size + 1, Neighbourhood.EIGHT, new Random(size));
            assertSolved(solver, mixed, JGraphTCut.byBoykovKolmogorov(mixed));
            assertSolved(solver, mixed, JGraphTCut.byPushRelabel(mixed));
            GridGraph weak = RandomGraphs.weak(size, size, new Random(size));
            assertSolved(solver, weak, JGraphTCut.byBoykovKolmogorov(weak));
        }
    }

    private static void assertSolved(MinCutSolver solver, GridGraph graph, long least) {
        boolean[] side = new boolean[graph.pixels()];
        assertThat(solver.solve(graph, side)).isEqualTo(least);
        assertThat(graph.cost(side)).isEqualTo(least);
    }

    static List<TreeFlow> treeSolvers() {
        return List.of(new BoykovKolmogorov(), new IncrementalBreadthFirst());
    }

    @ParameterizedTest
    @MethodSource("treeSolvers")
    void leavesTheSinkOutOfReach(TreeFlow solver) {
        for (int seed = 0; seed < 30; seed++) {
            GridGraph graph =
                    RandomGraphs.mixed(12, 9, Neighbourhood.EIGHT, new Random(1000 + seed));
            boolean[] side = new boolean[graph.pixels()];
            solver.solve(graph, side);
            boolean[] reached = reachedFromSource(solver);
            for (int pixel = 0; pixel < side.length; pixel++) {
                int at = graph.framed(pixel);
                assertThat(side[pixel]).isEqualTo(reached[at]);
                assertThat(reached[at] && solver.excess[at] < 0).isFalse();
            }
        }
    }

    private static boolean[] reachedFromSource(TreeFlow solver) {
        boolean[] reached = new boolean[solver.size];
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        for (int p = 0; p < solver.size; p++) {
            if (solver.excess[p] > 0) {
                reached[p] = true;
                queue.add(p);
            }
        }
        while (!queue.isEmpty()) {
            int p = queue.remove();
            for (int arc = 0; arc < solver.degree; arc++) {
                int q = p + solver.steps[arc];
                if (solver.residual[p * solver.degree + arc] > 0 && !reached[q]) {
                    reached[q] = true;
                    queue.add(q);
                }
            }
        }
        return reached;
    }

    @ParameterizedTest
    @MethodSource("solvers")
    void giveTheSameLabelsAsAnyOther(Supplier<MinCutSolver> make) {
        MinCutSolver first = new BoykovKolmogorov();
        MinCutSolver second = make.get();
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int size = 5 + random.nextInt(60);
            GridGraph graph =
                    seed % 3 == 0
                            ? RandomGraphs.weak(size, 64 - size, random)
                            : RandomGraphs.mixed(size, 64 - size, Neighbourhood.EIGHT, random);
            boolean[] expected = new boolean[graph.pixels()];
            boolean[] seen = new boolean[graph.pixels()];
            long cost = first.solve(graph, expected);
            assertThat(second.solve(graph, seen)).isEqualTo(cost);
            assertThat(seen).isEqualTo(expected);
            assertThat(second.solve(graph, seen)).as("second call").isEqualTo(cost);
            assertThat(seen).as("second call").isEqualTo(expected);
        }
    }

    @Test
    void automaticSolverTellsWeakCostsFromClearOnes() {
        AutomaticSolver solver = new AutomaticSolver();
        GridGraph weak = RandomGraphs.weak(30, 30, new Random(1));
        assertThat(solver.choose(weak)).isInstanceOf(PushRelabel.class);
        GridGraph mixed = RandomGraphs.mixed(30, 30, Neighbourhood.EIGHT, new Random(1));
        assertThat(solver.choose(mixed)).isInstanceOf(IncrementalBreadthFirst.class);
        assertThat(solver.choose(new GridGraph(3, 3, Neighbourhood.FOUR)))
                .isInstanceOf(IncrementalBreadthFirst.class);
    }

    @ParameterizedTest
    @MethodSource("solvers")
    void putsTiesOnTheSinkSide(Supplier<MinCutSolver> make) {
        GridGraph graph = new GridGraph(4, 3, Neighbourhood.EIGHT);
        boolean[] side = new boolean[12];
        assertThat(make.get().solve(graph, side)).isZero();
        assertThat(side).containsOnly(false);
        graph.addCosts(5, 0, 7);
        graph.addArc(5, 0, 7, 0);
        graph.addCosts(6, 20, 0);
        assertThat(make.get().solve(graph, side)).isEqualTo(7);
        assertThat(side).containsOnly(false);
    }

    @ParameterizedTest
    @MethodSource("solvers")
    void solvesOnePixelAndNarrowStrips(Supplier<MinCutSolver> make) {
        GridGraph one = new GridGraph(1, 1, Neighbourhood.EIGHT);
        one.addCosts(0, -5, 3);
        boolean[] side = new boolean[1];
        assertThat(make.get().solve(one, side)).isEqualTo(-5);
        assertThat(side[0]).isTrue();
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            GridGraph row = RandomGraphs.mixed(11, 1, Neighbourhood.EIGHT, random);
            assertSolved(make.get(), row, RandomGraphs.leastCost(row));
            GridGraph column = RandomGraphs.mixed(1, 11, Neighbourhood.EIGHT, random);
            assertSolved(make.get(), column, RandomGraphs.leastCost(column));
        }
    }

    @ParameterizedTest
    @MethodSource("solvers")
    void countsWithTheLargestNumbersThereAre(Supplier<MinCutSolver> make) {
        int most = Integer.MAX_VALUE;
        GridGraph graph = new GridGraph(2, 2, Neighbourhood.EIGHT);
        graph.addCosts(0, 0, most);
        graph.addCosts(1, 0, most);
        graph.addCosts(2, 0, most);
        graph.addCosts(3, most, 0);
        graph.addArc(0, 2, most, 0);
        graph.addArc(1, 1, most, 0);
        graph.addArc(2, 0, most, 0);
        assertSolved(make.get(), graph, most);
    }

    @ParameterizedTest
    @MethodSource("solvers")
    void allocatesNothingAfterTheFirstProblem(Supplier<MinCutSolver> make) {
        MinCutSolver solver = make.get();
        GridGraph graph = RandomGraphs.mixed(40, 40, Neighbourhood.EIGHT, new Random(1));
        boolean[] side = new boolean[1600];
        solver.solve(graph, side);
        assertThat(ManagementFactory.getThreadMXBean())
                .isInstanceOfSatisfying(
                        ThreadMXBean.class,
                        threads -> {
                            long before = threads.getCurrentThreadAllocatedBytes();
                            for (int i = 0; i < 10; i++) {
                                solver.solve(graph, side);
                            }
                            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
                            assertThat(bytes).isLessThan(1600);
                        });
    }

    @ParameterizedTest
    @MethodSource("solvers")
    void refusesAnArrayOfTheWrongLength(Supplier<MinCutSolver> make) {
        GridGraph graph = new GridGraph(4, 3, Neighbourhood.FOUR);
        assertThatThrownBy(() -> make.get().solve(graph, new boolean[11]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sourceSide has 11 entries")
                .hasMessageContaining("12 pixels");
    }
}
