package io.github.gradkit.advtrain.evaluate;

/**
 * The accuracies on the examples of one class.
 *
 * @param label the class
 * @param clean without perturbation
 * @param robust the worst case over all attacks
 */
public record ClassScore(int label, Accuracy clean, Accuracy robust) {}
