/**
 * Optimizers for Deep Java Library that tune their own hyperparameters while they train.
 *
 * <p>A {@link io.github.gradkit.hyperopt.HyperTower} is a stack of optimizers. The lowest, the
 * base, updates the weights. The one above it updates the base's hyperparameters (its learning
 * rate, its betas) by gradient descent, the next one those of the second, and so on. The gradient
 * of the loss with respect to a hyperparameter, the <em>hypergradient</em>, is one inner product of
 * two gradients that training computes anyway, so no second backward pass is needed.
 *
 * <p>Source: K. Chandra, A. Xie, J. Ragan-Kelley, E. Meijer, <em>Gradient Descent: The Ultimate
 * Optimizer</em>, NeurIPS 2022, <a href="https://arxiv.org/abs/1909.13371">arXiv:1909.13371</a>.
 */
@NullMarked
package io.github.gradkit.hyperopt;

import org.jspecify.annotations.NullMarked;
