package io.github.gradkit.examples.cli;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.util.Progress;

/** Reports the batches of a training as progress. */
public final class ProgressListener extends TrainingListenerAdapter {

    private final Progress progress;
    private final String task;
    private final long batches;

    /**
     * Makes a listener for one training.
     *
     * @param progress receives the progress
     * @param task what is trained
     * @param batches how many batches the training has in all epochs together
     */
    public ProgressListener(Progress progress, String task, long batches) {
        this.progress = progress;
        this.task = task;
        this.batches = batches;
    }

    @Override
    public void onTrainingBegin(Trainer trainer) {
        progress.reset(task, batches);
        progress.start(0);
    }

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
        progress.increment(1);
    }

    @Override
    public void onTrainingEnd(Trainer trainer) {
        progress.end();
    }
}
