package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.support.gradient.CollectorConstants;

/**
 * The parts of what is minimised.
 *
 * @param contrast the kind of explanation
 * @param lowest the background
 * @param model the classifier, and the autoencoder if there is one
 * @param beta the weight of the l1 norm
 * @param gamma the weight of the autoencoder's error
 * @param kappa the margin of the hinge
 */
record ExplanationObjective(
        Contrast contrast,
        double lowest,
        ExplainedModel model,
        double beta,
        double gamma,
        double kappa) {

    /** Larger than any score, so that the own class is never the largest of the others. */
    private static final double EXCLUDE = 1e9;

    /**
     * Lower scores count as this: differences of infinite ones, such as the logarithm of a
     * probability of 0, are not numbers.
     */
    private static final double LOWEST_SCORE = -1e8;

    /** The value of changes, {@code (instances)}. */
    NDArray value(NDList known, NDArray argument) {
        CollectorConstants constants = CollectorConstants.of(argument.getManager());
        NDArray size = Scoped.flat(argument).abs().sum(new int[] {1});
        return smooth(known, argument).add(constants.mul(size, beta));
    }

    /** The value without the l1 norm. */
    NDArray smooth(NDList known, NDArray argument) {
        NDArray weights = known.get(2).reshape(argument.getShape().get(0));
        NDArray gap = gap(known, argument);
        return gap.maximum(gap.zerosLike()).mul(weights).add(rest(known, argument));
    }

    /** The squared l2 norm and what the autoencoder says. */
    NDArray rest(NDList known, NDArray argument) {
        NDArray rest = Scoped.flat(argument).square().sum(new int[] {1});
        if (!model.hasAutoencoder() || gamma == 0) {
            return rest;
        }
        CollectorConstants constants = CollectorConstants.of(argument.getManager());
        NDArray shown = shown(known, argument);
        NDArray error = Scoped.flat(shown.sub(model.decoded(shown)));
        return rest.add(constants.mul(error.square().sum(new int[] {1}), gamma));
    }

    /** The margin by which the class is missed, kappa included: 0 or less where it is reached. */
    NDArray gap(NDList known, NDArray argument) {
        CollectorConstants constants = CollectorConstants.of(argument.getManager());
        NDArray scores = constants.maximum(scores(shown(known, argument)), LOWEST_SCORE);
        NDArray classes = known.get(1);
        NDArray own = scores.mul(classes).sum(new int[] {1});
        NDArray others = scores.sub(constants.mul(classes, EXCLUDE)).max(new int[] {1});
        NDArray gap = contrast == Contrast.NEGATIVE ? own.sub(others) : others.sub(own);
        return constants.add(gap, kappa);
    }

    /** The input that the classifier sees. */
    NDArray shown(NDList known, NDArray argument) {
        if (contrast == Contrast.NEGATIVE) {
            return argument.add(known.head());
        }
        CollectorConstants constants = CollectorConstants.of(argument.getManager());
        return constants.add(argument, lowest);
    }

    /** The scores of inputs, {@code (instances, classes)}. */
    NDArray scores(NDArray inputs) {
        return model.scores(inputs);
    }
}
