package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Objective;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.ValueGradient;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.problem.FeasibleSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** The steps of {@link Fista} on one batch. */
final class FistaRun implements AutoCloseable {

    /** The most points that the classifier sees at once for an estimate, unless a pair is more. */
    private static final int MOST_POINTS = 512;

    private final Fista settings;
    private final ExplanationProblem problem;
    private final ExplanationObjective goal;
    private final NDManager target;
    private final NDManager manager;
    private final NDList known;
    private final NDArray start;
    private final Objective objective;
    private final FeasibleSet set;
    private final SplittableRandom random;
    private final Kept best;
    private final Kept found;
    private final List<List<Double>> curve = new ArrayList<>();
    private final List<List<Double>> foundCurve = new ArrayList<>();
    private final int instances;
    private final long began = System.nanoTime();
    private long values;
    private long gradients;

    FistaRun(Fista settings, ExplanationProblem problem, NDList known, NDArray start) {
        requireStart(problem, known, start);
        this.settings = settings;
        this.problem = problem;
        goal = problem.objective();
        target = start.getManager();
        manager = target.newSubManager();
        manager.setName("FISTA");
        this.known = Scoped.views(known, manager);
        this.start = Scoped.view(start, manager);
        random = new SplittableRandom(settings.seed);
        instances = Math.toIntExact(start.getShape().get(0));
        try {
            set = problem.feasible(this.known);
            best = new Kept(this.start, manager);
            found = new Kept(this.start, manager);
            // Last, as nobody could close it if something else failed.
            objective = Objective.open(new SmoothPart(problem, problem.isWhiteBox()), this.known);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private static void requireStart(ExplanationProblem problem, NDList known, NDArray start) {
        Shape expected = new Shape(known.head().getShape().get(0)).addAll(problem.argument());
        if (!start.getShape().equals(expected) || start.getDataType() != DataType.FLOAT32) {
            throw new IllegalArgumentException(
                    "The start is "
                            + start.getDataType()
                            + " "
                            + start.getShape()
                            + ", but must be float32 "
                            + expected
                            + ", one change for each input.");
        }
    }

    FistaRun solve() {
        NDArray now = start.duplicate();
        NDArray slack = start.duplicate();
        look(now);
        for (int step = 0; step < settings.steps; step++) {
            try (NDManager scope = manager.newSubManager()) {
                NDArray oldNow = Scoped.view(now, scope);
                now.close();
                now = next(Scoped.view(slack, scope), step);
                NDArray ahead = Scoped.view(now, scope).sub(oldNow).mul(step / (step + 3f));
                slack.close();
                slack = set.project(ahead.add(now));
                now.attach(manager);
                slack.attach(manager);
            }
            look(now);
        }
        return this;
    }

    private NDArray next(NDArray slack, int step) {
        double rate = settings.rate * Math.sqrt(1 - (double) step / settings.steps);
        NDArray moved = slack.sub(gradient(slack).mul((float) rate));
        // Changes are never negative, so a soft threshold only takes away.
        return set.project(moved.sub((float) (rate * goal.beta())));
    }

    private NDArray gradient(NDArray slack) {
        try (ValueGradient smooth = objective.gradient(slack)) {
            NDArray exact = smooth.gradient().duplicate();
            if (problem.isWhiteBox()) {
                gradients += instances;
                return exact;
            }
            return exact.add(estimate(slack));
        }
    }

    /** The gradient of the weighted hinge, from pairs of points, several pairs at once. */
    private NDArray estimate(NDArray slack) {
        NDArray sum = slack.zerosLike();
        int together = Math.max(1, MOST_POINTS / (2 * instances));
        for (int done = 0; done < settings.pairs; done += together) {
            try (NDManager scope = slack.getManager().newSubManager()) {
                int count = Math.min(together, settings.pairs - done);
                sum.addi(slopes(Scoped.view(slack, scope), Scoped.views(known, scope), count));
            }
        }
        values += 2L * settings.pairs * instances;
        return sum.mul((float) (0.5 / (settings.smoothing * settings.pairs)));
    }

    /** The directions of some pairs, each times the difference of the hinge, added up. */
    private NDArray slopes(NDArray slack, NDList views, int count) {
        Shape points = new Shape((long) count * instances).addAll(problem.argument());
        NDArray directions = normal(slack.getManager(), points);
        NDArray offsets = directions.mul((float) settings.smoothing);
        NDArray centres = repeated(slack, count);
        NDArray sides = centres.add(offsets).concat(centres.sub(offsets), 0);
        NDList all = new NDList(views.stream().map(view -> repeated(view, 2 * count)).toList());
        NDArray hinges = hinge(all, sides).reshape(2, (long) count * instances);
        NDArray slope = hinges.get(0).sub(hinges.get(1));
        NDArray weighted = directions.mul(Scoped.like(slope, directions));
        return weighted.reshape(new Shape(count).addAll(slack.getShape())).sum(new int[] {0});
    }

    /** All rows, and all of them again. */
    private static NDArray repeated(NDArray array, int times) {
        long[] repeats = new long[array.getShape().dimension()];
        Arrays.fill(repeats, 1);
        repeats[0] = times;
        return array.tile(repeats);
    }

    private NDArray hinge(NDList views, NDArray change) {
        NDArray weights = views.get(2).flatten();
        return goal.gap(views, change).maximum(0f).mul(weights);
    }

    private NDArray normal(NDManager scope, Shape shape) {
        float[] numbers = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return scope.create(numbers, shape);
    }

    /** Keeps a change if it is the best so far, and the smallest that reaches the margin. */
    private void look(NDArray change) {
        try (NDManager scope = manager.newSubManager()) {
            NDList views = Scoped.views(known, scope);
            NDArray here = Scoped.view(change, scope);
            NDArray gap = goal.gap(views, here);
            NDArray length = Scoped.flat(here).abs().sum(new int[] {1});
            NDArray size = goal.rest(views, here).add(length.mul((float) goal.beta()));
            NDArray weighted = gap.maximum(0f).mul(views.get(2).reshape(instances));
            best.offer(here, weighted.add(size), gap.zerosLike().eq(0f));
            found.offer(here, size, gap.lt(0f));
            values += instances;
        }
        if (settings.curve) {
            curve.add(best.numbers());
            foundCurve.add(found.numbers());
        }
    }

    Kept found() {
        return found;
    }

    List<List<Double>> foundCurve() {
        return foundCurve;
    }

    Cost cost() {
        return new Cost(values, gradients, 0, System.nanoTime() - began);
    }

    Solution solution() {
        NDArray argument = best.changes().duplicate();
        argument.attach(target);
        return new Solution(
                argument,
                best.numbers(),
                Collections.nCopies(instances, settings.steps),
                List.copyOf(curve),
                cost());
    }

    @Override
    public void close() {
        try {
            objective.close();
        } finally {
            manager.close();
        }
    }
}
