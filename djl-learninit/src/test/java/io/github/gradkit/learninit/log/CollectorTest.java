package io.github.gradkit.learninit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.ToyProblem;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.learninit.start.Starts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final ToyProblem toy = new ToyProblem();
    private final List<Double> x = ToyProblem.instances(50, 1);
    private final Solver solver = Descent.builder().setStep(0.05).optSteps(4).build();

    @TempDir Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    private Collector.Builder<Double> collector(SolutionLog log, Solver solves) {
        return Collector.of(toy).setSolver(solves).setLog(log).optStarts(3).optBatch(20);
    }

    private float[] numbers(SolutionLog log) {
        return log.known(manager, log.allRows())
                .head()
                .concat(log.starts(manager, log.allRows()), 1)
                .concat(log.ends(manager, log.allRows()), 1)
                .toFloatArray();
    }

    @Test
    void solvesEveryInstanceFromSeveralStarts() throws IOException {
        SolutionLog log = SolutionLog.create(toy);
        Cost cost = collector(log, solver).build().collect(x);
        assertThat(log.size()).isEqualTo(150);
        assertThat(log.bestRows()).hasSize(50);
        assertThat(cost.gradients()).isEqualTo(150 * 4);
        assertThat(cost.values()).isEqualTo(150);
        float[] starts = log.starts(manager, log.allRows()).toFloatArray();
        assertThat(starts).doesNotHaveDuplicates();
    }

    @Test
    void anotherRunSolvesOnlyWhatIsMissing() throws IOException {
        SolutionLog log = SolutionLog.create(toy);
        collector(log, solver).build().collect(x);
        assertThat(collector(log, solver).build().collect(x).gradients()).isZero();
        assertThat(collector(log, solver).optStarts(1).optRule(Starts.zero()).build().collect(x))
                .extracting(Cost::gradients)
                .isEqualTo(50 * 4L);
        assertThat(log.size()).isEqualTo(200);
    }

    @Test
    void anInterruptedRunGoesOnToTheSameRows() throws IOException {
        SolutionLog whole = SolutionLog.create(toy);
        collector(whole, solver).build().collect(x);

        // Fails in the second of three batches, after one of its three starts.
        SolutionLog first = SolutionLog.open(folder, toy);
        Collector<Double> failing = collector(first, new Failing(solver, 4)).build();
        assertThatThrownBy(() -> failing.collect(x)).hasMessage("stopped");

        SolutionLog second = SolutionLog.open(folder, toy);
        assertThat(second.size()).isEqualTo(60);
        Cost cost = collector(second, solver).build().collect(x);
        assertThat(cost.gradients()).isEqualTo(90 * 4);
        assertThat(numbers(second)).isEqualTo(numbers(whole));
        assertThat(numbers(SolutionLog.open(folder, toy))).isEqualTo(numbers(whole));
    }

    @Test
    void aKilledProcessLosesNothingThatWasSaved() throws IOException, InterruptedException {
        Process child =
                new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx256m",
                                "-Dai.djl.offline=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CollectingProgram.class.getName(),
                                folder.toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(child.waitFor()).isEqualTo(3);

        SolutionLog log = SolutionLog.open(folder, toy);
        assertThat(log.size()).isEqualTo(2 * 2 * 10);
        CollectingProgram.collector(log, CollectingProgram.SOLVER)
                .collect(CollectingProgram.INSTANCES);
        SolutionLog whole = SolutionLog.create(toy);
        CollectingProgram.collector(whole, CollectingProgram.SOLVER)
                .collect(CollectingProgram.INSTANCES);
        assertThat(numbers(log)).isEqualTo(numbers(whole));
    }

    @Test
    void aPartOfABatchIsSolvedByItself() throws IOException {
        SolutionLog log = SolutionLog.create(toy);
        Collector.of(toy)
                .setSolver(solver)
                .setLog(log)
                .optRule(Starts.zero())
                .build()
                .collect(x.subList(5, 10));
        Collector.of(toy).setSolver(solver).setLog(log).optRule(Starts.zero()).build().collect(x);
        assertThat(log.size()).isEqualTo(50);
        assertThat(log.bestRows()).hasSize(50);
    }

    @Test
    void nothingIsLeftBehindEvenIfTheSolverFails() throws IOException {
        NDManager system = manager.getParentManager();
        int before = ArrayCounts.of(system);
        SolutionLog log = SolutionLog.open(folder, toy);
        Collector<Double> failing = collector(log, new Failing(solver, 4)).build();
        assertThatThrownBy(() -> failing.collect(x)).hasMessage("stopped");
        collector(log, solver).build().collect(x);
        assertThat(ArrayCounts.of(system)).isEqualTo(before);
    }

    @Test
    void buildersNameWhatIsMissing() {
        assertThatThrownBy(() -> Collector.of(toy).build()).hasMessageContaining("setSolver");
        assertThatThrownBy(() -> Collector.of(toy).setSolver(solver).build())
                .hasMessageContaining("setLog");
        assertThatThrownBy(() -> Collector.of(toy).optStarts(0)).hasMessageContaining("0");
    }

    /** Fails after some calls. */
    private static final class Failing implements Solver {

        private final Solver solver;
        private int left;

        Failing(Solver solver, int calls) {
            this.solver = solver;
            left = calls;
        }

        @Override
        public String name() {
            return solver.name();
        }

        @Override
        public Solution solve(Problem<?> problem, NDList known, NDArray start) {
            if (left-- == 0) {
                throw new UnsupportedOperationException("stopped");
            }
            return solver.solve(problem, known, start);
        }
    }
}
