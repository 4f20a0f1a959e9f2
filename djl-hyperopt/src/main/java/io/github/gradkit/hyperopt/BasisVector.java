package io.github.gradkit.hyperopt;

/**
 * The vectors that an update's derivatives by its hyperparameters are sums of. All have the size of
 * the weights and describe the last update.
 */
enum BasisVector {
    /** The gradient, with weight decay. */
    GRADIENT,
    /** The weight after the update. */
    WEIGHT,
    /** The momentum buffer. */
    BUFFER,
    /** Mean of gradients or gradient, divided by the denominator: {@code q = m / den}. */
    QUOTIENT,
    /** The gradient divided by Adam's denominator: {@code G / den}. */
    GRADIENT_QUOTIENT,
    /** What the squared gradient did to the denominator: {@code q (s^2 - G^2) / (s den)}. */
    SPREAD,
    /** {@code q / den}. */
    SHRINK,
    /** What Adam's weight decay did by way of the gradient. */
    DECAY
}
