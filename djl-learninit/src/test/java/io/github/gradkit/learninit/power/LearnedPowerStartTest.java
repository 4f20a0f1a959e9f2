package io.github.gradkit.learninit.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.log.Collector;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.predict.ArgInit;
import io.github.gradkit.learninit.predict.ObjectiveInit;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.support.state.StateFileException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LearnedPowerStartTest {

    private static final Solver WMMSE = Wmmse.builder().optTolerance(-1).build();

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
    void learnedStartFailsLessOftenThanMaximumPower() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(2).build();
        List<Channel> channels = ChannelGenerator.of(2, 100).next(2000);
        double[] best =
                Solved.rates(
                        Solved.fromMaximum(ExhaustiveSearch.create(2), problem, manager, channels));
        double[] plain = Solved.rates(Solved.fromMaximum(WMMSE, problem, manager, channels));
        double failures = failures(best, plain);
        // Four standard errors of 2000 draws around a share found elsewhere.
        assertThat(failures).isCloseTo(0.145, within(0.035));
        try (ObjectiveInit learned = train(problem, 300)) {
            double[] rates = solveFrom(learned, problem, channels);
            assertThat(failures(best, rates)).isLessThan(failures / 4);
        }
    }

    @Test
    void learnedStartsCloseHalfTheGapToTheBestOfTenStarts() throws StateFileException {
        PowerAllocation problem = PowerAllocation.builder().setUsers(10).optNoise(0.01).build();
        List<Channel> channels = ChannelGenerator.of(10, 200).next(300);
        NDList known = problem.known(manager, channels);
        double[] best = new double[300];
        double[] mean = new double[300];
        for (int start = 0; start < 10; start++) {
            NDArray powers = Solved.random(manager, 300, 10, start);
            double[] rates = Solved.rates(WMMSE.solve(problem, known, powers));
            for (int i = 0; i < 300; i++) {
                best[i] = Math.max(best[i], rates[i]);
                mean[i] += rates[i] / 10;
            }
        }
        double random = Solved.mean(mean);
        double gap = Solved.mean(best) - random;
        try (ObjectiveInit learned = train(problem, 150);
                ArgInit fitted = fit(problem)) {
            for (StartRule rule : List.of(learned, fitted)) {
                double reached = Solved.mean(solveFrom(rule, problem, channels));
                assertThat((reached - random) / gap).as(rule.name()).isGreaterThan(0.5);
            }
        }
    }

    /** Fits to the best of ten solutions of each of some channels. */
    private static ArgInit fit(PowerAllocation problem) throws StateFileException {
        SolutionLog log = SolutionLog.create(problem);
        Collector.of(problem)
                .setSolver(WMMSE)
                .setLog(log)
                .optStarts(10)
                .build()
                .collect(ChannelGenerator.of(10, 1).next(500));
        return ArgInit.builder()
                .setLog(log)
                .optBlock(InterferenceNet.builder().setProblem(problem).optUnbounded(true).build())
                .optStandardise(false)
                .optEpochs(25)
                .optSeed(1)
                .fit();
    }

    private static ObjectiveInit train(PowerAllocation problem, int steps) {
        return ObjectiveInit.<Channel>builder()
                .setProblem(problem)
                .setBlock(InterferenceNet.builder().setProblem(problem).optHeads(4).build())
                .setInstances(ChannelGenerator.of(problem.users(), 1)::next)
                .optSteps(steps)
                .optSeed(1)
                .fit();
    }

    private double[] solveFrom(StartRule learned, PowerAllocation problem, List<Channel> channels) {
        NDList known = problem.known(manager, channels);
        NDArray start = learned.propose(problem, known, 0).argument();
        return Solved.rates(WMMSE.solve(problem, known, start));
    }

    private static double failures(double[] best, double[] reached) {
        int failures = 0;
        for (int i = 0; i < best.length; i++) {
            failures += best[i] - reached[i] > 1e-3 ? 1 : 0;
        }
        return (double) failures / best.length;
    }
}
