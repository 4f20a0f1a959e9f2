package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/** One attempt of a {@link Fab} attack: towards one class for each example, from one start. */
final class FabSearch {

    private static final int LINE_STEPS = 5;

    private final IntFunction<Fab.Pace> paces;
    private final int steps;
    private final boolean untilInside;

    /**
     * Makes an attempt.
     *
     * @param paces how to make the step of each number
     * @param untilInside whether an example is done once a perturbation inside the ball broke it
     */
    FabSearch(IntFunction<Fab.Pace> paces, int steps, boolean untilInside) {
        this.paces = paces;
        this.steps = steps;
        this.untilInside = untilInside;
    }

    /** Runs on a task with guides, whose rows have been told where to start. */
    void run(AttackTask task, List<FabRow> all) {
        List<FabRow> rows = all;
        try (ActiveSet active = new ActiveSet(task)) {
            for (int step = 0; step < steps && !rows.isEmpty(); step++) {
                rows =
                        HostRows.at(
                                rows, active.retain(step(active.task(), rows, paces.apply(step))));
            }
        }
        int[] places = places(all, row -> row.isFound() && !(untilInside && row.isInside()));
        if (places.length > 0) {
            try (AttackTask found = task.select(places)) {
                searchLines(found, HostRows.at(all, places));
            }
        }
    }

    /** Moves all rows and returns which are done. */
    private boolean[] step(AttackTask task, List<FabRow> rows, Fab.Pace pace) {
        boolean[] done = move(task, rows, pace);
        try (NDArray u = matrix(task, rows, FabRow::at);
                Evaluation evaluation = task.query(u, StandardLoss.MARGIN)) {
            for (int i = 0; i < done.length; i++) {
                if (evaluation.success()[i]) {
                    rows.get(i).broken(pace, task.lead(i, evaluation.predictions(), i));
                    done[i] = untilInside && rows.get(i).isInside();
                }
            }
        }
        return done;
    }

    private static boolean[] move(AttackTask task, List<FabRow> rows, Fab.Pace pace) {
        boolean[] stuck = new boolean[rows.size()];
        // To be ahead of the label is enough to break it, but a target must be ahead of all.
        AttackLoss ahead = task.targets() == null ? LogitDifference.INSTANCE : StandardLoss.MARGIN;
        try (NDArray u = matrix(task, rows, FabRow::at);
                Evaluation evaluation = task.gradient(u, ahead)) {
            List<double[]> gradients = HostRows.of(evaluation.requireGradient());
            HyperplaneStep hyperplane =
                    new HyperplaneStep(task.region().box().norm(), gradients.get(0).length);
            for (int i = 0; i < stuck.length; i++) {
                double difference = evaluation.losses()[i];
                stuck[i] = !rows.get(i).move(pace, hyperplane, difference, gradients.get(i));
            }
        }
        return stuck;
    }

    private static void searchLines(AttackTask task, List<FabRow> rows) {
        rows.forEach(FabRow::startSearch);
        for (int step = 0; step < LINE_STEPS; step++) {
            try (NDArray u = matrix(task, rows, FabRow::guess);
                    Evaluation evaluation = task.query(u, StandardLoss.MARGIN)) {
                for (int i = 0; i < rows.size(); i++) {
                    double lead = task.lead(i, evaluation.predictions(), i);
                    rows.get(i).narrow(evaluation.success()[i], lead);
                }
            }
        }
        rows.forEach(FabRow::endSearch);
    }

    static int[] places(List<FabRow> rows, Predicate<FabRow> wanted) {
        boolean[] flags = new boolean[rows.size()];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = wanted.test(rows.get(i));
        }
        return Rows.where(flags, true);
    }

    static NDArray matrix(AttackTask task, List<FabRow> rows, Function<FabRow, double[]> row) {
        return HostRows.toArray(rows.stream().map(row).toList(), task.region().flatInputs());
    }
}
