package io.github.gradkit.advtrain.evaluate;

import org.jspecify.annotations.Nullable;

/**
 * A point of the curve of accuracy over the radius.
 *
 * @param epsilon the radius
 * @param accuracy the share of all examples that no attack broke within this radius, including
 *     those at smaller radii; never rises with the radius
 * @param certified the exact share that nothing can break, or {@code null} unless the model is
 *     linear
 */
public record CurvePoint(double epsilon, Accuracy accuracy, @Nullable Accuracy certified) {}
