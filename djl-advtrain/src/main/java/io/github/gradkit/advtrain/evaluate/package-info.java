/**
 * How robust a classifier is, and whether that figure can be trusted.
 *
 * <p>{@link io.github.gradkit.advtrain.evaluate.RobustnessEvaluator} attacks every example of a
 * data set and measures accuracy over a range of radii; {@link
 * io.github.gradkit.advtrain.evaluate.ObfuscationChecklist} tells signs that the attacks failed
 * because gradients are masked and not because the model is robust.
 */
@NullMarked
package io.github.gradkit.advtrain.evaluate;

import org.jspecify.annotations.NullMarked;
