package io.github.gradkit.hyperopt;

import java.util.Locale;

/** A number that steers an optimizer and that the level above may tune. */
public enum Hyperparameter {
    /** The learning rate of any optimizer. */
    ALPHA,
    /** The share of the momentum buffer that is kept, mu. */
    MOMENTUM,
    /** The decay of Adam's mean of gradients. */
    BETA1,
    /** The decay of Adam's mean of squared gradients. */
    BETA2,
    /** The decay of RMSProp's mean of squared gradients. */
    GAMMA,
    /** The number that keeps a denominator from being zero. */
    EPSILON,
    /**
     * The weight decay: added to the gradient as {@code decay * weight}, but subtracted from the
     * weight as {@code alpha * decay * weight} by AdamW.
     */
    WEIGHT_DECAY;

    /**
     * Returns the name as it appears in traces and files.
     *
     * @return lower case, such as {@code weight-decay}
     */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
