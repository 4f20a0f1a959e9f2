package io.github.gradkit.tracin;

/**
 * The influence of one training example.
 *
 * @param index the index of the training example in its data set
 * @param score positive for a proponent (training on it lowered the loss of the test example),
 *     negative for an opponent; in units of the test loss
 */
public record Influence(int index, double score) {}
