package io.github.gradkit.adacomp.train;

import ai.djl.ndarray.NDManager;
import io.github.gradkit.adacomp.compress.DenseUpdate;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.exchange.ExchangeException;
import io.github.gradkit.adacomp.wire.UpdateMessage;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Averages the messages of all learners in the order of ranks, weighted by their examples.
 *
 * <p>Where a layer is sent in parts, all learners count the same: what comes now is mostly owed
 * since earlier steps, when the shares of examples may have been others. By {@link #owedBeside},
 * each learner adds to what it owes what its newest gradient lacks of its share, or has beyond it.
 * So what was sent and what is owed add up to the weighted gradients, and nothing changes where all
 * have as many examples.
 *
 * <p>Where a layer is sent in parts, every sum begins with the floor instead of 0. The floor is far
 * below what the rounding of any value sent would keep, so it shows only where nothing was sent.
 */
final class Averaging {

    private final ModelLayers layers;
    private final List<UpdateMessage> messages;
    private final long[] examples;
    private final double total;
    private final IntPredicate inParts;
    private final float floor;

    /**
     * Reads messages.
     *
     * @param messages those of all learners, by rank
     * @param inParts tells which layers are sent in parts
     * @param floor what their sums begin with
     */
    Averaging(ModelLayers layers, List<UpdateMessage> messages, IntPredicate inParts, float floor) {
        this.layers = layers;
        this.messages = messages;
        this.inParts = inParts;
        this.floor = floor;
        examples = messages.stream().mapToLong(UpdateMessage::examples).toArray();
        total = Arrays.stream(examples).sum();
        if (total <= 0) {
            throw new ExchangeException("No learner had any example, so there is no average.");
        }
    }

    /**
     * Returns what a learner comes to owe of a layer that is sent in parts, because it counts like
     * the others, not by its examples.
     *
     * @return how many times its newest gradient; exactly 0 if it has its part of the examples
     */
    float owedBeside(int rank) {
        return (float) (((double) examples[rank] * examples.length - total) / total);
    }

    private float weight(int rank, boolean parts) {
        return (float) (parts ? 1.0 / examples.length : examples[rank] / total);
    }

    /**
     * Writes all averages, or fails before the first.
     *
     * @param sums where to add, at least as long as the longest layer
     */
    void writeTo(List<LayerGradient> gradients, float[] sums, NDManager scratch) {
        for (int i = 0; i < gradients.size(); i++) {
            if (!gradients.get(i).canWrite(scratch)) {
                requireZeros(i, sums);
            }
        }
        for (int i = 0; i < gradients.size(); i++) {
            average(i, sums);
            gradients.get(i).write(sums, scratch);
        }
    }

    private void requireZeros(int layer, float[] sums) {
        average(layer, sums);
        float nothing = inParts.test(layer) ? Math.abs(floor) : 0;
        for (int i = 0; i < layers.specs().get(layer).size(); i++) {
            // NaN is not zero either.
            if (!(Math.abs(sums[i]) <= nothing)) {
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

    private void average(int layer, float[] sums) {
        boolean parts = inParts.test(layer);
        Arrays.fill(sums, 0, layers.specs().get(layer).size(), parts ? floor : 0);
        for (int rank = 0; rank < examples.length; rank++) {
            LayerUpdate update = messages.get(rank).layers().get(layer);
            if (rank == 0 && !parts && update instanceof DenseUpdate dense) {
                // Added to 0, a negative zero would become a positive one.
                for (int i = 0; i < dense.size(); i++) {
                    sums[i] = weight(0, false) * dense.values()[i];
                }
            } else {
                update.addTo(sums, weight(rank, parts));
            }
        }
    }
}
