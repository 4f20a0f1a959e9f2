package io.github.gradkit.examples.hyperopt;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.util.Progress;

/** Shows the steps of many trainings as one progress. */
final class StepCounter extends TrainingListenerAdapter implements AutoCloseable {

    private final Progress progress;

    StepCounter(Progress progress, String task, long steps) {
        this.progress = progress;
        progress.reset(task, steps);
        progress.start(0);
    }

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
        progress.increment(1);
    }

    @Override
    public void close() {
        progress.end();
    }
}
