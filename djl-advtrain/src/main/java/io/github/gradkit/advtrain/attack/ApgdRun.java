package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;

/** One climb of APGD from one start, in one ball. */
final class ApgdRun implements AutoCloseable {

    /** The perturbations the next step starts from. */
    static final String CURRENT = "current";

    /** The perturbations before the last step. */
    static final String PREVIOUS = "previous";

    /** The gradient at the current perturbations. */
    static final String GRADIENT = "gradient";

    /** The perturbations with the highest loss. */
    static final String BEST = "best";

    private static final String BEST_GRADIENT = "gradient at the best";

    /** Is shown every perturbation, and tells which examples are done. */
    @FunctionalInterface
    interface Watcher {
        boolean[] done(AttackTask task, NDArray u, Evaluation evaluation);
    }

    /** For runs that only look for a start of the next. */
    static final Watcher NOBODY_IS_DONE = (task, u, evaluation) -> new boolean[task.size()];

    private final ActiveSet active;
    private final Progress progress;
    private final StepRule rule;
    private final AttackLoss loss;
    private final Watcher watcher;

    /**
     * Prepares a run.
     *
     * @param task the examples, owned by the caller
     * @param start allowed perturbations; owned by this run from now on
     */
    ApgdRun(AttackTask task, NDArray start, boolean first, AttackLoss loss, Watcher watcher) {
        active = new ActiveSet(task);
        active.set(CURRENT, start);
        progress = new Progress(task.size());
        rule = StepRule.of(task, start, first);
        this.loss = loss;
        this.watcher = watcher;
    }

    /** Makes all steps, unless every example is done before. */
    void climb(int steps) {
        int[] periods = rule.periods(steps);
        int period = 0;
        int checkpoint = periods[0];
        boolean open = look(false);
        for (int step = 1; open && step <= steps; step++) {
            active.set(CURRENT, rule.next(active));
            open = look(step == steps);
            if (open && step == checkpoint) {
                goBack(rule.check(active, progress));
                progress.passCheckpoint();
                period++;
                checkpoint += period < periods.length ? periods[period] : steps;
            }
        }
    }

    /** Evaluates the current perturbations, and lets examples go that are done. */
    private boolean look(boolean last) {
        AttackTask task = active.task();
        NDArray u = active.get(CURRENT);
        // The gradient of the evaluation becomes a matrix of the active set, which closes it.
        Evaluation evaluation = last ? task.query(u, loss) : task.gradient(u, loss);
        if (!last) {
            active.set(GRADIENT, evaluation.requireGradient());
        }
        keepBest(progress.record(evaluation.losses()), last);
        boolean[] done = watcher.done(task, u, evaluation);
        int[] places = active.retain(done);
        if (places.length > 0 && places.length < done.length) {
            progress.keep(places);
            rule.keep(places);
        }
        return places.length > 0;
    }

    private void keepBest(boolean[] improved, boolean last) {
        copy(improved, CURRENT, BEST);
        if (!last) {
            copy(improved, GRADIENT, BEST_GRADIENT);
        }
    }

    private void goBack(boolean[] rows) {
        copy(rows, BEST, CURRENT);
        copy(rows, BEST_GRADIENT, GRADIENT);
    }

    private void copy(boolean[] rows, String from, String to) {
        if (!active.has(to)) {
            active.set(to, active.get(from).duplicate());
        } else if (PerRow.any(rows)) {
            NDArray mixed =
                    PerRow.choose(rows, active.get(from), active.get(to), active.task().manager());
            active.set(to, mixed);
        }
    }

    /** Returns the perturbations with the highest loss; closed by this run. */
    NDArray best() {
        return active.get(BEST);
    }

    @Override
    public void close() {
        active.close();
    }
}
