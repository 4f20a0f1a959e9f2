package io.github.gradkit.examples.adm;

import ai.djl.training.loss.Loss;
import io.github.gradkit.adm.loss.GridPottsLoss;
import io.github.gradkit.adm.loss.PartialCrossEntropy;
import io.github.gradkit.adm.loss.RegularizedLoss;
import io.github.gradkit.adm.loss.Relaxation;
import io.github.gradkit.adm.train.AdmLoss;
import io.github.gradkit.adm.train.LatentStep;
import org.jspecify.annotations.Nullable;

/**
 * What a method minimises.
 *
 * @param loss the loss for the training
 * @param step what it needs, to be closed after the training
 */
record Objective(Loss loss, @Nullable LatentStep step) implements AutoCloseable {

    private static final double WRONG = 0.5;
    private static final double WRONG_OF_TWO = 0.25;

    /**
     * Makes the objective of a method.
     *
     * @param lambda the weight of the regulariser, if the method has one
     * @param labels how many labels there are
     */
    static Objective of(Method method, double lambda, int labels, Settings settings) {
        return switch (method) {
            case PCE, FULL -> new Objective(new PartialCrossEntropy(), null);
            case GD_GRID -> descent(lambda, Relaxation.BILINEAR);
            case GD_QUADRATIC -> descent(lambda, Relaxation.QUADRATIC);
            case GD_TV -> descent(lambda, Relaxation.TOTAL_VARIATION);
            case ADM -> alternating(lambda, settings, false, 0);
            case ADM_RESTRICTED -> alternating(lambda, settings, true, 0);
            case ADM_ROBUST -> alternating(lambda, settings, true, wrong(labels));
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
        return new Objective(RegularizedLoss.of(new PartialCrossEntropy(), lambda, grid), null);
    }

    private static Objective alternating(
            double lambda, Settings settings, boolean restricted, double wrong) {
        LatentStep step =
                LatentStep.builder()
                        .setLambda(lambda)
                        .optGamma(settings.gamma())
                        .optThreads(settings.threads())
                        .optRestrictToScribbles(restricted)
                        .build();
        return new Objective(AdmLoss.builder().setStep(step).optRobust(wrong).build(), step);
    }

    @Override
    public void close() {
        if (step != null) {
            step.close();
        }
    }
}
