package io.github.gradkit.adacomp.train;

import java.util.List;

/**
 * What a step sent, and how long it took.
 *
 * @param step the number of the step, from 0
 * @param packNanos the time of compressing and of writing the message, in nanoseconds
 * @param exchangeNanos the time until the messages of all learners were there
 * @param unpackNanos the time of reading and averaging them
 * @param layers the layers in structural order
 */
public record StepReport(
        long step, long packNanos, long exchangeNanos, long unpackNanos, List<Layer> layers) {

    /**
     * What a step sent of one layer.
     *
     * @param path the path of its parameter
     * @param size the number of its values
     * @param sent the number of values sent
     * @param paperBits the size in the accounting of the paper, payload only
     * @param bytes the size in the message
     * @param binLength the number of values of a bin, 0 if what was sent has no bins
     * @param residueNorm the Euclidean norm of the residue after the step, NaN if there is none
     * @param gradientNorm the Euclidean norm of the gradient of this learner
     */
    public record Layer(
            String path,
            int size,
            int sent,
            long paperBits,
            long bytes,
            int binLength,
            double residueNorm,
            double gradientNorm) {

        /**
         * Returns the number of bins, the last of which may be shorter.
         *
         * @return 0 if what was sent has no bins
         */
        public long bins() {
            return binLength == 0 ? 0 : ((long) size + binLength - 1) / binLength;
        }
    }
}
