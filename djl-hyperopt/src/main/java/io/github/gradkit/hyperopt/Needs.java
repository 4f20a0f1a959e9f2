package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.ALPHA;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA1;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA2;
import static io.github.gradkit.hyperopt.Hyperparameter.EPSILON;
import static io.github.gradkit.hyperopt.Hyperparameter.GAMMA;
import static io.github.gradkit.hyperopt.Hyperparameter.MOMENTUM;
import static io.github.gradkit.hyperopt.Hyperparameter.WEIGHT_DECAY;

/**
 * What the hypergradients of a rule need, so that nothing else is kept or computed.
 *
 * @param gradient whether the gradient must be kept until the next step
 * @param weight whether the weights are read
 * @param spread whether {@link BasisVector#SPREAD} is needed
 * @param shrink whether {@link BasisVector#SHRINK} is needed
 */
record Needs(boolean gradient, boolean weight, boolean spread, boolean shrink) {

    static final Needs NOTHING = new Needs(false, false, false, false);

    static Needs of(RuleSpec spec) {
        boolean reference = spec.isReference();
        boolean decay = spec.learns(WEIGHT_DECAY);
        return switch (spec.kind()) {
            case SGD -> new Needs(spec.learns(ALPHA) || decay, decay, false, false);
            case MOMENTUM_SGD ->
                    new Needs(
                            spec.learns(MOMENTUM) || (spec.learns(ALPHA) && !reference),
                            decay,
                            false,
                            false);
            case NESTEROV -> new Needs(!spec.learned().isEmpty(), decay, false, false);
            case ADAGRAD -> new Needs(spec.learns(ALPHA), false, false, false);
            case RMSPROP -> new Needs(!spec.learned().isEmpty(), false, spec.learns(GAMMA), false);
            case ADAM ->
                    new Needs(
                            spec.learns(BETA1) || spec.learns(BETA2) || decay,
                            decay,
                            spec.learns(BETA2),
                            spec.learns(EPSILON) || (reference && spec.learns(BETA2)));
            case ADAMW ->
                    new Needs(
                            spec.learns(BETA1) || spec.learns(BETA2),
                            decay || (spec.learns(ALPHA) && spec.of(WEIGHT_DECAY).initial() != 0),
                            spec.learns(BETA2),
                            spec.learns(EPSILON) || (reference && spec.learns(BETA2)));
        };
    }
}
