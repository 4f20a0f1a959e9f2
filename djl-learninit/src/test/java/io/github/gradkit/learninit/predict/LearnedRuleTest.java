package io.github.gradkit.learninit.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.util.Progress;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.QuadraticProblem;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.internal.Draws;
import io.github.gradkit.learninit.log.Collector;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.learninit.start.Starts;
import io.github.gradkit.support.state.StateFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnedRuleTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final QuadraticProblem problem = new QuadraticProblem(2);
    private final Solver solver = Descent.builder().setStep(0.5).optSteps(3).build();
    private final Solver short1 = Descent.builder().setStep(0.1).optSteps(1).build();
    private final SolutionLog log = SolutionLog.create(problem);
    private final SolutionLog rough = SolutionLog.create(problem);
    private NDList known;

    @TempDir Path folder;

    @BeforeEach
    void collect() throws IOException {
        Collector.of(problem).setSolver(solver).setLog(log).build().collect(instances(300, 1));
        Collector.of(problem).setSolver(short1).setLog(rough).build().collect(instances(300, 1));
        known = problem.known(manager, instances(40, 2));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static List<float[]> instances(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<float[]> instances = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            instances.add(
                    new float[] {
                        (float) random.nextDouble(-1, 1), (float) random.nextDouble(4, 9)
                    });
        }
        return instances;
    }

    private ArgInit.Builder arg() {
        return ArgInit.builder().setLog(log).optEpochs(3).optBatch(50);
    }

    private ValueInit.Builder value() {
        return ValueInit.builder().setLog(rough).optEpochs(3).optBatch(50);
    }

    private float[] start(StartRule rule) {
        try (NDArray argument = rule.propose(problem, known, 5).argument()) {
            assertThat(argument.getManager()).isSameAs(manager);
            return argument.toFloatArray();
        }
    }

    @Test
    void aPerfectPredictorLeavesNothingToDo() {
        try (ArgInit rule =
                ArgInit.builder()
                        .setLog(log)
                        .optBlock(Linear.builder().setUnits(2).build())
                        .optEpochs(400)
                        .fit()) {
            NDArray start = rule.propose(problem, known, 0).argument();
            Solution solution =
                    Descent.builder()
                            .setStep(0.1)
                            .optTolerance(0.02)
                            .build()
                            .solve(problem, known, start);
            assertThat(solution.steps()).containsOnly(0);
            assertThat(rule.fitLoss()).isLessThan(1e-4);
        }
    }

    @Test
    void theDefaultNetworkLearnsToo() {
        try (ArgInit rule = arg().optEpochs(60).fit()) {
            float[] start = start(rule);
            float[] wanted = known.head().toFloatArray();
            double sum = 0;
            for (int i = 0; i < wanted.length; i++) {
                sum += Math.abs(start[i] - wanted[i]);
            }
            assertThat(sum / wanted.length).isLessThan(0.1);
        }
    }

    @Test
    void oneCandidateIsTheRandomStartBitForBit() {
        try (ValueInit rule = value().optCandidates(1).fit()) {
            assertThat(start(rule)).isEqualTo(start(Starts.uniform()));
            assertThat(rule.propose(problem, known, 5).cost().predictions()).isZero();
        }
    }

    @Test
    void theValueReachedIsWithinTwiceTheErrorOfBestOfMany() {
        int candidates = 120;
        try (ValueInit rule = value().optCandidates(candidates).fit()) {
            StartRule.Proposal chosen = rule.propose(problem, known, 5);
            assertThat(chosen.cost().predictions()).isEqualTo(candidates * 40L);
            List<Double> reached = short1.solve(problem, known, chosen.argument()).values();
            double error = 0;
            double[] best = new double[40];
            double[] lowestPrediction = new double[40];
            float[][] predictedBest = new float[40][];
            Arrays.fill(best, Double.POSITIVE_INFINITY);
            Arrays.fill(lowestPrediction, Double.POSITIVE_INFINITY);
            for (int c = 0; c < candidates; c++) {
                NDArray start =
                        Starts.uniform().propose(problem, known, Draws.seed(5, c)).argument();
                float[] predicted = rule.predict(problem, known, start).toFloatArray();
                List<Double> values = short1.solve(problem, known, start).values();
                for (int i = 0; i < 40; i++) {
                    error = Math.max(error, Math.abs(predicted[i] - values.get(i)));
                    best[i] = Math.min(best[i], values.get(i));
                    if (predicted[i] < lowestPrediction[i]) {
                        lowestPrediction[i] = predicted[i];
                        predictedBest[i] = start.get(i).toFloatArray();
                    }
                }
            }
            for (int i = 0; i < 40; i++) {
                assertThat(reached.get(i)).isLessThanOrEqualTo(best[i] + 2 * error + 1e-4);
                assertThat(chosen.argument().get(i).toFloatArray()).isEqualTo(predictedBest[i]);
            }
        }
    }

    @Test
    void descendingOnThePredictorLowersThePrediction() {
        try (ValueInit plain = value().optCandidates(5).fit();
                ValueInit lower = value().optCandidates(5).optDescend(20, 0.1).fit()) {
            StartRule.Proposal from = plain.propose(problem, known, 5);
            StartRule.Proposal to = lower.propose(problem, known, 5);
            float[] before = plain.predict(problem, known, from.argument()).toFloatArray();
            float[] after = lower.predict(problem, known, to.argument()).toFloatArray();
            for (int i = 0; i < 40; i++) {
                assertThat(after[i]).isLessThanOrEqualTo(before[i] + 1e-4f);
            }
            assertThat(to.cost().predictions()).isEqualTo(40 * (5 + 21));
            assertThat(to.cost().gradients()).isZero();
            assertThat(to.cost().values()).isZero();
        }
    }

    @Test
    void theSeedDecidesEverythingAndTheEnginesRandomNumbersAreLeftAlone() {
        Engine.getInstance().setRandomSeed(3);
        float[] expected = manager.randomUniform(0, 1, new Shape(5)).toFloatArray();
        Engine.getInstance().setRandomSeed(3);
        float[] first;
        try (ArgInit rule = arg().optSeed(8).fit()) {
            first = start(rule);
        }
        try (ValueInit rule = value().optDescend(3, 0.1).fit()) {
            start(rule);
        }
        assertThat(manager.randomUniform(0, 1, new Shape(5)).toFloatArray()).isEqualTo(expected);
        try (ArgInit again = arg().optSeed(8).fit();
                ArgInit other = arg().optSeed(9).fit()) {
            assertThat(start(again)).isEqualTo(first);
            assertThat(start(other)).isNotEqualTo(first);
        }
    }

    @Test
    void savedRulesProposeTheSame() throws IOException {
        Path file = folder.resolve("a.state");
        try (ArgInit rule = arg().optHeads(2).fit()) {
            rule.save(file);
            try (ArgInit loaded = ArgInit.builder().optHeads(2).load(file)) {
                assertThat(start(loaded)).isEqualTo(start(rule));
                assertThatThrownBy(loaded::fit).hasMessageContaining("setLog");
            }
        }
        Path other = folder.resolve("v.state");
        try (ValueInit rule = value().fit()) {
            rule.save(other);
            try (ValueInit loaded = ValueInit.builder().setLog(rough).load(other)) {
                assertThat(start(loaded)).isEqualTo(start(rule));
                loaded.fit();
            }
        }
        assertThatThrownBy(() -> ArgInit.builder().load(other))
                .isInstanceOf(StateFileException.class)
                .hasMessageContaining("learninit-value");
        assertThatThrownBy(() -> ArgInit.builder().load(file))
                .isInstanceOf(StateFileException.class)
                .hasMessageContaining("2 heads");
        Block wrong = Linear.builder().setUnits(4).build();
        assertThatThrownBy(() -> ArgInit.builder().optHeads(2).optBlock(wrong).load(file))
                .isInstanceOf(StateFileException.class)
                .hasMessageContaining("fingerprint");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 3));
        assertThatThrownBy(() -> ArgInit.builder().optHeads(2).load(file))
                .isInstanceOf(StateFileException.class);
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        NDManager system = manager.getParentManager();
        int before = ArrayCounts.of(system);
        try (ArgInit rule = arg().optHeads(2).fit();
                ValueInit values = value().optDescend(2, 0.1).fit()) {
            start(rule);
            start(values);
            int own = ArrayCounts.of(manager);
            int fitted = ArrayCounts.of(system);
            for (int i = 0; i < 3; i++) {
                rule.fit();
                values.fit();
                start(rule);
                start(values);
            }
            rule.save(folder.resolve("a.state"));
            assertThat(ArrayCounts.of(manager)).isEqualTo(own);
            assertThat(ArrayCounts.of(system)).isEqualTo(fitted);
        }
        assertThat(ArrayCounts.of(system)).isEqualTo(before);
    }

    @Test
    void aFailingFitLeavesNothing() {
        NDManager system = manager.getParentManager();
        int before = ArrayCounts.of(system);
        TrainingListenerAdapter failing =
                new TrainingListenerAdapter() {
                    @Override
                    public void onEpoch(Trainer trainer) {
                        throw new UnsupportedOperationException("of the user");
                    }
                };
        assertThatThrownBy(() -> arg().addListeners(failing).fit()).hasMessage("of the user");
        Block wrong = Linear.builder().setUnits(3).build();
        assertThatThrownBy(() -> arg().optBlock(wrong).fit())
                .hasMessageContaining("2 numbers per instance");
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            assertThat(collector).isNotNull();
            assertThatThrownBy(() -> arg().fit()).isInstanceOf(IllegalStateException.class);
        }
        assertThat(ArrayCounts.of(system)).isEqualTo(before);
        try (ArgInit rule = arg().fit()) {
            assertThat(rule.isFitted()).isTrue();
        }
    }

    @Test
    void tellsProgressListenersAndCost() {
        List<String> told = new ArrayList<>();
        Progress progress =
                new Progress() {
                    @Override
                    public void reset(String message, long max, String trailing) {
                        told.add("reset " + max);
                    }

                    @Override
                    public void start(long initial) {}

                    @Override
                    public void end() {}

                    @Override
                    public void increment(long increment) {
                        told.add("+" + increment);
                    }

                    @Override
                    public void update(long done, String message) {}
                };
        int[] batches = {0};
        TrainingListenerAdapter counting =
                new TrainingListenerAdapter() {
                    @Override
                    public void onTrainingBatch(Trainer trainer, BatchData data) {
                        batches[0]++;
                    }
                };
        try (ArgInit rule = arg().optProgress(progress).addListeners(counting).fit()) {
            assertThat(told).containsExactly("reset 3", "+1", "+1", "+1");
            assertThat(batches[0]).isEqualTo(3 * 6);
            assertThat(rule.fitCost().predictions()).isEqualTo(3 * 300);
            assertThat(rule.fitCost().nanos()).isPositive();
            assertThat(rule.fitLoss()).isCloseTo(0.5, within(0.5));
        }
    }

    @Test
    void aFitGoesOnWithTheWeightsOfTheLast() {
        try (ArgInit rule = arg().fit()) {
            double first = rule.fitLoss();
            rule.fit().fit();
            assertThat(rule.fitLoss()).isLessThan(first);
        }
    }

    @Test
    void refusesWhatCantWork() {
        SolutionLog empty = SolutionLog.create(problem);
        assertThatThrownBy(() -> ArgInit.builder().setLog(empty).fit())
                .hasMessageContaining("empty");
        assertThatThrownBy(() -> ValueInit.builder().fit()).hasMessageContaining("setLog");
        assertThatThrownBy(() -> ArgInit.builder().optHeads(0)).hasMessageContaining("0");
        try (ArgInit unfitted = arg().build()) {
            assertThatThrownBy(() -> unfitted.propose(problem, known, 0))
                    .hasMessageContaining("fit()");
        }
        QuadraticProblem wider = new QuadraticProblem(3);
        NDList wide = new NDList(manager.zeros(new Shape(2, 3), DataType.FLOAT32));
        ArgInit rule = arg().fit();
        try (rule) {
            assertThatThrownBy(() -> rule.propose(wider, wide, 0)).hasMessageContaining("(2)");
        }
        assertThatThrownBy(() -> rule.propose(problem, known, 0)).hasMessageContaining("closed");
    }
}
