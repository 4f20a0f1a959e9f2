package io.github.gradkit.learninit.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.util.Progress;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.internal.Draws;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.learninit.start.Starts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearnedRuleTest extends QuadraticRules {

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
    void aRuleKeepsTheSettingsItWasBuiltWith() {
        ArgInit.Builder argument = arg().optSeed(1);
        ValueInit.Builder value = value().optCandidates(4).optSeed(1);
        try (ArgInit rule = argument.build();
                ValueInit valued = value.build();
                ArgInit expected = arg().optSeed(1).fit();
                ValueInit expectedValued = value().optCandidates(4).optSeed(1).fit()) {
            argument.optSeed(2).optHeads(3).optEpochs(1);
            value.optSeed(2).optCandidates(1).optEpochs(1);
            assertThat(rule.name()).isEqualTo("arg-init");
            assertThat(valued.name()).isEqualTo("value-init x4");
            assertThat(start(rule.fit())).isEqualTo(start(expected));
            assertThat(start(valued.fit())).isEqualTo(start(expectedValued));
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
    void oneInstanceWithTwoOppositeSolutionsTeachesTheirMean() {
        SolutionLog two = SolutionLog.create(problem);
        NDArray same = manager.ones(new Shape(2, 2));
        NDArray ends = manager.create(new float[] {1, -1, -1, 1}, new Shape(2, 2));
        Solution solution =
                new Solution(ends, List.of(0.0, 0.0), List.of(1, 1), List.of(), Cost.ZERO);
        two.add(new NDList(same), ends, solution);
        // All gradients are exactly 0 in all steps.
        try (ArgInit rule =
                ArgInit.builder().setLog(two).optTargets(Targets.ALL).optEpochs(3).fit()) {
            for (float number : start(rule)) {
                assertThat(number).isCloseTo(0, within(1e-6f));
            }
            assertThat(rule.fitLoss()).isEqualTo(1);
        }
    }

    @Test
    void aBatchOfOneIsNoTroubleForBatchNormalisation() {
        SequentialBlock block =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(4).build())
                        .add(BatchNorm.builder().build())
                        .add(Linear.builder().setUnits(2).build());
        // There are 300 rows.
        try (ArgInit rule = arg().optBlock(block).optBatch(23).optEpochs(1).fit()) {
            assertThat(rule.fitLoss()).isFinite();
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
}
