package io.github.gradkit.hyperopt;

/**
 * What is done to every gradient before it is used.
 *
 * @param rescale the factor; hypergradients see it
 * @param clip the largest absolute value of a number, or infinity; hypergradients are measured with
 *     the gradient before clipping, but know that the last update was made with a clipped one
 */
record GradientScaling(float rescale, float clip) {

    boolean isNone() {
        return rescale == 1f && !clips();
    }

    boolean clips() {
        return !Float.isInfinite(clip);
    }
}
