package io.github.gradkit.adm.train;

import ai.djl.ndarray.NDList;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.adm.cut.AlphaExpansion;
import io.github.gradkit.adm.cut.AutomaticSolver;
import io.github.gradkit.adm.cut.LabelMinimizer;
import io.github.gradkit.adm.cut.MinCutSolver;
import io.github.gradkit.adm.cut.Minimum;
import io.github.gradkit.adm.cut.Neighbourhood;
import io.github.gradkit.adm.cut.ParallelCuts;
import io.github.gradkit.adm.cut.PottsEnergy;
import io.github.gradkit.adm.data.SegmentationLabels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The step that labels images for a fixed network: it looks for the labelling {@code X} of least
 *
 * <pre>lambda R(X) + gamma sum over pixels p of -log S(p, X(p))</pre>
 *
 * <p>for each image, where {@code S} is the softmax of the network's scores and {@code R(X)} adds
 * up the weights of neighbours with different labels (the labelling step of Marin and others, CVPR
 * 2019). Since {@code X} is one label a pixel, its Kullback-Leibler divergence from {@code S} is
 * the cross entropy, a cost that each pixel has by itself. The labelling is found by expansion
 * moves: the least energy with two labels, and with more a labelling that no expansion improves,
 * unless the sweeps run out.
 *
 * <p>Several images are labelled at once, on threads of this step; the result does not depend on
 * their number. A label that costs {@value PottsEnergy#HIGHEST_COST} more than the best of its
 * pixel counts as costing that. The cost in time is some cuts for each label and image; memory for
 * one image is kept on each thread.
 *
 * <p>A step is closed by who made it. It may be shared by losses and caches; it serves one at a
 * time.
 */
public final class LatentStep implements AutoCloseable {

    private final Tracker lambda;
    private final double gamma;
    private final int threads;
    private final int maxSweeps;
    private final Supplier<? extends MinCutSolver> solver;
    private final ScribbleRule rule;
    private final @Nullable IntFunction<int[]> permitted;
    private final boolean restricted;
    private @Nullable ParallelCuts cuts;
    private @Nullable Size size;
    private int workers;
    private int trained;
    private boolean closed;

    private record Size(int width, int height, Neighbourhood neighbourhood, int labels) {}

    private LatentStep(Builder builder) {
        this.lambda = builder.lambda;
        this.gamma = builder.gamma;
        this.threads = builder.threads;
        this.maxSweeps = builder.maxSweeps;
        this.solver = builder.solver;
        this.rule = builder.rule;
        this.permitted = builder.permitted;
        this.restricted = builder.restricted;
    }

    /**
     * Makes a builder.
     *
     * @return a builder with all options at their defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns what the tie between labelling and network weighs.
     *
     * @return more than 0
     */
    public double gamma() {
        return gamma;
    }

    /**
     * Returns the regulariser's weight in force.
     *
     * @return what the schedule gives for the number of batches, or of rounds of a {@link
     *     PseudoLabelCache}, that trainings have labelled with this step so far
     * @throws IllegalArgumentException if that is negative or not finite
     */
    public synchronized double lambda() {
        float value = lambda.getNewValue(trained);
        if (!(value >= 0 && Float.isFinite(value))) {
            throw new IllegalArgumentException(
                    "The schedule gives lambda the value "
                            + value
                            + " at labelling "
                            + trained
                            + ", but it must be a number of 0 or more.");
        }
        return value;
    }

    /** Tells that a training has labelled a batch, or a round. */
    synchronized void advance() {
        trained++;
    }

    synchronized int trained() {
        return trained;
    }

    synchronized void resume(int batches) {
        trained = batches;
    }

    /**
     * Labels a batch. The schedule of lambda does not go on by this.
     *
     * @param labels scribbles {@code (batch, height, width)} and weights {@code (batch, directions,
     *     height, width)}, as in {@link SegmentationLabels}
     * @param predictions one array of scores {@code (batch, labels, height, width)}, before the
     *     softmax; only read
     * @return for each image its labels, and how they came out
     * @throws IllegalArgumentException if shapes or types don't fit, a score is not a number, a
     *     scribble has a label that the network does not score, or a weight is negative, NaN or too
     *     high
     * @throws IllegalStateException if this step is closed, or the thread is interrupted
     */
    public Labelled label(NDList labels, NDList predictions) {
        SegmentationLabels view = SegmentationLabels.of(labels);
        return label(ScoredImages.copy(view, view.scores(predictions)));
    }

    /** Labels a batch, whose scores are overwritten. */
    synchronized Labelled label(ScoredImages images) {
        if (closed) {
            throw new IllegalStateException(
                    "This step is closed, so no image can be labelled. Close it after training.");
        }
        double ratio = lambda() / gamma;
        LatentProblem problem = new LatentProblem(images, ratio, rule, permitted(images));
        int[][] labels = new int[images.batch][images.pixels];
        List<Minimum> minima = cutsFor(images).label(problem, labels, ParallelCuts.Start.CHEAPEST);
        List<LatentEnergy> energies = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            energies.add(problem.energy(i, labels[i], minima.get(i), gamma));
        }
        return new Labelled(List.of(labels), energies);
    }

    /** Asks on the thread of the training, since the answer may come from a data set. */
    private List<int[]> permitted(ScoredImages images) {
        if (permitted == null) {
            return restricted ? Collections.nCopies(images.batch, new int[0]) : List.of();
        }
        List<int[]> all = new ArrayList<>();
        for (int index : images.indices()) {
            int[] some = permitted.apply(index);
            for (int label : some) {
                requireScored(label, index, images.labels);
            }
            all.add(some);
        }
        return all;
    }

    private static void requireScored(int label, int index, int labels) {
        if (label < 0 || label >= labels) {
            throw new IllegalArgumentException(
                    "Image "
                            + index
                            + " may get label "
                            + label
                            + ", but the network scores labels 0 to "
                            + (labels - 1)
                            + ". Permit labels that it scores, or give it more outputs.");
        }
    }

    private ParallelCuts cutsFor(ScoredImages images) {
        Size wanted = new Size(images.width, images.height, images.neighbourhood, images.labels);
        int useful = Math.min(threads, images.batch);
        ParallelCuts present = cuts;
        if (present == null || !wanted.equals(size) || workers < useful) {
            closeCuts();
            present =
                    new ParallelCuts(
                            useful,
                            this::minimizer,
                            () ->
                                    new PottsEnergy(
                                            wanted.width,
                                            wanted.height,
                                            wanted.neighbourhood,
                                            wanted.labels));
            cuts = present;
            size = wanted;
            workers = useful;
        }
        return present;
    }

    private LabelMinimizer minimizer() {
        return AlphaExpansion.builder().optSolver(solver).optMaxSweeps(maxSweeps).build();
    }

    private void closeCuts() {
        if (cuts != null) {
            cuts.close();
            cuts = null;
        }
    }

    /** Ends the threads. Closing again does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        closeCuts();
    }

    /** Options of {@link LatentStep}. */
    public static final class Builder {

        private @Nullable Tracker chosen;
        private Tracker lambda = Tracker.fixed(0);
        private double gamma = 1;
        private int threads = Runtime.getRuntime().availableProcessors();
        private int maxSweeps = 5;
        private Supplier<? extends MinCutSolver> solver = AutomaticSolver::new;
        private ScribbleRule rule = ScribbleRule.HARD;
        private @Nullable IntFunction<int[]> permitted;
        private boolean restricted;

        private Builder() {}

        /**
         * Sets the weight of the regulariser. It is what the weight of the same regulariser would
         * be in a loss for gradient descent, if {@code gamma} is 1. Values between 0.1 and 10 are
         * worth a try: more makes smoother labellings, in which small objects may vanish.
         *
         * @param weight 0 or more
         * @return this builder
         * @throws IllegalArgumentException if it is negative or not finite
         */
        public Builder setLambda(double weight) {
            if (!(weight >= 0 && Double.isFinite(weight))) {
                throw new IllegalArgumentException(
                        "lambda must be a number of 0 or more, but is "
                                + weight
                                + ": negative weights would reward ragged labellings, and no cut"
                                + " finds those.");
            }
            return setLambda(Tracker.fixed((float) weight));
        }

        /**
         * Sets a schedule of the regulariser's weight.
         *
         * @param schedule gives the weight, 0 or more, from the number of batches that trainings
         *     labelled before, or of rounds with a {@link PseudoLabelCache}
         * @return this builder
         */
        public Builder setLambda(Tracker schedule) {
            this.chosen = schedule;
            return this;
        }

        /**
         * Sets the weight of the tie between labelling and network.
         *
         * @param weight more than 0 (default: 1)
         * @return this builder
         * @throws IllegalArgumentException if it is not positive or not finite
         */
        public Builder optGamma(double weight) {
            if (!(weight > 0 && Double.isFinite(weight))) {
                throw new IllegalArgumentException(
                        "gamma must be more than 0, but is "
                                + weight
                                + ": without it nothing ties the labelling to the network.");
            }
            this.gamma = weight;
            return this;
        }

        /**
         * Sets how many images are labelled at once.
         *
         * @param count 1 or more (default: as many as there are processors)
         * @return this builder
         * @throws IllegalArgumentException if there are fewer
         */
        public Builder optThreads(int count) {
            this.threads = positive("threads", count);
            return this;
        }

        /**
         * Sets how often all moves are tried at most. Two or three sweeps do in most cases.
         *
         * @param sweeps 1 or more (default: 5)
         * @return this builder
         * @throws IllegalArgumentException if there are fewer
         */
        public Builder optMaxSweeps(int sweeps) {
            this.maxSweeps = positive("sweeps", sweeps);
            return this;
        }

        /**
         * Sets what solves the cuts. All solvers give the same labels.
         *
         * @param factory makes a new solver for each thread, for each size of images (default:
         *     {@link AutomaticSolver})
         * @return this builder
         */
        public Builder optSolver(Supplier<? extends MinCutSolver> factory) {
            this.solver = factory;
            return this;
        }

        private static int positive(String name, int count) {
            if (count < 1) {
                throw new IllegalArgumentException(
                        "With " + count + " " + name + " no image is labelled. Give 1 or more.");
            }
            return count;
        }

        /**
         * Sets how scribbles bind the labelling.
         *
         * @param scribbleRule the rule (default: {@link ScribbleRule#HARD})
         * @return this builder
         */
        public Builder optScribbles(ScribbleRule scribbleRule) {
            this.rule = scribbleRule;
            return this;
        }

        /**
         * Sets whether an image gets only labels that its scribbles have. For data where every
         * class in an image is scribbled: other classes can't spread there then. Images without a
         * scribble may have all labels.
         *
         * <p>An image here is what is in the batch. Squares that are cut out at random may show a
         * class whose scribble lies outside, which is barred then: use {@link #optPermitted} with
         * those.
         *
         * @param restrict whether to (default: false)
         * @return this builder
         */
        public Builder optRestrictToScribbles(boolean restrict) {
            this.restricted = restrict;
            return this;
        }

        /**
         * Sets which labels an image may get besides those of its scribbles: what is known of it as
         * a whole. With {@code dataset::scribbledLabels} those are the labels that are scribbled
         * somewhere in it, in or outside the square that a batch holds of it.
         *
         * @param labelsOfImage returns them for the image's number in the third array of {@link
         *     SegmentationLabels}; an image for which there are none, and without a scribble, may
         *     get all (default: all images may get all labels). It is asked for each batch, on the
         *     thread of the training
         * @return this builder
         */
        public Builder optPermitted(IntFunction<int[]> labelsOfImage) {
            this.permitted = labelsOfImage;
            return this;
        }

        /**
         * Makes the step. Its threads start with the first batch.
         *
         * @return a step, to be closed after training
         * @throws IllegalStateException if lambda is not set
         */
        public LatentStep build() {
            if (chosen == null) {
                throw new IllegalStateException(
                        "The weight of the regulariser is not set. Call setLambda, for example with"
                                + " 0.3.");
            }
            this.lambda = chosen;
            return new LatentStep(this);
        }
    }
}
