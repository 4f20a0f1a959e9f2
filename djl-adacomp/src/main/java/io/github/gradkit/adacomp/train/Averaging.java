package io.github.gradkit.adacomp.train;

import ai.djl.ndarray.NDManager;
import io.github.gradkit.adacomp.compress.DenseUpdate;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.exchange.ExchangeException;
import io.github.gradkit.adacomp.wire.UpdateMessage;
import java.util.List;

/** Averages the messages of all learners in the order of ranks, weighted by their examples. */
final class Averaging {

    private final ModelLayers layers;
    private final List<UpdateMessage> messages;
    private final float[] weights;

    Averaging(ModelLayers layers, List<UpdateMessage> messages) {
        this.layers = layers;
        this.messages = messages;
        long total = messages.stream().mapToLong(UpdateMessage::examples).sum();
        if (total <= 0) {
            throw new ExchangeException("No learner had any example, so there is no average.");
        }
        weights = new float[messages.size()];
        for (int rank = 0; rank < weights.length; rank++) {
            weights[rank] = (float) (messages.get(rank).examples() / (double) total);
        }
    }

    /** Writes all averages, or fails before the first. */
    void writeTo(List<LayerGradient> gradients, NDManager scratch) {
        for (int i = 0; i < gradients.size(); i++) {
            if (!gradients.get(i).canWrite(scratch)) {
                requireZeros(i);
            }
        }
        for (int i = 0; i < gradients.size(); i++) {
            gradients.get(i).write(average(i), scratch);
        }
    }

    private void requireZeros(int layer) {
        for (float value : average(layer)) {
            if (value != 0) {
                throw new IllegalStateException(
                        "Layer '"
                                + layers.specs().get(layer).path()
                                + "' has no gradient on this learner, because no backward pass came"
                                + " there, but another learner has one, so the weights would drift"
                                + " apart. Let every learner run a backward pass through all"
                                + " layers, or freeze those that are not used.");
            }
        }
    }

    private float[] average(int layer) {
        float[] sum = new float[layers.specs().get(layer).size()];
        for (int rank = 0; rank < weights.length; rank++) {
            LayerUpdate update = messages.get(rank).layers().get(layer);
            if (rank == 0 && update instanceof DenseUpdate dense) {
                // Added to 0, a negative zero would become a positive one.
                for (int i = 0; i < sum.length; i++) {
                    sum[i] = weights[0] * dense.values()[i];
                }
            } else {
                update.addTo(sum, weights[rank]);
            }
        }
        return sum;
    }
}
