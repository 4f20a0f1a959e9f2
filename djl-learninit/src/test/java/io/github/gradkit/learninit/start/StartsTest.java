package io.github.gradkit.learninit.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.QuadraticProblem;
import io.github.gradkit.learninit.ToyProblem;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.internal.Draws;
import io.github.gradkit.learninit.log.SolutionLog;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StartsTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final ToyProblem toy = new ToyProblem();
    private final List<Double> x = ToyProblem.instances(50, 1);
    private final NDList known = toy.known(manager, x);
    private final Solver solver = Descent.builder().setStep(0.05).optSteps(60).build();

    @AfterEach
    void close() {
        manager.close();
    }

    private float[] start(StartRule rule, long seed) {
        StartRule.Proposal proposal = rule.propose(toy, known, seed);
        assertThat(proposal.argument().getManager()).isSameAs(manager);
        assertThat(proposal.argument().getShape()).isEqualTo(new Shape(50, 1));
        return proposal.argument().toFloatArray();
    }

    private SolutionLog log(float[]... rows) {
        SolutionLog log = SolutionLog.create(toy);
        for (float[] row : rows) {
            NDArray end = manager.create(new float[] {row[1]}, new Shape(1, 1));
            Solution solution =
                    new Solution(end, List.of((double) row[2]), List.of(1), List.of(), Cost.ZERO);
            log.add(toy.known(manager, List.of((double) row[0])), end, solution);
        }
        return log;
    }

    @Test
    void zeroConstantAndMeanAreTheSameEverywhere() {
        assertThat(start(Starts.zero(), 1)).containsOnly(0);
        assertThat(start(Starts.constant(new float[] {1.5f}, "max"), 1)).containsOnly(1.5f);
        assertThat(start(Starts.constant(manager.create(new float[] {2}), "max"), 1))
                .containsOnly(2);
        SolutionLog log = log(new float[] {0, 1, 3}, new float[] {0, -1, 2}, new float[] {1, 0, 0});
        assertThat(start(Starts.mean(log), 1)).containsOnly(-0.5f);
        assertThat(Starts.constant(new float[] {1}, "max").name()).isEqualTo("max");
    }

    @Test
    void uniformIsDecidedByTheSeedAlone() {
        float[] one = start(Starts.uniform(), 1);
        Engine.getInstance().setRandomSeed(99);
        assertThat(start(Starts.uniform(), 1)).isEqualTo(one);
        assertThat(start(Starts.uniform(), 2)).isNotEqualTo(one);
        for (float number : one) {
            assertThat(number).isBetween(-2f, 2f);
        }
    }

    @Test
    void nearestAgreesWithASearch() {
        SplitRows rows = new SplitRows(200);
        float[] starts = start(Starts.nearest(log(rows.rows)), 1);
        for (int i = 0; i < 50; i++) {
            double nearest = Double.POSITIVE_INFINITY;
            for (float[] row : rows.rows) {
                nearest = Math.min(nearest, Math.abs(row[0] - x.get(i)));
            }
            float[] chosen = rows.rows[Math.round((starts[i] + 1) * 100)];
            // Distances come from products in float32, so near ties may go either way.
            assertThat(Math.abs(chosen[0] - x.get(i))).isCloseTo(nearest, within(1e-3));
        }
    }

    @Test
    void nearestCopesWithWhatNeverVaries() {
        assertThat(start(Starts.nearest(log(new float[] {.3f, 1.25f, 0})), 1)).containsOnly(1.25f);
    }

    @Test
    void nearestDividesEachNumberByItsSpreadWhateverItsUnit() {
        QuadraticProblem units = new QuadraticProblem(2);
        SolutionLog log = SolutionLog.create(units);
        // Capacitances and temperatures.
        NDList logged =
                units.known(
                        manager,
                        List.of(new float[] {5e-10f, 300.5f}, new float[] {1.5e-9f, 299.5f}));
        NDArray ends = manager.create(new float[] {1, 1, 2, 2}, new Shape(2, 2));
        log.add(
                logged,
                ends,
                new Solution(ends, List.of(0.0, 0.0), List.of(1, 1), List.of(), Cost.ZERO));
        NDList query = units.known(manager, List.of(new float[] {1.5e-9f, 300.1f}));
        NDArray start = Starts.nearest(log).propose(units, query, 1).argument();
        assertThat(start.toFloatArray()).containsExactly(2, 2);
    }

    @Test
    void bestOfOneIsTheSolutionFromTheStart() {
        StartRule best = Starts.bestOf(1, Starts.uniform(), solver);
        NDArray uniform = Starts.uniform().propose(toy, known, 4).argument();
        assertThat(start(best, 4))
                .isEqualTo(solver.solve(toy, known, uniform).argument().toFloatArray());
        assertThat(best.name()).isEqualTo("best of 1");
    }

    @Test
    void bestOfManyTakesTheBestRunOfEachInstanceAndCountsThemAll() {
        StartRule.Proposal proposal =
                Starts.bestOf(4, Starts.uniform(), solver).propose(toy, known, 4);
        assertThat(proposal.cost().gradients()).isEqualTo(4 * 60 * 50);
        assertThat(proposal.cost().values()).isEqualTo(4 * 50);
        float[] best = proposal.argument().toFloatArray();
        double[] lowest = new double[50];
        Arrays.fill(lowest, 9);
        for (int r = 0; r < 4; r++) {
            NDArray start = Starts.uniform().propose(toy, known, Draws.seed(4, r)).argument();
            Solution run = solver.solve(toy, known, start);
            for (int i = 0; i < 50; i++) {
                lowest[i] = Math.min(lowest[i], run.values().get(i));
            }
        }
        for (int i = 0; i < 50; i++) {
            assertThat(ToyProblem.value(best[i], x.get(i))).isCloseTo(lowest[i], within(1e-5));
        }
    }

    @Test
    void nothingIsLeftBehind() {
        SolutionLog log = log(new float[] {0, 1, 3}, new float[] {.5f, -1, 2});
        List<StartRule> rules =
                List.of(
                        Starts.zero(),
                        Starts.uniform(),
                        Starts.mean(log),
                        Starts.nearest(log),
                        Starts.bestOf(3, Starts.uniform(), solver));
        int count = ArrayCounts.of(manager);
        for (StartRule rule : rules) {
            rule.propose(toy, known, 1).argument().close();
            assertThat(ArrayCounts.of(manager)).as(rule.name()).isEqualTo(count);
        }
    }

    @Test
    void refusesWhatCantWork() {
        SolutionLog empty = SolutionLog.create(toy);
        assertThatThrownBy(() -> Starts.mean(empty)).hasMessageContaining("empty");
        assertThatThrownBy(() -> Starts.nearest(empty)).hasMessageContaining("empty");
        assertThatThrownBy(() -> Starts.bestOf(0, Starts.zero(), solver)).hasMessageContaining("0");
        StartRule wrong = Starts.constant(new float[] {1, 2}, "max");
        assertThatThrownBy(() -> wrong.propose(toy, known, 1))
                .hasMessageContaining("2 numbers")
                .hasMessageContaining("(1)");
    }

    /** Rows of x, end and value. */
    private static final class SplitRows {
        private final float[][] rows;

        SplitRows(int count) {
            List<Double> inputs = ToyProblem.instances(count, 77);
            rows = new float[count][];
            for (int i = 0; i < count; i++) {
                rows[i] = new float[] {inputs.get(i).floatValue(), i / 100f - 1, 0};
            }
        }
    }
}
