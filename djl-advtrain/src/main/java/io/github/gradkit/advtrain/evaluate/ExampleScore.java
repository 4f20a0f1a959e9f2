package io.github.gradkit.advtrain.evaluate;

/**
 * What became of one example.
 *
 * @param label its class
 * @param correct whether it is classified correctly without perturbation
 * @param robust whether, in addition, no attack broke it within epsilon
 * @param worstMargin how far its label was ahead of the best other class, at worst; negative if
 *     misclassified, NaN if scores were not numbers
 */
public record ExampleScore(int label, boolean correct, boolean robust, double worstMargin) {}
