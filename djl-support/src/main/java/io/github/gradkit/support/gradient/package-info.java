/**
 * Reading, protecting and correctly computing gradients on Deep Java Library's PyTorch engine.
 *
 * <p>The classes here answer three faults that are easy to run into: gradient handles that pile up
 * on the model's manager ({@link io.github.gradkit.support.gradient.ParameterGradients}), analyses
 * that disturb the training they look at ({@link
 * io.github.gradkit.support.gradient.GradientIsolation}), and scalars whose memory is gone before
 * the backward pass reads it ({@link io.github.gradkit.support.gradient.CollectorConstants} for own
 * code, {@link io.github.gradkit.support.gradient.CollectionGuard} for foreign code).
 */
@NullMarked
package io.github.gradkit.support.gradient;

import org.jspecify.annotations.NullMarked;
