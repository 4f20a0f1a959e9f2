/**
 * Training that stands up to attacks, through {@code EasyTrain.fit} as it is.
 *
 * <p>{@link io.github.gradkit.advtrain.train.AdversarialDataset} wraps a data set and perturbs each
 * batch before the training step. {@link io.github.gradkit.advtrain.train.FreeTraining} perturbs at
 * no extra pass. {@link io.github.gradkit.advtrain.train.AdversarialTrainer} serves losses that
 * need clean and perturbed outputs, and weight perturbation.
 */
@NullMarked
package io.github.gradkit.advtrain.train;

import org.jspecify.annotations.NullMarked;
