package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.ALPHA;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA1;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA2;
import static io.github.gradkit.hyperopt.Hyperparameter.EPSILON;
import static io.github.gradkit.hyperopt.Hyperparameter.GAMMA;
import static io.github.gradkit.hyperopt.Hyperparameter.MOMENTUM;
import static io.github.gradkit.hyperopt.Hyperparameter.WEIGHT_DECAY;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The optimizers, with the hyperparameters they have and those that may be tuned. */
enum RuleKind {
    SGD("SGD", EnumSet.of(ALPHA, WEIGHT_DECAY), EnumSet.of(ALPHA)),
    MOMENTUM_SGD(
            "SGD with momentum",
            EnumSet.of(ALPHA, MOMENTUM, WEIGHT_DECAY),
            EnumSet.of(ALPHA, MOMENTUM)),
    NESTEROV("Nesterov", EnumSet.of(ALPHA, MOMENTUM, WEIGHT_DECAY), EnumSet.of(ALPHA, MOMENTUM)),
    ADAGRAD("AdaGrad", EnumSet.of(ALPHA, EPSILON, WEIGHT_DECAY), EnumSet.of(ALPHA)),
    RMSPROP("RMSProp", EnumSet.of(ALPHA, GAMMA, EPSILON, WEIGHT_DECAY), EnumSet.of(ALPHA, GAMMA)),
    ADAM(
            "Adam",
            EnumSet.of(ALPHA, BETA1, BETA2, EPSILON, WEIGHT_DECAY),
            EnumSet.of(ALPHA, BETA1, BETA2)),
    ADAMW(
            "AdamW",
            EnumSet.of(ALPHA, BETA1, BETA2, EPSILON, WEIGHT_DECAY),
            EnumSet.of(ALPHA, BETA1, BETA2));

    private final String title;
    private final Set<Hyperparameter> hyperparameters;
    private final Set<Hyperparameter> usuallyLearned;

    RuleKind(String title, Set<Hyperparameter> hyperparameters, Set<Hyperparameter> learned) {
        this.title = title;
        this.hyperparameters = Collections.unmodifiableSet(hyperparameters);
        this.usuallyLearned = Collections.unmodifiableSet(learned);
    }

    Set<Hyperparameter> hyperparameters() {
        return hyperparameters;
    }

    /** What the paper tunes. */
    Set<Hyperparameter> usuallyLearned() {
        return usuallyLearned;
    }

    /** What has a closed form here. */
    boolean canLearn(Hyperparameter hyperparameter) {
        boolean fixed =
                (this == ADAGRAD || this == RMSPROP)
                        && (hyperparameter == EPSILON || hyperparameter == WEIGHT_DECAY);
        return hyperparameters.contains(hyperparameter) && !fixed;
    }

    double defaultValue(Hyperparameter hyperparameter, Semantics semantics) {
        boolean reference = semantics == Semantics.REFERENCE;
        return switch (hyperparameter) {
            case BETA1 -> 0.9;
            case BETA2 -> 0.999;
            case GAMMA -> reference ? 0.99 : 0.9;
            case EPSILON -> reference && this == ADAGRAD ? 1e-10 : 1e-8;
            case WEIGHT_DECAY -> this == ADAMW ? 0.01 : 0;
            case ALPHA, MOMENTUM -> Double.NaN;
        };
    }

    Parametrization defaultParametrization(Hyperparameter hyperparameter, Semantics semantics) {
        return switch (hyperparameter) {
            case BETA1, BETA2, GAMMA -> Parametrization.SIGMOID;
            case EPSILON -> Parametrization.LOG10;
            case ALPHA ->
                    this == RMSPROP && semantics == Semantics.REFERENCE
                            ? Parametrization.SQUARE
                            : Parametrization.IDENTITY;
            case MOMENTUM, WEIGHT_DECAY -> Parametrization.IDENTITY;
        };
    }

    @Override
    public String toString() {
        return title;
    }
}
