package io.github.gradkit.adacomp.train;

import java.util.Arrays;

/** The batches whose gradients add up until they are exchanged. */
final class BatchGroup {

    private final int size;
    private int batches;
    private long examples;
    private int[] weightsBefore = {};

    BatchGroup(int size) {
        this.size = size;
    }

    /** Adds a batch and tells whether it is the last. */
    boolean add(ModelLayers layers, int batchExamples) {
        requireNoStepBetween(layers);
        batches++;
        examples += batchExamples;
        return batches >= size;
    }

    /** A step between two batches that belong together would use gradients of this learner only. */
    private void requireNoStepBetween(ModelLayers layers) {
        if (size == 1) {
            return;
        }
        int[] weights = WeightChecksums.of(layers);
        if (batches > 0 && !Arrays.equals(weights, weightsBefore)) {
            throw new IllegalStateException(
                    "The weights have changed after batch "
                            + batches
                            + " of the "
                            + size
                            + " that are exchanged together, so step() used gradients of this"
                            + " learner only. EasyTrain.fit steps after each batch: write the loop"
                            + " with EasyTrain.trainBatch, and call step() after every "
                            + size
                            + " batches.");
        }
        weightsBefore = weights;
    }

    long examples() {
        return examples;
    }

    void requireEmpty() {
        if (batches > 0) {
            throw new IllegalStateException(
                    batches
                            + " of "
                            + size
                            + " batches wait for an exchange, and their gradients are not saved."
                            + " Save after the step that follows the exchange.");
        }
    }

    void clear() {
        batches = 0;
        examples = 0;
    }
}
