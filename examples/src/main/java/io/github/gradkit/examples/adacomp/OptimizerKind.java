package io.github.gradkit.examples.adacomp;

import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Locale;

/** The optimizers to choose from. */
enum OptimizerKind {
    /** Gradient descent with momentum. */
    SGD,
    /** Adam. */
    ADAM;

    private static final float MOMENTUM = 0.9f;
    private static final float SGD_RATE = 0.05f;
    private static final float ADAM_RATE = 1e-3f;

    /** Makes a fresh optimizer, as each learner needs its own. */
    Optimizer make() {
        return this == SGD
                ? Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(SGD_RATE))
                        .optMomentum(MOMENTUM)
                        .build()
                : Optimizer.adam().optLearningRateTracker(Tracker.fixed(ADAM_RATE)).build();
    }

    String describe() {
        return this == SGD
                ? "SGD, learning rate " + SGD_RATE + ", momentum " + MOMENTUM
                : "Adam, learning rate " + ADAM_RATE;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
