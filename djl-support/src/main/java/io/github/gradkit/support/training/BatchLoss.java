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
     * @return the mean over all devices, weighted by their examples; NaN or infinite if the loss
     *     is; empty if there are no predictions
     */
    public static OptionalDouble mean(Trainer trainer, BatchData batchData) {
        double sum = 0;
        long examples = 0;
        for (Map.Entry<Device, NDList> entry : batchData.getPredictions().entrySet()) {
            NDList labels = batchData.getLabels().getOrDefault(entry.getKey(), new NDList());
            NDList predictions = entry.getValue();
            try (NDManager scope = predictions.head().getManager().newSubManager()) {
                NDArray loss =
                        trainer.getLoss()
                                .evaluate(view(labels, scope), view(predictions, scope))
                                .mean();
                loss.attach(scope);
                long size = Math.max(1, predictions.head().getShape().size(0));
                sum += size * loss.toArray()[0].doubleValue();
                examples += size;
            }
        }
        return examples == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / examples);
    }

    /** Handles of our own, so that what is computed from them is closed with the scope. */
    private static NDList view(NDList arrays, NDManager scope) {
        NDList view = new NDList(arrays.size());
        for (NDArray array : arrays) {
            NDArray detached = array.stopGradient();
            detached.attach(scope);
            view.add(detached);
        }
        return view;
    }
}
