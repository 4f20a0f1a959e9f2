package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.Objects;

/**
 * The losses of the literature. All are safe for two and three classes; a model with a single logit
 * counts as one with two classes.
 *
 * <p>With z the scores, y the label and t the target, z(1) &gt;= z(2) &gt;= ... the sorted scores.
 */
public enum StandardLoss implements AttackLoss {
    /** Cross-entropy of the softmax: log sum exp z - z_y. With a target, minus that of t. */
    CROSS_ENTROPY("CE") {
        @Override
        public NDArray evaluate(LossInput input) {
            NDArray logProbabilities = input.logits().logSoftmax(1);
            NDArray targets = input.targets();
            return targets == null
                    ? logProbabilities.gather(input.labels(), 1).squeeze(1).neg()
                    : logProbabilities.gather(targets, 1).squeeze(1);
        }
    },

    /**
     * How far the best wrong class is above the label: max over j != y of z_j, minus z_y; positive
     * exactly when misclassified. With a target, z_t minus the best of all others.
     */
    MARGIN("margin") {
        @Override
        public NDArray evaluate(LossInput input) {
            NDArray targets = input.targets();
            return targets == null
                    ? input.bestOtherThan(input.labels()).sub(input.scoreOf(input.labels()))
                    : input.scoreOf(targets).sub(input.bestOtherThan(targets));
        }
    },

    /**
     * Difference of logits ratio: the margin over z(1) - z(3), which neither a shift nor a scale of
     * the scores changes. With a target, (z_t - z_y) / (z(1) - (z(3) + z(4)) / 2).
     *
     * <p>With two classes there is no z(3); the margin itself is used then. With three classes and
     * a target the divisor is z(1) - (z(2) + z(3)) / 2: with z(1) - z(3) the loss towards the least
     * likely class would be -1 whatever the scores, and so without a gradient.
     *
     * <p>Source: F. Croce, M. Hein, <em>Reliable evaluation of adversarial robustness with an
     * ensemble of diverse parameter-free attacks</em>, ICML 2020, equations 6 and 7.
     */
    DLR("DLR") {
        @Override
        public NDArray evaluate(LossInput input) {
            NDArray targets = input.targets();
            NDArray label = input.scoreOf(input.labels());
            NDArray rival =
                    targets == null ? input.bestOtherThan(input.labels()) : input.scoreOf(targets);
            NDArray difference = rival.sub(label);
            if (input.classes() == 2) {
                return difference;
            }
            NDArray spread = targets == null ? spread(input) : targetedSpread(input);
            return difference.div(input.constants().add(spread, TINY));
        }
    },

    /**
     * How much the prediction has moved: the Kullback-Leibler divergence of softmax z from the
     * softmax of the scores without perturbation. Looks at no label.
     *
     * <p>Source: H. Zhang et al., <em>Theoretically Principled Trade-off between Robustness and
     * Accuracy</em>, ICML 2019 (TRADES). Its gradient is zero at no perturbation.
     */
    KL("KL") {
        @Override
        public NDArray evaluate(LossInput input) {
            NDArray clean =
                    Objects.requireNonNull(input.cleanLogits(), "KL needs the clean logits");
            NDArray cleanLog = clean.logSoftmax(1);
            return cleanLog.exp()
                    .mul(cleanLog.sub(input.logits().logSoftmax(1)))
                    .sum(new int[] {1});
        }

        @Override
        public boolean needsCleanLogits() {
            return true;
        }
    };

    private static final double TINY = 1e-12;

    private final String title;

    StandardLoss(String title) {
        this.title = title;
    }

    @Override
    public String title() {
        return title;
    }

    private static NDArray spread(LossInput input) {
        NDArray top = input.logits().topK(3, 1).head();
        return top.get("..., 0").sub(top.get("..., 2"));
    }

    private static NDArray targetedSpread(LossInput input) {
        int last = input.classes() > 3 ? 3 : 2;
        NDArray top = input.logits().topK(last + 1, 1).head();
        NDArray lowest = top.get("..., " + (last - 1)).add(top.get("..., " + last));
        return top.get("..., 0").sub(input.constants().mul(lowest, 0.5));
    }
}
