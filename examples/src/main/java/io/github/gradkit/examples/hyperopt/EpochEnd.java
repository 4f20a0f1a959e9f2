package io.github.gradkit.examples.hyperopt;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;

/** Does something after each epoch. */
final class EpochEnd extends TrainingListenerAdapter {

    private final Runnable action;

    EpochEnd(Runnable action) {
        this.action = action;
    }

    @Override
    public void onEpoch(Trainer trainer) {
        action.run();
    }
}
