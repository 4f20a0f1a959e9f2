/**
 * The linear theory of adversarial training, in double precision and without an engine.
 *
 * <p>Source: Y. Li, E. X. Fang, H. Xu, T. Zhao, <em>Implicit Bias of Gradient Descent based
 * Adversarial Training on Separable Data</em>, ICLR 2020.
 */
@NullMarked
package io.github.gradkit.advtrain.linear;

import org.jspecify.annotations.NullMarked;
