/**
 * Learns where to start from solved instances, or with {@link
 * io.github.gradkit.learninit.predict.ObjectiveInit} from the objective itself.
 *
 * <p>{@link io.github.gradkit.learninit.predict.ValueInit} and {@link
 * io.github.gradkit.learninit.predict.ArgInit} follow the two ideas of K. Ahuja, A. Dhurandhar and
 * K. R. Varshney, <em>Learning to Initialize Gradient Descent Using Gradient Descent</em>, arXiv
 * 2012.12141. Networks, standardisation, canonical forms, heads, refitting and all defaults are
 * choices of this library.
 */
@NullMarked
package io.github.gradkit.learninit.predict;

import org.jspecify.annotations.NullMarked;
