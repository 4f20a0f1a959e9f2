package io.github.gradkit.advtrain.train;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.attack.LossInput;
import io.github.gradkit.advtrain.attack.StandardLoss;
import io.github.gradkit.support.gradient.CollectorConstants;

/**
 * MART: a boosted cross-entropy of the perturbed outputs, plus beta times the divergence of the
 * perturbed outputs from the clean ones, which counts the more the less sure the clean model is of
 * the label.
 *
 * <p>With p the clean and p' the perturbed probabilities: the mean of -log p'_y - log(1 - max over
 * j != y of p'_j) + beta * KL(p || p') * (1 - p_y). Perturb with {@link
 * io.github.gradkit.advtrain.attack.Pgd} on the cross-entropy.
 *
 * <p>Source: Y. Wang et al., <em>Improving Adversarial Robustness Requires Revisiting Misclassified
 * Examples</em>, ICLR 2020, equation 11.
 */
public final class MartLoss extends PairedLoss {

    /** The default weight of the divergence. */
    public static final double BETA_DEFAULT = 5;

    private static final double ALMOST_ONE = 1.0001;
    private static final double TINY = 1e-12;

    private final double beta;

    private MartLoss(double beta) {
        super("MartLoss");
        this.beta = beta;
    }

    /**
     * Returns the loss.
     *
     * @param beta the weight of the divergence, 0 or more
     * @return the loss
     * @throws IllegalArgumentException if beta is negative or not finite
     */
    public static MartLoss of(double beta) {
        return new MartLoss(TrainChecks.beta(beta));
    }

    @Override
    protected NDArray evaluate(LossInput clean, LossInput perturbed) {
        NDArray boosted =
                StandardLoss.CROSS_ENTROPY
                        .evaluate(perturbed)
                        .sub(confidenceAgainstRivals(perturbed))
                        .mean();
        NDArray doubt =
                clean.constants()
                        .sub(StandardLoss.CROSS_ENTROPY.evaluate(clean).neg().exp(), 1)
                        .neg();
        NDArray weighted = StandardLoss.KL.evaluate(perturbed).mul(doubt).mean();
        return boosted.add(clean.constants().mul(weighted, beta));
    }

    /** log(1.0001 - max over j != y of p'_j + 1e-12), so that it stays finite. */
    private static NDArray confidenceAgainstRivals(LossInput perturbed) {
        CollectorConstants constants = perturbed.constants();
        NDArray rival = perturbed.bestProbabilityOtherThanLabel();
        return constants.add(constants.sub(rival, ALMOST_ONE).neg(), TINY).log();
    }
}
