package io.github.gradkit.learninit.descent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** One descent on one batch. */
final class DescentRun {

    private final Descent descent;
    private final Objective objective;
    private final NDManager manager;
    private final FeasibleSet set;
    private final StepRule.Directions directions;
    private final Best best;
    private final int[] steps;
    private final boolean[] moving;
    private final List<List<Double>> curve = new ArrayList<>();
    private final long began = System.nanoTime();
    private long gradients;

    DescentRun(
            Descent descent,
            Problem<?> problem,
            Objective objective,
            NDList known,
            NDManager manager) {
        this.descent = descent;
        this.objective = objective;
        this.manager = manager;
        set = problem.feasible(Scoped.views(known, manager));
        directions = descent.rule().begin(manager);
        best = new Best(manager);
        int instances = Math.toIntExact(known.head().getShape().get(0));
        steps = new int[instances];
        moving = new boolean[instances];
        Arrays.fill(moving, true);
    }

    Solution run(NDArray start) {
        NDArray argument = Scoped.view(start, manager);
        for (int step = 0; step < descent.steps() && moving() > 0; step++) {
            NDArray next = step(argument);
            argument.close();
            argument = next;
        }
        long values = moving();
        if (values > 0) {
            look(argument, objective.values(argument));
        }
        return solution(start, values);
    }

    private Solution solution(NDArray start, long values) {
        Cost cost = new Cost(values, gradients, 0, System.nanoTime() - began);
        NDArray argument = best.argument();
        requireNumbers(argument);
        argument.attach(start.getManager());
        return new Solution(
                argument,
                best.values(),
                IntStream.of(steps).boxed().toList(),
                List.copyOf(curve),
                cost);
    }

    /** Looks at the argument and returns the next one. */
    private NDArray step(NDArray argument) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray here = Scoped.view(argument, scope);
            gradients += moving();
            ValueGradient both = objective.gradient(here);
            look(here, both.values());
            NDArray next = project(here, directions.next(both.gradient()));
            if (descent.tolerance() > 0) {
                stop(here, both.gradient());
                next = Scoped.where(here.getManager().create(moving), next, here);
            }
            for (int i = 0; i < steps.length; i++) {
                steps[i] += moving[i] ? 1 : 0;
            }
            next.attach(manager);
            return next;
        }
    }

    private NDArray project(NDArray argument, NDArray direction) {
        return set.project(argument.sub(direction.mul((float) descent.step())));
    }

    /** Stops the instances that a projected gradient step would hardly move. */
    private void stop(NDArray argument, NDArray gradient) {
        NDArray move = argument.sub(project(argument, gradient));
        float[] lengths = Scoped.flat(move).square().sum(new int[] {1}).sqrt().toFloatArray();
        for (int i = 0; i < lengths.length; i++) {
            moving[i] &= !(lengths[i] <= descent.tolerance() * descent.step());
        }
    }

    private void look(NDArray argument, NDArray values) {
        best.offer(argument, values);
        values.close();
        if (descent.wantsCurve()) {
            curve.add(best.values());
        }
    }

    private long moving() {
        return IntStream.range(0, moving.length).filter(i -> moving[i]).count();
    }

    private static void requireNumbers(NDArray argument) {
        try (NDArray flags = argument.isNaN();
                NDArray any = flags.any()) {
            if (any.getBoolean()) {
                throw new IllegalStateException(
                        "An argument became NaN during the descent, though the objective did not."
                                + " Check that the gradient of the objective is finite wherever"
                                + " the feasible set allows, or try a smaller step.");
            }
        }
    }
}
