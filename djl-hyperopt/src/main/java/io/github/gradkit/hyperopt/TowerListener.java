package io.github.gradkit.hyperopt;

import ai.djl.training.listener.TrainingListenerAdapter;

/** To be written. */
public final class TowerListener extends TrainingListenerAdapter {
    private TowerListener() {}
}
