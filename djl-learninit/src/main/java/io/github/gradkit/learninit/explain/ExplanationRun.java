package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.internal.Scoped;
import java.util.ArrayList;
import java.util.List;

/** The searches over the weights of the hinge on one batch. */
final class ExplanationRun implements AutoCloseable {

    private final ExplanationProblem problem;
    private final Fista solver;
    private final NDManager target;
    private final NDManager manager;
    private final NDList known;
    private final Kept best;
    private final List<ConstantSearch> weights = new ArrayList<>();
    private final double[] finders;
    private final float[] values;
    private final List<List<Double>> curve = new ArrayList<>();
    private Cost cost;
    private int searches;

    ExplanationRun(ExplanationProblem problem, Fista solver, NDList known, double[] constants) {
        this.problem = problem;
        this.solver = solver;
        target = known.head().getManager();
        manager = target.newSubManager();
        manager.setName("explanations");
        this.known = Scoped.views(known, manager);
        best = new Kept(this.known.head(), manager);
        finders = constants.clone();
        values = best.scores().toFloatArray();
        for (double constant : constants) {
            weights.add(new ConstantSearch(constant));
        }
        // The classes of the inputs took one query each.
        cost = new Cost(constants.length, 0, 0, 0);
    }

    void search(NDArray start) {
        NDList weighted = new NDList(known.get(0), known.get(1), weights());
        try (NDArray first = start.duplicate();
                FistaRun run = new FistaRun(solver, problem, weighted, first)) {
            Kept found = run.solve().found();
            extendCurve(run.foundCurve());
            take(found);
            cost = cost.plus(run.cost());
            searches++;
        } finally {
            weighted.get(2).close();
        }
    }

    private NDArray weights() {
        float[] numbers = new float[weights.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) weights.get(i).now();
        }
        return manager.create(numbers, new Shape(numbers.length, 1));
    }

    private void take(Kept found) {
        float[] scores = found.scores().toFloatArray();
        for (int i = 0; i < scores.length; i++) {
            boolean success = Float.isFinite(scores[i]);
            if (success && scores[i] < values[i]) {
                values[i] = scores[i];
                finders[i] = weights.get(i).now();
            } else if (Float.isInfinite(values[i])) {
                finders[i] = weights.get(i).now();
            }
            weights.get(i).advance(success);
        }
        try (NDArray all = found.scores().isInfinite();
                NDArray reached = all.logicalNot()) {
            best.offer(found.changes(), found.scores(), reached);
        }
    }

    /** Continues the curve with the smaller of what was found before and in this search. */
    private void extendCurve(List<List<Double>> more) {
        for (List<Double> point : more) {
            List<Double> lowest = new ArrayList<>();
            for (int i = 0; i < values.length; i++) {
                lowest.add(Math.min((double) values[i], point.get(i)));
            }
            curve.add(lowest);
        }
    }

    Explanations explanations(Cost before) {
        List<Explanation> rows = new ArrayList<>();
        NDArray changes = best.changes().duplicate();
        try (NDManager scope = manager.newSubManager()) {
            NDList views = Scoped.views(known, scope);
            NDArray flat = Scoped.flat(Scoped.view(changes, scope));
            float[] l1 = flat.abs().sum(new int[] {1}).toFloatArray();
            float[] l2 = flat.square().sum(new int[] {1}).sqrt().toFloatArray();
            long[] from = views.get(1).argMax(1).toLongArray();
            NDArray shown = problem.objective().shown(views, Scoped.view(changes, scope));
            long[] to = problem.objective().scores(shown).argMax(1).toLongArray();
            cost = cost.plus(new Cost(values.length, 0, 0, 0));
            long queries = queries(before);
            for (int i = 0; i < values.length; i++) {
                rows.add(
                        new Explanation(
                                Float.isFinite(values[i]),
                                (int) from[i],
                                (int) to[i],
                                l1[i],
                                l2[i],
                                values[i],
                                finders[i],
                                searches * solver.steps,
                                queries));
            }
        }
        changes.attach(target);
        return new Explanations(changes, rows, List.copyOf(curve), before.plus(cost));
    }

    /** A value or gradient of the objective runs the classifier once, also to find a start. */
    private long queries(Cost before) {
        Cost all = before.plus(cost);
        return (all.values() + all.gradients()) / values.length;
    }

    @Override
    public void close() {
        manager.close();
    }
}
