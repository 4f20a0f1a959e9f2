package io.github.gradkit.adm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import io.github.gradkit.adm.data.SegmentationLabels;
import io.github.gradkit.adm.loss.LabelCrossEntropy;
import io.github.gradkit.adm.loss.RobustCrossEntropy;
import io.github.gradkit.support.gradient.CollectorConstants;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The network's part of training by alternating directions (Marin and others, CVPR 2019):
 *
 * <pre>H(Y, S) + gamma mean over pixels p of -log S(p, X(p))</pre>
 *
 * <p>{@code H} is the mean cross entropy of the batch's scribbled pixels; the labelling {@code X}
 * is found by a {@link LatentStep} while the loss is evaluated, before the graph of the gradient is
 * built, or comes from a {@link PseudoLabelCache}. For the gradient {@code X} is constant. The loss
 * is in nats, at least 0, and 0 where the network is sure of all of {@code X} and all scribbles.
 *
 * <p>It takes the place of any loss in {@code EasyTrain}. Labels are those of {@link
 * SegmentationLabels}, predictions one array of scores {@code (batch, labels, height, width)},
 * before the softmax. Evaluators ask a loss again for the predictions of a training step: they get
 * the value that is known, so nothing is solved twice. For other predictions, those of validation,
 * they get {@code H} alone, since a labelling there would be an answer to the network itself.
 *
 * <p>With {@code optRobust} the tie to {@code X} is the robust cross entropy of Marin and Boykov
 * (Robust Trust Region for Weakly Supervised Segmentation, ICCV 2021), which takes a share of
 * {@code X} to be wrong.
 *
 * <p>A pixel whose pairs all weigh 0 counts as padding: the tie leaves it out.
 *
 * <p>Labelling images makes garbage between the forward and the backward pass. That harms no loss
 * and no block of Gradkit, but a block of your own that multiplies by a Java number, as {@code
 * x.mul(2f)} does, may then get wrong gradients: use {@link CollectorConstants} there.
 *
 * <p>A loss closes nothing: the step or the cache are closed by who made them. It may be evaluated
 * by several threads, one at a time.
 */
public final class AdmLoss extends Loss {

    /** As many predictions as a batch may be split into, and then some. */
    private static final int REMEMBERED = 64;

    private final @Nullable LatentStep step;
    private final @Nullable PseudoLabelCache cache;
    private final double gamma;
    private final double robust;
    private final Map<String, Float> values = new LinkedHashMap<>();
    private final ArrayDeque<AdmRecord> records = new ArrayDeque<>();
    private long evaluations;
    private @Nullable NDManager accounting;

    private AdmLoss(Builder builder, double gamma) {
        super(builder.name);
        this.step = builder.step;
        this.cache = builder.cache;
        this.robust = builder.robust;
        this.gamma = gamma;
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
     * Labels the batch, unless a cache holds its labellings, and evaluates the loss.
     *
     * @param labels scribbles and weights, for a cache also indices; see {@link SegmentationLabels}
     * @param predictions scores {@code (batch, labels, height, width)}
     * @return the loss, of shape {@code ()}, on the manager of the predictions
     * @throws IllegalArgumentException if shapes don't fit, a score is not a number, or a scribble
     *     has a label that the network does not score
     */
    @Override
    public synchronized NDArray evaluate(NDList labels, NDList predictions) {
        SegmentationLabels view = SegmentationLabels.of(labels);
        NDArray scores = view.scores(predictions);
        if (accounting != null) {
            return known(accounting, view, scores);
        }
        checkRobust(Math.toIntExact(scores.getShape().get(1)));
        long begin = System.nanoTime();
        ScoredImages images =
                step == null
                        ? ScoredImages.copyWithoutScores(view, scores)
                        : ScoredImages.copy(view, scores);
        Labelled solved = step == null ? null : step.label(images);
        double milliseconds = (System.nanoTime() - begin) / 1e6;
        List<int[]> latent = solved == null ? cached(view, images) : solved.labels();
        // Handles may be closed before the backward pass: the graph keeps what it needs.
        try (NDManager working = scores.getManager().newSubManager()) {
            NDArray data = LabelCrossEntropy.mean(scores, view.scribbles());
            data.attach(working);
            NDArray total =
                    latent == null ? data : tied(working, data, scores, images.targets(latent));
            remember(scores.getUid(), number(total));
            if (step != null && solved != null) {
                step.advance();
                record(number(data), number(total), solved, milliseconds);
            }
            total.attach(scores.getManager());
            return total;
        }
    }

    private void record(double data, double total, Labelled solved, double milliseconds) {
        if (records.size() >= REMEMBERED) {
            records.removeFirst();
        }
        int images = solved.labels().size();
        records.add(new AdmRecord(evaluations++, images, data, total, solved.mean(), milliseconds));
    }

    private void checkRobust(int labels) {
        double limit = (labels - 1.0) / labels;
        if (robust >= limit) {
            throw new IllegalArgumentException(
                    "The share of wrong labels is "
                            + robust
                            + ", but with "
                            + labels
                            + " labels it must be below "
                            + limit
                            + ": labellings that are wrong as often as chance teach nothing.");
        }
    }

    private @Nullable List<int[]> cached(SegmentationLabels labels, ScoredImages images) {
        return cache == null ? null : cache.labellings(ScoredImages.ints(labels.indices()), images);
    }

    private NDArray tied(NDManager working, NDArray data, NDArray scores, int[] targets) {
        Shape shape = scores.getShape();
        NDArray target =
                array(working, targets, new Shape(shape.get(0), shape.get(2), shape.get(3)));
        CollectorConstants constants = CollectorConstants.of(working);
        NDArray pull =
                robust == 0
                        ? LabelCrossEntropy.mean(scores, target)
                        : RobustCrossEntropy.mean(scores, target, robust);
        pull.attach(working);
        return data.add(constants.mul(pull, gamma));
    }

    /** Copies labels to memory that the graph may keep, which that of Java is not. */
    private static NDArray array(NDManager manager, int[] targets, Shape shape) {
        try (NDArray shared = manager.create(targets, shape)) {
            return shared.duplicate();
        }
    }

    private NDArray known(NDManager manager, SegmentationLabels view, NDArray scores) {
        Float value = values.get(scores.getUid());
        if (value == null) {
            NDArray data = LabelCrossEntropy.mean(scores, view.scribbles());
            data.attach(manager);
            value = number(data);
        }
        return manager.create(value);
    }

    private static float number(NDArray scalar) {
        return scalar.toArray()[0].floatValue();
    }

    private void remember(String uid, float value) {
        values.put(uid, value);
        if (values.size() > REMEMBERED) {
            Iterator<String> oldest = values.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    @Override
    public synchronized void updateAccumulators(String[] keys, NDList labels, NDList predictions) {
        try (NDManager manager = predictions.head().getManager().newSubManager()) {
            accounting = manager;
            super.updateAccumulators(keys, labels, predictions);
        } finally {
            accounting = null;
        }
    }

    /** Forgets the records that nobody took. */
    synchronized void forgetRecords() {
        records.clear();
    }

    /** Tells whether batches leave records, which they don't with a cache. */
    boolean records() {
        return step != null;
    }

    /**
     * Takes the oldest record that was not taken yet. The newest {@value #REMEMBERED} are kept.
     *
     * @return a record of a batch, or nothing; with a cache there are none
     */
    synchronized Optional<AdmRecord> nextRecord() {
        return Optional.ofNullable(records.poll());
    }

    /** Options of {@link AdmLoss}. */
    public static final class Builder {

        private String name = "AdmLoss";
        private @Nullable LatentStep step;
        private @Nullable PseudoLabelCache cache;
        private double robust;

        private Builder() {}

        /**
         * Has each batch labelled when the loss is evaluated.
         *
         * @param latentStep the step; not closed by the loss
         * @return this builder
         */
        public Builder setStep(LatentStep latentStep) {
            this.step = latentStep;
            return this;
        }

        /**
         * Takes the labellings from a cache, which must be a listener of the same training. As long
         * as it holds none, the loss is the cross entropy of the scribbles alone.
         *
         * @param pseudoLabelCache the cache; not closed by the loss
         * @return this builder
         */
        public Builder setCache(PseudoLabelCache pseudoLabelCache) {
            this.cache = pseudoLabelCache;
            return this;
        }

        /**
         * Sets the share of the labelling that is taken to be wrong. The labelling step itself
         * stays the same.
         *
         * @param share 0 or more, less than {@code (labels - 1) / labels}, where nothing could be
         *     learned any more (default: 0, the plain cross entropy)
         * @return this builder
         * @throws IllegalArgumentException if it is negative, or 1 or more
         */
        public Builder optRobust(double share) {
            if (!(share >= 0 && share < 1)) {
                throw new IllegalArgumentException(
                        "The share of wrong labels must be 0 or more and below 1, but is "
                                + share
                                + ".");
            }
            this.robust = share;
            return this;
        }

        /**
         * Sets the name under which evaluators report the loss.
         *
         * @param lossName the name (default: AdmLoss)
         * @return this builder
         */
        public Builder optName(String lossName) {
            this.name = lossName;
            return this;
        }

        /**
         * Makes the loss.
         *
         * @return a loss
         * @throws IllegalStateException if there is neither a step nor a cache, or both
         */
        public AdmLoss build() {
            if (step != null && cache == null) {
                return new AdmLoss(this, step.gamma());
            }
            if (cache != null && step == null) {
                return new AdmLoss(this, cache.step().gamma());
            }
            throw new IllegalStateException(
                    "Labellings come from "
                            + (step == null ? "nowhere" : "both a step and a cache")
                            + ". Call one of setStep and setCache.");
        }
    }
}
