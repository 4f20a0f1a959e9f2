package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;

/**
 * A classifier as an attack without gradients sees it: inputs in, scores out.
 *
 * <p>A lambda is enough to attack a model of any engine or library, for example one behind a {@link
 * ai.djl.inference.Predictor}:
 *
 * <pre>{@code
 * Scorer scorer = x -> x.getManager().create(forest.decide(x.toFloatArray()));
 * }</pre>
 *
 * <p>Preprocessing such as normalisation belongs inside the scorer (or the model), so that epsilon
 * and bounds are in the units of the raw inputs.
 */
@FunctionalInterface
public interface Scorer {

    /**
     * Scores a batch of inputs, each independently of the others.
     *
     * @param inputs the inputs, {@code (batch, ...)}, of floating type; not closed or changed by
     *     the scorer
     * @return the scores, {@code (batch, classes)}, the larger the more likely, best logits rather
     *     than probabilities; or {@code (batch)} or {@code (batch, 1)}, one logit of class 1
     *     against class 0. On the manager of the inputs; closed by the caller
     */
    NDArray score(NDArray inputs);
}
