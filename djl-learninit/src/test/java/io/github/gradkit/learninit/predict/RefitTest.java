package io.github.gradkit.learninit.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.QuadraticProblem;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.internal.Draws;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.learninit.start.Starts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RefitTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final QuadraticProblem problem = new QuadraticProblem(1);
    private final Solver solver = Descent.builder().setStep(0.5).optSteps(2).build();
    private final SolutionLog recent = SolutionLog.bounded(problem, 200);

    @AfterEach
    void close() {
        manager.close();
    }

    private Refit refit() {
        ArgInit rule =
                ArgInit.builder()
                        .setLog(recent)
                        .optBlock(Linear.builder().setUnits(1).build())
                        .optOptimizer(
                                Adam.builder().optLearningRateTracker(Tracker.fixed(0.02f)).build())
                        .optEpochs(20)
                        .build();
        return Refit.builder().setRule(rule).optEvery(4).optDefault(Starts.zero()).build();
    }

    /** Solves a batch from the rule's start and returns how far off the start was on average. */
    private double batch(Refit rule, long seed) {
        NDList known = new NDList(Draws.uniform(manager, new Shape(50, 1), seed));
        StartRule.Proposal proposal = rule.propose(problem, known, seed);
        Solution solution = solver.solve(problem, known, proposal.argument());
        rule.observe(known, proposal.argument(), solution);
        float[] from = proposal.argument().toFloatArray();
        float[] to = solution.argument().toFloatArray();
        new NDList(known.head(), proposal.argument(), solution.argument()).close();
        double off = 0;
        for (int i = 0; i < from.length; i++) {
            off += Math.abs(from[i] - to[i]) / from.length;
        }
        return off;
    }

    @Test
    void followsAProblemThatMoves() {
        try (Refit rule = refit()) {
            assertThat(rule.name()).isEqualTo("arg-init");
            double before = batch(rule, 0);
            for (int i = 1; i < 12; i++) {
                batch(rule, i);
            }
            assertThat(rule.fits()).isEqualTo(3);
            assertThat(recent.size()).isEqualTo(200);
            assertThat(batch(rule, 12)).isLessThan(before / 10);
            problem.move(2);
            double moved = batch(rule, 13);
            assertThat(moved).isGreaterThan(1.5);
            for (int i = 14; i < 32; i++) {
                batch(rule, i);
            }
            assertThat(batch(rule, 32)).isLessThan(moved / 10);
            assertThat(rule.fitCost().predictions()).isEqualTo(8 * 20 * 200L);
        }
    }

    @Test
    void beforeTheFirstFitItIsTheDefaultStart() {
        try (Refit rule = refit()) {
            NDList known = new NDList(manager.ones(new Shape(3, 1)));
            assertThat(rule.propose(problem, known, 1).argument().toFloatArray()).containsOnly(0);
            for (int i = 0; i < 4; i++) {
                assertThat(rule.fits()).isZero();
                batch(rule, i);
            }
            assertThat(rule.fits()).isOne();
            assertThat(rule.propose(problem, known, 1).argument().toFloatArray()).doesNotContain(0);
        }
    }

    @Test
    void nothingPilesUp() {
        NDManager system = manager.getParentManager();
        try (Refit rule = refit()) {
            for (int i = 0; i < 4; i++) {
                batch(rule, i);
            }
            int count = ArrayCounts.of(system);
            for (int i = 4; i < 12; i++) {
                batch(rule, i);
            }
            assertThat(ArrayCounts.of(system)).isEqualTo(count);
        }
    }

    @Test
    void refusesWhatCantWork() {
        assertThatThrownBy(() -> Refit.builder().build()).hasMessageContaining("setRule");
        assertThatThrownBy(() -> Refit.builder().optEvery(0)).hasMessageContaining("0");
        try (ArgInit without = ArgInit.builder().build()) {
            assertThatThrownBy(() -> Refit.builder().setRule(without).build())
                    .hasMessageContaining("setLog");
        }
        try (Refit rule = refit()) {
            NDArray wrong = manager.ones(new Shape(2, 3));
            NDList known = new NDList(manager.ones(new Shape(2, 1)));
            Solution solution = solver.solve(problem, known, manager.ones(new Shape(2, 1)));
            assertThatThrownBy(() -> rule.observe(known, wrong, solution))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
