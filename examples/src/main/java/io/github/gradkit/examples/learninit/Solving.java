package io.github.gradkit.examples.learninit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.learninit.start.Starts;
import java.util.ArrayList;
import java.util.List;

/**
 * Solves a problem from starts, for a board.
 *
 * @param kind the problem
 * @param problem the problem, whose values are low where they are good
 * @param known what is known of the instances
 * @param solver solves, and keeps curves
 * @param steps the steps the solver makes
 * @param seed decides what starts draw
 * @param board receives what came of it
 */
record Solving(
        ProblemKind kind,
        Problem<?> problem,
        NDList known,
        Solver solver,
        int steps,
        long seed,
        Board board) {

    void baseline(StartRule rule) {
        solve(rule, Role.BASELINE, 0);
    }

    void learned(StartRule rule, double trainingSeconds) {
        solve(rule, Role.LEARNED, trainingSeconds);
    }

    private void solve(StartRule rule, Role role, double trainingSeconds) {
        long begin = System.nanoTime();
        try (NDArray start = rule.propose(problem, known, seed).argument()) {
            Solution solution = solver.solve(problem, known, start);
            double seconds = (System.nanoTime() - begin) / 1e9;
            solution.argument().close();
            List<Trial.Point> curve = new ArrayList<>();
            for (int step = 0; step < solution.curve().size(); step++) {
                curve.add(new Trial.Point(step, shown(solution.curve().get(step))));
            }
            board.add(rule.name(), role, new Trial(curve, seconds, trainingSeconds));
        }
    }

    /** Solves from many uniform starts, which takes as many times the steps. */
    void multiStart(int count) {
        StartRule rule = Starts.bestOf(count, Starts.uniform(), solver);
        long begin = System.nanoTime();
        try (NDArray best = rule.propose(problem, known, seed).argument();
                NDArray values = problem.value(known, best)) {
            double seconds = (System.nanoTime() - begin) / 1e9;
            List<Double> numbers = new ArrayList<>();
            for (float value : values.toFloatArray()) {
                numbers.add((double) value);
            }
            Trial.Point end = new Trial.Point((double) count * steps, shown(numbers));
            board.add(rule.name(), Role.REFERENCE, new Trial(List.of(end), seconds, 0));
        }
    }

    private double shown(List<Double> values) {
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        return kind.isHighGood() ? -mean : mean;
    }
}
