package io.github.gradkit.advtrain.evaluate;

/**
 * The exact robustness of a linear model, which no attack can beat.
 *
 * @param accuracy the share of examples that no perturbation within the ball can break
 * @param contradictions how many of them an attack broke nevertheless, beyond rounding; anything
 *     but 0 means that attack and certificate can't both be right
 * @param missed how many examples could be broken but were not by any attack: how far the attacks
 *     are from the optimum
 */
public record Certificate(Accuracy accuracy, int contradictions, int missed) {}
