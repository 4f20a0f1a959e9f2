package io.github.gradkit.learninit.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.predict.ArgInit;
import io.github.gradkit.learninit.start.Starts;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LearnedExplanationTest {

    private static final int SIZE = LinearClassifier.SIZE;
    private static final int FRESH = 40;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private static List<float[]> inputs(int count, long seed) {
        Random random = new Random(seed);
        List<float[]> inputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] input = new float[SIZE];
            for (int j = 0; j < SIZE; j++) {
                input[j] = random.nextFloat();
            }
            inputs.add(input);
        }
        return inputs;
    }

    @Test
    void learnedStartNeedsLessThanHalfOfTheSteps() {
        ExplanationProblem problem =
                ExplanationProblem.builder()
                        .setContrast(Contrast.NEGATIVE)
                        .setShape(new Shape(SIZE))
                        .setClassifier(new LinearClassifier(1).block(manager))
                        .optConstant(2)
                        .build();
        Fista solver = Fista.builder().optSteps(200).optCurve(true).build();
        SolutionLog log = SolutionLog.create(problem);
        NDList known = problem.known(manager, inputs(600, 1));
        NDArray zero = manager.zeros(new Shape(600, SIZE));
        log.add(known, zero, solver.solve(problem, known, zero));
        NDList fresh = problem.known(manager, inputs(FRESH, 2));
        try (ArgInit learned = ArgInit.builder().setLog(log).optEpochs(60).optSeed(1).fit()) {
            Solution plain =
                    solver.solve(
                            problem, fresh, Starts.zero().propose(problem, fresh, 0).argument());
            Solution better =
                    solver.solve(problem, fresh, learned.propose(problem, fresh, 0).argument());
            int plainSteps = 0;
            int betterSteps = 0;
            for (int i = 0; i < FRESH; i++) {
                double goal = Math.min(plain.values().get(i), better.values().get(i)) * 1.05 + 0.01;
                plainSteps += stepsTo(goal, plain, i);
                betterSteps += stepsTo(goal, better, i);
            }
            assertThat(betterSteps).isLessThan(plainSteps / 2);
            assertThat(mean(better)).isLessThan(mean(plain) + 0.01);
        }
    }

    @Test
    void aStartLearnedWithOneConstantIsTheSameForAllOfThem() {
        ExplanationProblem problem =
                ExplanationProblem.builder()
                        .setContrast(Contrast.NEGATIVE)
                        .setShape(new Shape(SIZE))
                        .setClassifier(new LinearClassifier(1).block(manager))
                        .optConstant(2)
                        .build();
        SolutionLog log = SolutionLog.create(problem);
        NDList known = problem.known(manager, inputs(50, 1));
        NDArray zero = manager.zeros(new Shape(50, SIZE));
        log.add(known, zero, Fista.builder().optSteps(50).build().solve(problem, known, zero));
        try (ArgInit learned = ArgInit.builder().setLog(log).optEpochs(5).fit()) {
            NDArray same = learned.propose(problem, known, 0).argument();
            NDList large = new NDList(known.get(0), known.get(1), known.get(2).mul(500));
            NDArray others = learned.propose(problem, large, 0).argument();
            assertThat(same.sum().getFloat()).isPositive();
            assertThat(others.toFloatArray()).containsExactly(same.toFloatArray());
        }
    }

    @Test
    void aSingleSolutionIsProposedAsItIs() {
        ExplanationProblem problem =
                ExplanationProblem.builder()
                        .setContrast(Contrast.NEGATIVE)
                        .setShape(new Shape(SIZE))
                        .setClassifier(new LinearClassifier(1).block(manager))
                        .optConstant(2)
                        .build();
        SolutionLog log = SolutionLog.create(problem);
        NDList known = problem.known(manager, inputs(1, 1));
        NDArray zero = manager.zeros(new Shape(1, SIZE));
        Solution solution = Fista.builder().optSteps(50).build().solve(problem, known, zero);
        log.add(known, zero, solution);
        try (ArgInit learned = ArgInit.builder().setLog(log).optEpochs(2).fit()) {
            float[] start = learned.propose(problem, known, 0).argument().toFloatArray();
            assertThat(start).containsExactly(solution.argument().toFloatArray(), within(1e-6f));
        }
    }

    private static int stepsTo(double goal, Solution solution, int instance) {
        int step = 0;
        while (step < solution.curve().size() - 1
                && solution.curve().get(step).get(instance) > goal) {
            step++;
        }
        return step;
    }

    private static double mean(Solution solution) {
        return solution.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
