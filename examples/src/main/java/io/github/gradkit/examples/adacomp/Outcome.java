package io.github.gradkit.examples.adacomp;

import io.github.gradkit.adacomp.train.LayerTraffic;
import java.util.List;

/**
 * How a training with one compressor went.
 *
 * @param kind the compressor
 * @param accuracy the share of test images that are right after each epoch
 * @param tally what one learner sent
 * @param computeMillis the time of a step of one learner without packing, exchange and unpacking
 * @param seconds the time of the whole training
 */
record Outcome(
        CompressorKind kind,
        List<Double> accuracy,
        Tally tally,
        double computeMillis,
        double seconds) {

    double finalAccuracy() {
        return accuracy.get(accuracy.size() - 1);
    }

    double[] bytesByEpoch() {
        return tally.bytesByEpoch(accuracy.size());
    }

    /** Returns the bytes that one learner sent. */
    double bytes() {
        return bytesByEpoch()[accuracy.size() - 1];
    }

    double bytesPerStep() {
        return bytes() / Math.max(1, tally.steps());
    }

    double ratePaper() {
        return denseBits() / tally.layers().stream().mapToDouble(LayerTraffic::paperBits).sum();
    }

    double rateBytes() {
        return denseBits() / 8 / bytes();
    }

    private double denseBits() {
        return tally.layers().stream()
                .mapToDouble(layer -> 32.0 * layer.size() * layer.steps())
                .sum();
    }

    /** Returns the milliseconds of a step if learners had this link between them. */
    double stepMillis(Link link, int learners) {
        return computeMillis
                + tally.packMillis()
                + tally.unpackMillis()
                + 1e3 * link.allGatherSeconds(learners, bytesPerStep());
    }
}
