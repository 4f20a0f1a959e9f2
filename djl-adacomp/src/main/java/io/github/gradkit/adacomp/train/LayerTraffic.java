package io.github.gradkit.adacomp.train;

import io.github.gradkit.adacomp.compress.LayerKind;

/**
 * What a learner has sent of one layer, in the steps that were traced.
 *
 * @param path the path of the layer
 * @param kind what it does
 * @param size the number of its values
 * @param steps the number of steps that were traced
 * @param sent the number of values that were sent in them
 * @param paperBits what was sent, in the accounting of the paper: payload only
 * @param bytes what was sent, as it stood in the messages
 */
public record LayerTraffic(
        String path, LayerKind kind, int size, long steps, long sent, long paperBits, long bytes) {

    /**
     * Returns how many times fewer bits were sent than floats would take, in the accounting of the
     * paper.
     *
     * @return 1 for a layer that is sent as it is; infinite if nothing was sent
     */
    public double ratePaper() {
        return 32.0 * size * steps / paperBits;
    }

    /**
     * Returns how many times fewer bytes were sent than floats would take.
     *
     * @return more than 0
     */
    public double rateBytes() {
        return 4.0 * size * steps / bytes;
    }

    LayerTraffic plus(StepReport.Layer layer) {
        return new LayerTraffic(
                path,
                kind,
                size,
                steps + 1,
                sent + layer.sent(),
                paperBits + layer.paperBits(),
                bytes + layer.bytes());
    }
}
