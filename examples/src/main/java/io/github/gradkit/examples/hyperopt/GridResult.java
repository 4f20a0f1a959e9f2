package io.github.gradkit.examples.hyperopt;

import com.google.gson.JsonObject;
import io.github.gradkit.report.Report;
import io.github.gradkit.support.trace.MemoryTrace;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the trainings of a grid came to.
 *
 * @param settings what was compared
 * @param network what was trained
 * @param runs the trainings
 * @param reruns those that were repeated with learned constants
 * @param traces what became of the hyperparameters in some of the runs
 */
record GridResult(
        GridSettings settings,
        Network network,
        List<GridRun> runs,
        List<Rerun> reruns,
        Map<GridRun, MemoryTrace> traces)
        implements Result {

    /** How far from the best test error a run may end to count as usable. */
    static final double USABLE = 0.05;

    GridResult with(List<Rerun> repeated) {
        return new GridResult(settings, network, runs, List.copyOf(repeated), traces);
    }

    /** Returns the runs of one tower, by initial rate. */
    List<GridRun> row(BaseKind base, int height) {
        return runs.stream().filter(run -> run.base() == base && run.height() == height).toList();
    }

    /** Returns the run with the least training loss: nobody may choose by the test error. */
    GridRun best(BaseKind base, int height) {
        return best(row(base, height));
    }

    GridRun best(BaseKind base) {
        return best(runs.stream().filter(run -> run.base() == base).toList());
    }

    private static GridRun best(List<GridRun> some) {
        return some.stream().min(Comparator.comparingDouble(run -> run.end().loss())).orElseThrow();
    }

    double guessingLoss() {
        return Math.log(network.classes());
    }

    /**
     * Returns the loss as it counts for the spread: what is worse than guessing counts as guessing,
     * or one run that ended at a million would hide everything else.
     */
    double counted(Trained end) {
        return Math.min(end.loss(), guessingLoss());
    }

    /** Returns the distance of the worst and the best final training loss. */
    double spread(BaseKind base, int height) {
        ToDoubleFunction<GridRun> loss = run -> counted(run.end());
        List<GridRun> row = row(base, height);
        return row.stream().mapToDouble(loss).max().orElseThrow()
                - row.stream().mapToDouble(loss).min().orElseThrow();
    }

    /** Returns the least test error of all runs with a base. */
    double leastError(BaseKind base) {
        return runs.stream()
                .filter(run -> run.base() == base)
                .mapToDouble(run -> run.end().testError())
                .min()
                .orElseThrow();
    }

    /** Returns from how many initial rates a tower comes close to the least test error. */
    long usable(BaseKind base, int height) {
        double limit = leastError(base) + USABLE;
        return row(base, height).stream().filter(run -> run.end().testError() <= limit).count();
    }

    @Override
    public void print(PrintWriter out) {
        new GridText(this, out).print();
    }

    @Override
    public Report report() {
        return new GridPage(this).build();
    }

    @Override
    public void addTo(JsonObject json) {
        new GridJson(this).addTo(json);
    }
}
