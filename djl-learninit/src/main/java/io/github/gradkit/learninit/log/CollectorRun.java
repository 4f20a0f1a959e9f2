package io.github.gradkit.learninit.log;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.problem.Problem;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a collector solves in one go, and what it leaves out. */
final class CollectorRun {

    private static final Logger logger = LoggerFactory.getLogger(CollectorRun.class);

    private final Problem<?> problem;
    private final Solver solver;
    private final SolutionLog log;
    private final Set<RowKey> done;

    CollectorRun(Problem<?> problem, Solver solver, SolutionLog log) {
        this.problem = problem;
        this.solver = solver;
        this.log = log;
        done = log.runs();
    }

    /**
     * Solves instances from starts, those that the log has not solved from them before.
     *
     * @param known what is known of the instances
     * @param start where the solver starts
     * @param first the place of the first instance among all
     * @return what it cost
     */
    Cost solve(NDList known, NDArray start, int first) {
        NDList run = new NDList(known);
        run.add(start);
        List<RowKey> keys = RowKey.of(run);
        int[] wanted = wanted(keys);
        int[] rows = only(wanted, Rows.finite(run));
        warn(wanted, rows, first, "What is known of it, or its start,");
        if (rows.length == 0) {
            return Cost.ZERO;
        }
        boolean all = rows.length == keys.size();
        NDManager scope = known.head().getManager();
        NDList fewer = all ? known : Rows.take(known, scope, rows);
        NDArray starting = all ? start : Rows.take(start, scope, rows);
        Solution solution = solver.solve(problem, fewer, starting);
        int[] kept = add(fewer, starting, solution, rows);
        warn(rows, kept, first, "Its solution, or the value there,");
        Arrays.stream(kept).forEach(row -> done.add(keys.get(row)));
        return solution.cost();
    }

    /** The instances that were not yet solved from these starts, each of them once. */
    private int[] wanted(List<RowKey> keys) {
        Set<RowKey> here = new HashSet<>();
        return IntStream.range(0, keys.size())
                .filter(i -> !done.contains(keys.get(i)) && here.add(keys.get(i)))
                .toArray();
    }

    private static int[] only(int[] rows, boolean[] allowed) {
        return Arrays.stream(rows).filter(row -> allowed[row]).toArray();
    }

    /** Logs what is finite, and returns which of the rows that is. */
    private int[] add(NDList known, NDArray start, Solution solution, int[] rows) {
        boolean[] finite = Rows.finite(new NDList(solution.argument()));
        int[] usable =
                IntStream.range(0, rows.length)
                        .filter(i -> finite[i] && isFinite(solution.values().get(i)))
                        .toArray();
        if (usable.length == rows.length) {
            log.add(known, start, solution);
        } else if (usable.length > 0) {
            NDManager scope = known.head().getManager();
            log.add(
                    Rows.take(known, scope, usable),
                    Rows.take(start, scope, usable),
                    take(solution, scope, usable));
        }
        return Arrays.stream(usable).map(i -> rows[i]).toArray();
    }

    /** Values are logged in float32. */
    private static boolean isFinite(double value) {
        return Float.isFinite((float) value);
    }

    private static Solution take(Solution solution, NDManager scope, int[] rows) {
        return new Solution(
                Rows.take(solution.argument(), scope, rows),
                Arrays.stream(rows).mapToObj(solution.values()::get).toList(),
                Arrays.stream(rows).mapToObj(solution.steps()::get).toList(),
                List.of(),
                solution.cost());
    }

    private static void warn(int[] rows, int[] kept, int first, String what) {
        if (kept.length < rows.length) {
            int bad = 0;
            while (bad < kept.length && kept[bad] == rows[bad]) {
                bad++;
            }
            logger.warn(
                    "Left {} runs out of the log, the first of them that of instance {}. {} holds"
                            + " a number that is not finite, and a predictor can learn from finite"
                            + " numbers only. Look for the cause in the problem.",
                    rows.length - kept.length,
                    first + rows[bad],
                    what);
        }
    }
}
