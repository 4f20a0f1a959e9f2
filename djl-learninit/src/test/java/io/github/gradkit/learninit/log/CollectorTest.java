package io.github.gradkit.learninit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.ToyProblem;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.learninit.start.Starts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
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
    void whatIsNotFiniteIsLeftOutAndTheOthersAreLogged() throws IOException {
        List<Double> some = new ArrayList<>(x);
        some.set(3, Double.NaN);
        some.set(21, Double.POSITIVE_INFINITY);
        SolutionLog log = SolutionLog.open(folder, toy);
        PrintStream usual = System.err;
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
        try {
            collector(log, new Overflowing(solver)).optStarts(1).build().collect(some);
        } finally {
            System.setErr(usual);
        }
        // The last batch has ten instances, of which the solver spoils the last two.
        assertThat(log.size()).isEqualTo(46);
        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains("Left 1 runs out of the log, the first of them that of instance 3.")
                .contains("instance 21.")
                .contains("Left 2 runs out of the log, the first of them that of instance 48.");
        List<Double> good = new ArrayList<>(x.subList(0, 48));
        good.remove(21);
        good.remove(3);
        assertThat(log.known(manager, log.allRows()).head().toFloatArray())
                .isEqualTo(toy.known(manager, good).head().toFloatArray());
        // The others are there already.
        Cost again = collector(log, solver).optStarts(1).build().collect(some);
        assertThat(again.gradients()).isEqualTo(2 * 4);
        assertThat(log.size()).isEqualTo(48);
    }

    /** Spoils the last two instances of a batch of ten. */
    private record Overflowing(Solver solver) implements Solver {

        @Override
        public String name() {
            return solver.name();
        }

        @Override
        public Solution solve(Problem<?> problem, NDList known, NDArray start) {
            Solution plain = solver.solve(problem, known, start);
            if (plain.values().size() != 10) {
                return plain;
            }
            List<Double> values = new ArrayList<>(plain.values());
            values.set(8, 1e300);
            plain.argument().set(new NDIndex("9"), Float.NEGATIVE_INFINITY);
            return new Solution(
                    plain.argument(), values, plain.steps(), plain.curve(), plain.cost());
        }
    }

    @Test
    void anInstanceIsSolvedFromTheSameStartOnlyOnce() throws IOException {
        List<Double> repeated = new ArrayList<>(x);
        repeated.addAll(x.subList(0, 5));
        repeated.add(x.get(0));
        SolutionLog log = SolutionLog.create(toy);
        collector(log, solver).optRule(Starts.zero()).build().collect(repeated);
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
