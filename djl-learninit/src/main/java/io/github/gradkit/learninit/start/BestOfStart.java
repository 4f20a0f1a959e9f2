package io.github.gradkit.learninit.start;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.internal.Draws;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.problem.Problem;
import java.util.List;

/** The best of several solutions. */
record BestOfStart(int count, StartRule rule, Solver solver) implements StartRule {

    @Override
    public String name() {
        return "best of " + count;
    }

    @Override
    public Proposal propose(Problem<?> problem, NDList known, long seed) {
        NDManager target = known.head().getManager();
        try (NDManager scope = target.newSubManager()) {
            NDList views = Scoped.views(known, scope);
            Reached best = run(problem, views, seed, scope);
            for (int i = 1; i < count; i++) {
                best = best.or(run(problem, views, Draws.seed(seed, i), scope), scope);
            }
            best.argument().attach(target);
            return new Proposal(best.argument(), best.cost(), best.values());
        }
    }

    private Reached run(Problem<?> problem, NDList known, long seed, NDManager scope) {
        Proposal start = rule.propose(problem, known, seed);
        try (NDArray argument = start.argument()) {
            Solution solution = solver.solve(problem, known, argument);
            solution.argument().attach(scope);
            return new Reached(
                    solution.argument(), solution.values(), start.cost().plus(solution.cost()));
        }
    }

    /** The best so far. */
    private record Reached(NDArray argument, List<Double> values, Cost cost) {

        Reached or(Reached other, NDManager scope) {
            boolean[] better = new boolean[values.size()];
            Double[] lower = new Double[better.length];
            for (int i = 0; i < better.length; i++) {
                better[i] = other.values.get(i) < values.get(i);
                lower[i] = Math.min(other.values.get(i), values.get(i));
            }
            try (NDArray mask = scope.create(better)) {
                NDArray chosen = Scoped.where(mask, other.argument, argument);
                argument.close();
                other.argument.close();
                return new Reached(chosen, List.of(lower), cost.plus(other.cost));
            }
        }
    }
}
