package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.ALPHA;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA1;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA2;
import static io.github.gradkit.hyperopt.Hyperparameter.EPSILON;
import static io.github.gradkit.hyperopt.Hyperparameter.GAMMA;
import static io.github.gradkit.hyperopt.Hyperparameter.MOMENTUM;
import static io.github.gradkit.hyperopt.Hyperparameter.WEIGHT_DECAY;

import java.util.EnumSet;
import java.util.Set;

/** The optimizers, with the hyperparameters they have and those that may be tuned. */
enum RuleKind {
    SGD("SGD"),
    MOMENTUM_SGD("SGD with momentum"),
    NESTEROV("Nesterov"),
    ADAGRAD("AdaGrad"),
    RMSPROP("RMSProp"),
    ADAM("Adam"),
    ADAMW("AdamW");

    private final String title;

    RuleKind(String title) {
        this.title = title;
    }

    Set<Hyperparameter> hyperparameters() {
        return switch (this) {
            case SGD -> EnumSet.of(ALPHA, WEIGHT_DECAY);
            case MOMENTUM_SGD, NESTEROV -> EnumSet.of(ALPHA, MOMENTUM, WEIGHT_DECAY);
            case ADAGRAD -> EnumSet.of(ALPHA, EPSILON, WEIGHT_DECAY);
            case RMSPROP -> EnumSet.of(ALPHA, GAMMA, EPSILON, WEIGHT_DECAY);
            case ADAM, ADAMW -> EnumSet.of(ALPHA, BETA1, BETA2, EPSILON, WEIGHT_DECAY);
        };
    }

    /** What the paper tunes. */
    Set<Hyperparameter> usuallyLearned() {
        return switch (this) {
            case SGD, ADAGRAD -> EnumSet.of(ALPHA);
            case MOMENTUM_SGD, NESTEROV -> EnumSet.of(ALPHA, MOMENTUM);
            case RMSPROP -> EnumSet.of(ALPHA, GAMMA);
            case ADAM, ADAMW -> EnumSet.of(ALPHA, BETA1, BETA2);
        };
    }

    /** What has a closed form here. */
    boolean canLearn(Hyperparameter hyperparameter) {
        boolean fixed =
                (this == ADAGRAD || this == RMSPROP)
                        && (hyperparameter == EPSILON || hyperparameter == WEIGHT_DECAY);
        return hyperparameters().contains(hyperparameter) && !fixed;
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
            // The paper's program lets it go anywhere; beyond 1 the buffer grows without end.
            case MOMENTUM ->
                    semantics == Semantics.REFERENCE
                            ? Parametrization.IDENTITY
                            : Parametrization.SIGMOID;
            case WEIGHT_DECAY -> Parametrization.IDENTITY;
        };
    }

    @Override
    public String toString() {
        return title;
    }
}
