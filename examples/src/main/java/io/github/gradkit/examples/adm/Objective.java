package io.github.gradkit.examples.adm;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.tracker.LinearTracker;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.adm.data.ScribbleDataset;
import io.github.gradkit.adm.loss.GridPottsLoss;
import io.github.gradkit.adm.loss.PartialCrossEntropy;
import io.github.gradkit.adm.loss.RegularizedLoss;
import io.github.gradkit.adm.loss.Relaxation;
import io.github.gradkit.adm.train.AdmLoss;
import io.github.gradkit.adm.train.LatentStep;
import io.github.gradkit.adm.train.PseudoLabelCache;
import org.jspecify.annotations.Nullable;

/**
 * What a method minimises.
 *
 * @param loss the loss for the training
 * @param step what labels images, to be closed after the training
 * @param cache what keeps labellings over epochs
 */
record Objective(Loss loss, @Nullable LatentStep step, @Nullable PseudoLabelCache cache)
        implements AutoCloseable {

    private static final double WRONG = 0.5;
    private static final double WRONG_OF_TWO = 0.25;

    /** Makes the objective of a training without graph cuts. */
    static Objective of(Loss loss) {
        return new Objective(loss, null, null);
    }

    /**
     * Makes the objective of a method.
     *
     * @param lambda the weight of the regulariser, if the method has one
     * @param images what is trained on
     * @param labels how many labels there are
     */
    static Objective of(
            Method method, double lambda, ScribbleDataset images, int labels, Settings settings) {
        return switch (method) {
            case PCE, FULL -> of(new PartialCrossEntropy());
            case GD_GRID -> descent(lambda, Relaxation.BILINEAR);
            case GD_QUADRATIC -> descent(lambda, Relaxation.QUADRATIC);
            case GD_TV -> descent(lambda, Relaxation.TOTAL_VARIATION);
            case ADM, ADM_RESTRICTED, ADM_ROBUST ->
                    alternating(method, lambda, images, labels, settings);
        };
    }

    /**
     * Returns the share of the labelling that the robust variant takes to be wrong. If half of two
     * labels were wrong, there would be nothing to learn from.
     */
    private static double wrong(int labels) {
        return labels == 2 ? WRONG_OF_TWO : WRONG;
    }

    private static Objective descent(double lambda, Relaxation relaxation) {
        Loss grid = GridPottsLoss.of(relaxation);
        return of(RegularizedLoss.of(new PartialCrossEntropy(), lambda, grid));
    }

    private static Objective alternating(
            Method method, double lambda, ScribbleDataset images, int labels, Settings settings) {
        Settings.Cuts cuts = settings.cuts();
        int labellings = cuts.labellings(Math.toIntExact(images.size()), settings.epochs());
        LatentStep.Builder builder =
                LatentStep.builder()
                        .setLambda(cuts.anneal() ? rising(lambda, labellings) : fixed(lambda))
                        .optGamma(cuts.gamma())
                        .optThreads(settings.threads());
        if (method != Method.ADM) {
            // Of the whole image, as a crop need not hold all scribbles.
            builder.optPermitted(images::scribbledLabels);
        }
        LatentStep step = builder.build();
        AdmLoss.Builder loss =
                AdmLoss.builder().optRobust(method == Method.ADM_ROBUST ? wrong(labels) : 0);
        if (cuts.relabelEvery() == 0) {
            return new Objective(loss.setStep(step).build(), step, null);
        }
        PseudoLabelCache cache =
                PseudoLabelCache.builder()
                        .setStep(step)
                        .setDataset(images)
                        .optEvery(cuts.relabelEvery())
                        .build();
        return new Objective(loss.setCache(cache).build(), step, cache);
    }

    private static Tracker fixed(double lambda) {
        return Tracker.fixed((float) lambda);
    }

    /** Reaches the full weight with the last labelling that is learned from. */
    private static Tracker rising(double lambda, int labellings) {
        int rises = labellings - 1;
        if (rises == 0) {
            return fixed(lambda);
        }
        return LinearTracker.builder()
                .setBaseValue(0)
                .optSlope((float) (lambda / rises))
                .optMaxUpdates(rises)
                .build();
    }

    /** Returns what else the training needs to know of. */
    TrainingListener[] listeners() {
        return cache == null ? new TrainingListener[0] : new TrainingListener[] {cache};
    }

    /** Labels the images for the first epochs, if labellings are kept. */
    void begin(Trainer trainer) {
        if (cache != null) {
            cache.refresh(trainer);
        }
    }

    @Override
    public void close() {
        if (step != null) {
            step.close();
        }
    }
}
