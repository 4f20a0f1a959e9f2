package io.github.gradkit.learninit.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.CosineTracker;
import io.github.gradkit.learninit.ToyProblem;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.log.Collector;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.problem.FeasibleSets;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.learninit.start.Starts;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How often each start leads to the lower of the two minima of the toy problem. */
class ToyStudyTest {

    private static final ToyProblem TOY = new ToyProblem();
    private static final Solver SOLVER = Descent.builder().setStep(0.05).optSteps(200).build();
    private static final List<Double> FRESH = ToyProblem.instances(5000, 1);
    private static final NDManager MANAGER = NDManager.newBaseManager();

    private static final int ROWS = 60000;
    private static final int BATCH = 50;

    private static SolutionLog single;
    private static SolutionLog twoSided;

    @BeforeAll
    static void collect() throws IOException {
        single = SolutionLog.create(TOY);
        collector(single, Starts.uniform()).collect(ToyProblem.instances(10000, 2));
        twoSided = SolutionLog.create(TOY);
        List<Double> instances = ToyProblem.instances(4000, 3);
        for (float side : new float[] {-1, 1}) {
            collector(twoSided, Starts.constant(new float[] {side}, "side")).collect(instances);
        }
    }

    private static Collector<Double> collector(SolutionLog log, StartRule rule) {
        return Collector.of(TOY)
                .setSolver(SOLVER)
                .setLog(log)
                .optRule(rule)
                .optBatch(20000)
                .build();
    }

    @AfterAll
    static void close() {
        MANAGER.close();
    }

    /** The share of runs that end in the lower minimum, and their mean value. */
    private static double[] solve(StartRule rule) {
        return solve(rule, TOY);
    }

    private static double[] solve(StartRule rule, ToyProblem proposed) {
        NDList known = TOY.known(MANAGER, FRESH);
        NDArray start = rule.propose(proposed, known, 4).argument();
        Solution solution = SOLVER.solve(TOY, known, start);
        float[] ends = solution.argument().toFloatArray();
        int lower = 0;
        for (int i = 0; i < ends.length; i++) {
            lower += ends[i] * FRESH.get(i) < 0 ? 1 : 0;
        }
        double mean = solution.values().stream().mapToDouble(v -> v).average().orElseThrow();
        return new double[] {100.0 * lower / ends.length, mean};
    }

    /** Intercept and slope of a rule that is linear. */
    private static double[] line(StartRule rule) {
        NDList known = TOY.known(MANAGER, List.of(0.0, 1.0));
        float[] ends = rule.propose(TOY, known, 0).argument().toFloatArray();
        return new double[] {ends[0], ends[1] - ends[0]};
    }

    private static ArgInit.Builder linear(SolutionLog log) {
        return ArgInit.builder()
                .setLog(log)
                .optBlock(Linear.builder().setUnits(1).build())
                .optEpochs(ROWS / log.bestRows().length)
                .optBatch(BATCH)
                .optOptimizer(adam());
    }

    /** Quick for a line, and slow in the end. */
    private static Optimizer adam() {
        CosineTracker rate =
                CosineTracker.builder()
                        .setBaseValue(0.03f)
                        .optFinalValue(1e-5f)
                        .setMaxUpdates(ROWS / BATCH)
                        .build();
        return Adam.builder().optLearningRateTracker(rate).build();
    }

    @Test
    void aRandomStartFindsTheLowerMinimumInHalfOfTheRuns() {
        double[] random = solve(Starts.uniform());
        assertThat(random[0]).isCloseTo(51.2, within(2.0));
        assertThat(random[1]).isCloseTo(-0.0064, within(0.01));
    }

    @Test
    void theZeroStartAlwaysFindsIt() {
        double[] zero = solve(Starts.zero());
        assertThat(zero[0]).isGreaterThan(98);
        assertThat(zero[1]).isCloseTo(-0.1507, within(0.01));
    }

    @Test
    void argInitOnBestSolutionsFindsIt() {
        try (ArgInit rule = linear(twoSided).fit()) {
            assertThat(line(rule)[0]).isCloseTo(0.004, within(0.03));
            assertThat(line(rule)[1]).isCloseTo(-1.542, within(0.03));
            assertThat(solve(rule)[0]).isCloseTo(99.9, within(2.0));
        }
    }

    @Test
    void argInitAveragesTheMinimaOfSingleSolutions() {
        try (ArgInit rule = linear(single).optTargets(Targets.ALL).fit()) {
            assertThat(line(rule)[0]).isCloseTo(0, within(0.06));
            assertThat(line(rule)[1]).isCloseTo(-0.083, within(0.06));
        }
    }

    @Test
    void twoHeadsKeepTheMinimaOfSingleSolutionsApart() {
        try (ArgInit rule =
                ArgInit.builder()
                        .setLog(single)
                        .optTargets(Targets.ALL)
                        .optHeads(2)
                        .optEpochs(5)
                        .optBatch(200)
                        .fit()) {
            assertThat(solve(rule)[0]).isGreaterThan(98);
            float[] ends =
                    rule.propose(TOY, TOY.known(MANAGER, List.of(-0.8, 0.8)), 0)
                            .argument()
                            .toFloatArray();
            assertThat(ends[0]).isCloseTo(1.02f, within(0.1f));
            assertThat(ends[1]).isCloseTo(-1.02f, within(0.1f));
        }
    }

    @Test
    void valueInitOnSingleSolutionsFindsIt() {
        try (ValueInit rule = valueInit().optCandidates(10).fit()) {
            double[] chosen = solve(rule);
            assertThat(chosen[0]).isCloseTo(100, within(2.0));
            assertThat(chosen[1]).isCloseTo(-0.1507, within(0.01));
        }
    }

    @Test
    void descendingOnTheValuePredictorFindsItFromOneCandidate() {
        // Without bounds the predictor would be followed to where it was never fitted.
        ToyProblem bounded = new ToyProblem(FeasibleSets.box(-2, 2));
        try (ValueInit rule = valueInit().optCandidates(1).optDescend(60, 0.05).fit()) {
            assertThat(solve(rule, bounded)[0]).isCloseTo(100, within(2.0));
        }
    }

    private static ValueInit.Builder valueInit() {
        return ValueInit.builder()
                .setLog(single)
                .optBlock(features())
                .optStandardise(false)
                .optEpochs(ROWS / single.size())
                .optBatch(BATCH)
                .optOptimizer(adam());
    }

    private static Block features() {
        return new SequentialBlock()
                .add(
                        arrays -> {
                            NDArray t = arrays.get(1);
                            NDArray bent = t.add(t).add(t).tanh();
                            NDArray x = arrays.head();
                            return new NDList(NDArrays.concat(new NDList(x, bent, x.mul(bent)), 1));
                        })
                .add(Linear.builder().setUnits(1).build());
    }
}
