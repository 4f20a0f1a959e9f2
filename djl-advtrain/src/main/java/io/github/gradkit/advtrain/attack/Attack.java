package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;

/**
 * Looks for an input within an {@linkplain EpsilonBall epsilon ball} around each example that the
 * model gets wrong.
 *
 * <p>Attacks are immutable and may be shared. Random choices depend on the seed and on the {@link
 * AttackInput#indices() index} of an example only, not on the batch it comes in. Perturbed inputs
 * lie in the ball (up to a relative 1e-5, which is rounding) and exactly within the bounds.
 */
public interface Attack {

    /**
     * Returns the name for tables.
     *
     * @return such as {@code PGD-50x10}
     */
    String name();

    /**
     * Returns where perturbed inputs may lie.
     *
     * @return the ball
     */
    EpsilonBall ball();

    /**
     * Attacks a batch and tells how it went.
     *
     * <p>The worst input found is kept for each example. Examples that are misclassified without
     * any perturbation are returned unchanged, unless the attack looks for the highest loss.
     *
     * @param scorer the model; gradient attacks need a {@link GradientScorer}
     * @param input the batch; neither closed nor changed
     * @return the perturbed inputs and what became of them, on the manager of the inputs; closed by
     *     the caller
     * @throws IllegalArgumentException if the scorer can't do what the attack needs, an input is
     *     not finite or out of bounds, or a label is out of range
     */
    AttackResult perturb(Scorer scorer, AttackInput input);

    /**
     * Perturbs a batch for training. That is the same as the inputs of {@link #perturb}, unless an
     * attack has a cheaper way that does not look at what became of them.
     *
     * @param scorer the model; gradient attacks need a {@link GradientScorer}
     * @param input the batch; neither closed nor changed
     * @return the perturbed inputs, of the shape and data type of the inputs and on their manager;
     *     closed by the caller
     * @throws IllegalArgumentException as for {@link #perturb}
     */
    default NDArray adversarial(Scorer scorer, AttackInput input) {
        return perturb(scorer, input).adversarial();
    }
}
