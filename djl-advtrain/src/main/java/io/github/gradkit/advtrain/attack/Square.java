package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.internal.Checks;
import io.github.gradkit.advtrain.internal.Predictions;
import java.util.List;

/**
 * The square attack: a random search that looks at nothing but the scores.
 *
 * <pre>{@code
 * Scorer forest = x -> x.getManager().create(scores(x));
 * Attack square = Square.builder().setBall(EpsilonBall.linf(0.1).within(0, 1)).build();
 * }</pre>
 *
 * <p>It works for any {@link Scorer}, also for models without gradients and for those whose
 * gradients mislead. Each proposal changes the features of a window, which shrinks in the course of
 * the search, and is taken if the margin of the label falls. In the linf norm a window goes to one
 * edge of the ball; in the l1 and l2 norms it gets what another window had. Images {@code (batch,
 * channels, height, width)} have square windows over all channels; all other inputs have segments
 * of the flattened features.
 *
 * <p>The cost per example that stands to the end is one query per proposal, all examples together.
 * An example is let go as soon as it is broken. Memory: about eight arrays of the size of the
 * inputs, in double precision on the host.
 *
 * <p>Source: M. Andriushchenko, F. Croce, N. Flammarion, M. Hein, <em>Square Attack: a
 * query-efficient black-box adversarial attack via random search</em>, ECCV 2020. Other than there,
 * a proposal in the l2 norm is stretched as far as ball and bounds allow together, and windows that
 * change nothing are drawn again.
 */
public final class Square extends RestartedAttack {

    /** The default number of queries for an example. */
    public static final int QUERIES_DEFAULT = 5000;

    /** The default share of the features that the first windows cover. */
    public static final double INITIAL_SHARE_DEFAULT = 0.8;

    private final int queries;
    private final double initialShare;
    private final boolean segments;
    private final boolean rescaled;

    private Square(Builder builder) {
        super(builder);
        queries = builder.queries;
        initialShare = builder.initialShare;
        segments = builder.segments;
        rescaled = builder.rescaled;
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
        return "Square-" + queries;
    }

    @Override
    AttackLoss loss() {
        return StandardLoss.MARGIN;
    }

    @Override
    void attempt(AttackTask task, int attempt, Predictions clean, Worst worst) {
        SquareLayout layout = SquareLayout.of(task.input().inputs().getShape(), segments);
        SquareMoves moves = SquareMoves.of(ball().norm(), ball().epsilon(), layout);
        List<SquareRow> rows = SquareRow.of(task, seed(), attempt);
        try (ActiveSet active = new ActiveSet(task)) {
            rows.forEach(row -> row.propose(moves.start(row)));
            for (int query = 0; query < queries && !rows.isEmpty(); query++) {
                if (query > 0) {
                    double share = share(query);
                    rows.forEach(row -> row.propose(moves.next(row, share)));
                }
                rows = HostRows.at(rows, active.retain(look(active.task(), rows, worst)));
            }
        }
    }

    private double share(int proposal) {
        return SquareSchedule.share(
                initialShare, rescaled ? SquareSchedule.rescaled(proposal, queries) : proposal);
    }

    /** Queries the proposals and returns which examples they break. */
    private boolean[] look(AttackTask task, List<SquareRow> rows, Worst worst) {
        List<double[]> next = rows.stream().map(SquareRow::next).toList();
        try (NDArray u = HostRows.toArray(next, task.region().flatInputs());
                Evaluation evaluation = task.query(u, loss())) {
            worst.offer(task, u, evaluation);
            for (int i = 0; i < rows.size(); i++) {
                rows.get(i).judge(evaluation.losses()[i]);
            }
            return evaluation.success();
        }
    }

    /** Collects the settings of an attack. */
    public static final class Builder extends RestartedAttack.Builder<Builder> {

        private int queries = QUERIES_DEFAULT;
        private double initialShare = INITIAL_SHARE_DEFAULT;
        private boolean segments;
        private boolean rescaled;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets how often an example may be scored per restart. Default: {@value #QUERIES_DEFAULT}.
         *
         * @param queries 1 or more; 1 for the start only
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optQueries(int queries) {
            this.queries = Checks.atLeastOne(queries, "The number of queries");
            return this;
        }

        /**
         * Sets the share of the features that the first windows cover, p in the paper. Default:
         * {@value #INITIAL_SHARE_DEFAULT}. It is halved after 10, 50, 200, 500, 1000, 2000, 4000,
         * 6000 and 8000 proposals.
         *
         * @param initialShare above 0, at most 1
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder optInitialShare(double initialShare) {
            if (!(initialShare > 0 && initialShare <= 1)) {
                throw new IllegalArgumentException(
                        "The initial share must be above 0 and at most 1, but was "
                                + initialShare
                                + ". It is the part of the input that a window covers.");
            }
            this.initialShare = initialShare;
            return this;
        }

        /**
         * Takes inputs of four axes for a plain row of features as well, not for images.
         *
         * @return this builder
         */
        public Builder optSegments() {
            segments = true;
            return this;
        }

        /**
         * Stretches or shrinks the schedule of the windows, which is made for 10,000 queries, to
         * the number of queries. Advisable for small budgets.
         *
         * @return this builder
         */
        public Builder optRescaledSchedule() {
            rescaled = true;
            return this;
        }

        /**
         * Makes the attack.
         *
         * @return the attack
         * @throws IllegalStateException if no ball is set
         */
        public Square build() {
            return new Square(this);
        }
    }
}
