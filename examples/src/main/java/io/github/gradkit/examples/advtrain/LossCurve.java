package io.github.gradkit.examples.advtrain;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import io.github.gradkit.support.training.BatchLoss;
import java.util.ArrayList;
import java.util.List;

/** Collects the mean training loss of each epoch. */
final class LossCurve extends TrainingListenerAdapter {

    private final List<Double> epochs = new ArrayList<>();
    private double sum;
    private int batches;

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
        sum += BatchLoss.mean(trainer, batchData).orElse(0);
        batches++;
    }

    @Override
    public void onEpoch(Trainer trainer) {
        epochs.add(sum / Math.max(1, batches));
        sum = 0;
        batches = 0;
    }

    double[] epochs() {
        return epochs.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
