package io.github.gradkit.advtrain.train;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.LossInput;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.attack.StandardLoss;

/**
 * TRADES: cross-entropy of the clean outputs plus beta times the Kullback-Leibler divergence of the
 * perturbed outputs from the clean ones.
 *
 * <p>Gradients flow through both outputs. The larger beta, the more robust and the less accurate
 * the model. With beta 0 this is clean training.
 *
 * <p>Source: H. Zhang et al., <em>Theoretically Principled Trade-off between Robustness and
 * Accuracy</em>, ICML 2019, algorithm 1.
 */
public final class TradesLoss extends PairedLoss {

    /** The default weight of the divergence. */
    public static final double BETA_DEFAULT = 6;

    private static final double START_DEVIATION = 0.001;

    private final double beta;

    private TradesLoss(double beta) {
        super("TradesLoss");
        this.beta = beta;
    }

    /**
     * Returns the loss.
     *
     * @param beta the weight of the divergence, 0 or more; {@value #BETA_DEFAULT} is usual for
     *     colour images, 1 for digits
     * @return the loss
     * @throws IllegalArgumentException if beta is negative or not finite
     */
    public static TradesLoss of(double beta) {
        return new TradesLoss(TrainChecks.beta(beta));
    }

    /**
     * Returns the attack that goes with the loss: it maximises the divergence from a start a little
     * beside the inputs, where there is no gradient.
     *
     * @param ball where perturbed inputs may lie
     * @param steps the number of steps, 1 or more
     * @param stepSize the length of a step in the norm and unit of epsilon; positive
     * @param seed decides the starts
     * @return the attack
     */
    public static Attack attack(EpsilonBall ball, int steps, double stepSize, long seed) {
        return Pgd.builder()
                .setBall(ball)
                .optSteps(steps)
                .optStepSize(stepSize)
                .optSeed(seed)
                .optLoss(StandardLoss.KL)
                .optStart(PerturbationStart.gaussian(START_DEVIATION))
                .build();
    }

    @Override
    protected NDArray evaluate(LossInput clean, LossInput perturbed) {
        NDArray accuracy = StandardLoss.CROSS_ENTROPY.evaluate(clean).mean();
        NDArray stability = StandardLoss.KL.evaluate(perturbed).mean();
        return accuracy.add(clean.constants().mul(stability, beta));
    }
}
