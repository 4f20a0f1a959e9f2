package io.github.gradkit.support.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListener.BatchData;
import java.util.Map;
import java.util.OptionalDouble;

/** The loss of the batch that a listener is told of. */
public final class BatchLoss {

    private BatchLoss() {}

    /**
     * Evaluates the trainer's loss on the predictions of a batch.
     *
     * <p>The predictions are those of the training step; no forward pass is made, and no array is
     * left behind.
     *
     * @param trainer the trainer
     * @param batchData what {@code onTrainingBatch} was given; the arrays stay as they are
     * @return the mean over all devices; NaN or infinite if the loss is; empty if there are no
     *     predictions
     */
    public static OptionalDouble mean(Trainer trainer, BatchData batchData) {
        double sum = 0;
        int parts = 0;
        for (Map.Entry<Device, NDList> entry : batchData.getPredictions().entrySet()) {
            NDList labels = batchData.getLabels().get(entry.getKey());
            NDList predictions = entry.getValue();
            try (NDManager scope = predictions.head().getManager().newSubManager()) {
                // Handles of our own: the batch's arrays stay attached where they are.
                NDList view = new NDList();
                for (NDArray prediction : predictions) {
                    NDArray detached = prediction.stopGradient();
                    detached.attach(scope);
                    view.add(detached);
                }
                NDArray loss = trainer.getLoss().evaluate(labels, view).mean();
                loss.attach(scope);
                sum += loss.toArray()[0].doubleValue();
                parts++;
            }
        }
        return parts == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / parts);
    }
}
