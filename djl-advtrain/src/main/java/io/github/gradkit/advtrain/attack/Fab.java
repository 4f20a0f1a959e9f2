package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.internal.Checks;
import io.github.gradkit.advtrain.internal.Predictions;
import java.util.Arrays;
import java.util.List;

/**
 * The fast adaptive boundary attack in its targeted form: looks for the smallest perturbation that
 * breaks an example, by steps to where the boundary to another class would be if the model were
 * linear.
 *
 * <pre>{@code
 * Fab fab = Fab.builder().setBall(EpsilonBall.l2(0.5).within(0, 1)).build();
 * double[] distortions = fab.minimalDistortion(scorer, input); // serves all epsilons at once
 * }</pre>
 *
 * <p>There is one attempt for each of the most likely wrong classes and each restart. As an {@link
 * Attack} it lets an example go once a perturbation inside the ball breaks it; larger ones don't
 * count. The radius decides nothing else but where restarts begin.
 *
 * <p>The cost per example, attempt and step is one forward and backward pass and one query, and
 * five queries per attempt for a search on the line to the input. Examples whose scores don't
 * change with the input are let go at once. Memory: about twelve arrays of the size of the inputs,
 * in double precision on the host.
 *
 * <p>Source: F. Croce, M. Hein, <em>Minimally distorted Adversarial Examples with a Fast Adaptive
 * Boundary Attack</em>, ICML 2020. Other than there, the overshoot is part of the projection and so
 * keeps the bounds; the last fifth of the steps goes back by 1 % instead of 10 %, which brings the
 * distortion of a linear model within bounds nearer to the exact one (from 0.3 % to 0.08 % in a
 * test); and the search on the line interpolates the margin and has five steps instead of three.
 */
public final class Fab extends RestartedAttack {

    /** The default number of classes to try. */
    public static final int TARGETS_DEFAULT = 9;

    /** The default number of steps. */
    public static final int STEPS_DEFAULT = 100;

    private static final Pace PACE = new Pace(0.1, 1.05, 0.9);
    private static final Pace FINE = new Pace(0.1, 1.05, 0.99);
    private static final int FINE_PART = 5;
    private static final double START = 0.5;

    /**
     * How steps are made, with the names of the paper.
     *
     * @param maxBias the largest weight of the point nearest to the input, alpha_max
     * @param overshoot how far beyond the hyperplane to go, eta
     * @param backward where to go on from, on the line from the input, once beyond the boundary,
     *     beta
     */
    record Pace(double maxBias, double overshoot, double backward) {}

    private final int targets;
    private final int steps;

    private Fab(Builder builder) {
        super(builder);
        targets = builder.targets;
        steps = builder.steps;
    }

    /**
     * Starts an attack.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    String usualName() {
        return "FAB-T-" + steps;
    }

    @Override
    AttackLoss loss() {
        return StandardLoss.MARGIN;
    }

    @Override
    int attempts(AttackTask task, Predictions clean) {
        int rivals = task.targets() == null ? Math.min(targets, clean.classes() - 1) : 1;
        return rivals * restarts();
    }

    @Override
    void attempt(AttackTask task, int attempt, Predictions clean, Worst worst) {
        List<FabRow> rows = FabRow.of(task, leads(task, clean));
        search(task, attempt, clean, rows, true);
        int[] places = FabSearch.places(rows, FabRow::isInside);
        if (places.length == 0) {
            return;
        }
        try (AttackTask broken = task.select(places);
                NDArray best = FabSearch.matrix(broken, HostRows.at(rows, places), FabRow::best);
                NDArray u = broken.region().box().project(best);
                Evaluation evaluation = broken.query(u, loss())) {
            worst.offer(broken, u, evaluation);
        }
    }

    /**
     * Finds out how far each example is from being broken, which tells the robust accuracy for all
     * radii at once: the share of examples whose distortion is larger.
     *
     * <p>What it tells are upper bounds: there may be smaller perturbations.
     *
     * @param scorer the model
     * @param input the batch; neither closed nor changed
     * @return for each example the norm of the smallest perturbation found that keeps the bounds
     *     and breaks it, in the norm and unit of epsilon and perhaps larger than that; 0 for one
     *     that is misclassified as it is, infinity if nothing was found
     * @throws IllegalArgumentException if the scorer is no {@link GradientScorer}, an input is not
     *     finite or out of bounds, or a label is out of range
     */
    public double[] minimalDistortion(Scorer scorer, AttackInput input) {
        double[] distortions = new double[input.size()];
        try (AttackTask task = AttackTask.open(scorer, input, ball());
                NDArray zero = task.zero();
                Evaluation clean = task.query(zero, loss())) {
            int[] standing = Rows.where(clean.success(), false);
            if (standing.length > 0) {
                try (AttackTask rest = task.select(standing)) {
                    List<FabRow> rows = smallest(rest, clean.predictions());
                    for (int i = 0; i < standing.length; i++) {
                        distortions[standing[i]] = rows.get(i).bestNorm();
                    }
                }
            }
        }
        return distortions;
    }

    private List<FabRow> smallest(AttackTask task, Predictions clean) {
        List<FabRow> rows = FabRow.of(task, leads(task, clean));
        int attempts = attempts(task, clean);
        for (int attempt = 0; attempt < attempts; attempt++) {
            search(task, attempt, clean, rows, false);
        }
        return rows;
    }

    private static double[] leads(AttackTask task, Predictions clean) {
        double[] leads = new double[task.size()];
        for (int i = 0; i < leads.length; i++) {
            leads[i] = task.lead(i, clean, task.rows()[i]);
        }
        return leads;
    }

    private void search(
            AttackTask task,
            int attempt,
            Predictions clean,
            List<FabRow> rows,
            boolean untilInside) {
        start(task, attempt, rows);
        try (AttackTask guided = task.withGuides(guides(task, attempt / restarts(), clean))) {
            new FabSearch(this::pace, steps, untilInside).run(guided, rows);
        }
    }

    private Pace pace(int step) {
        return step < steps - steps / FINE_PART ? PACE : FINE;
    }

    private static int[] guides(AttackTask task, int rank, Predictions clean) {
        int[] given = task.targets();
        return given == null ? task.rivals(clean, rank) : given;
    }

    /** The first start is the input, later ones are random, but no farther than is of use. */
    private void start(AttackTask task, int attempt, List<FabRow> rows) {
        if (attempt % restarts() == 0 || ball().epsilon() == 0) {
            rows.forEach(row -> row.startAt(new double[row.at().length]));
            return;
        }
        BallBox box = task.region().box();
        try (NDArray drawn = box.onSurface(task.random(seed(), attempt))) {
            List<double[]> starts = HostRows.of(drawn);
            for (int i = 0; i < rows.size(); i++) {
                double reach = Math.min(1, rows.get(i).bestNorm() / ball().epsilon());
                rows.get(i)
                        .startAt(
                                Arrays.stream(starts.get(i))
                                        .map(value -> START * reach * value)
                                        .toArray());
            }
        }
    }

    /** Collects the settings of an attack. */
    public static final class Builder extends RestartedAttack.Builder<Builder> {

        private int targets = TARGETS_DEFAULT;
        private int steps = STEPS_DEFAULT;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets how many of the most likely wrong classes to try. Default: {@value
         * #TARGETS_DEFAULT}. A targeted attack tries its target only.
         *
         * @param targets 1 or more; more than there are counts as all
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optTargets(int targets) {
            this.targets = Checks.atLeastOne(targets, "The number of targets");
            return this;
        }

        /**
         * Sets the number of steps. Default: {@value #STEPS_DEFAULT}.
         *
         * @param steps 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optSteps(int steps) {
            this.steps = Checks.atLeastOne(steps, "The number of steps");
            return this;
        }

        /**
         * Makes the attack.
         *
         * @return the attack
         * @throws IllegalStateException if no ball is set
         */
        public Fab build() {
            return new Fab(this);
        }
    }
}
