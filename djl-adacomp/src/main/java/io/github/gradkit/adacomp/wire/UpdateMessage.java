package io.github.gradkit.adacomp.wire;

import io.github.gradkit.adacomp.compress.LayerUpdate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What one learner tells the others at one step.
 *
 * @param rank the number of the learner, 0 or more
 * @param step the number of the step, 0 or more
 * @param examples how many examples the gradient comes from, 0 or more
 * @param layers one update for each layer, in structural order
 * @param weightChecksums none, or one CRC32C for each layer, by which learners that have drifted
 *     apart are found
 */
@SuppressWarnings("ArrayRecordComponent") // copied, and equality is by content, below
public record UpdateMessage(
        int rank, long step, long examples, List<LayerUpdate> layers, int[] weightChecksums) {

    /**
     * Checks and copies the components.
     *
     * @param rank the number of the learner, 0 or more
     * @param step the number of the step, 0 or more
     * @param examples how many examples the gradient comes from, 0 or more
     * @param layers one update for each layer, in structural order
     * @param weightChecksums none, or one CRC32C for each layer
     * @throws IllegalArgumentException if a number is negative, or there are some checksums but not
     *     one for each layer
     */
    public UpdateMessage {
        requireNotNegative("The rank", rank);
        requireNotNegative("The step", step);
        requireNotNegative("The number of examples", examples);
        layers = List.copyOf(layers);
        if (weightChecksums.length != 0 && weightChecksums.length != layers.size()) {
            throw new IllegalArgumentException(
                    "There must be no checksum or one for each of the "
                            + layers.size()
                            + " layers, but there are "
                            + weightChecksums.length
                            + ".");
        }
        weightChecksums = weightChecksums.clone();
    }

    private static void requireNotNegative(String what, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    what + " of a message must be 0 or more, but was " + value + ".");
        }
    }

    /**
     * Returns the checksums of the weights.
     *
     * @return a copy; none, or one for each layer
     */
    @Override
    public int[] weightChecksums() {
        return weightChecksums.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UpdateMessage that
                && rank == that.rank
                && step == that.step
                && examples == that.examples
                && layers.equals(that.layers)
                && Arrays.equals(weightChecksums, that.weightChecksums);
    }

    @Override
    public int hashCode() {
        return 31 * Objects.hash(rank, step, examples, layers) + Arrays.hashCode(weightChecksums);
    }

    @Override
    public String toString() {
        return "UpdateMessage[rank "
                + rank
                + ", step "
                + step
                + ", "
                + examples
                + " examples, "
                + layers.size()
                + " layers]";
    }
}
