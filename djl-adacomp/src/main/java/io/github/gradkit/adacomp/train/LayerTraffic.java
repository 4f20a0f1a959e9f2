package io.github.gradkit.adacomp.train;

import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.LayerSpec;

/**
 * What a learner has sent of one layer, and what it owes, in the steps that were traced.
 *
 * @param path the path of the layer
 * @param kind what it does
 * @param size the number of its values
 * @param binLength the number of values of a bin, 0 if nothing was sent in bins
 * @param steps the number of steps that were traced
 * @param sent the number of values that were sent in them
 * @param paperBits what was sent, in the accounting of the paper: payload only
 * @param bytes what was sent, as it stood in the messages
 * @param gradientNorm the mean Euclidean norm of the gradients of this learner, 0 without steps
 * @param residueNorm the Euclidean norm of the residue after the last of the steps, NaN if the
 *     layer never owes anything
 */
public record LayerTraffic(
        String path,
        LayerKind kind,
        int size,
        int binLength,
        long steps,
        long sent,
        long paperBits,
        long bytes,
        double gradientNorm,
        double residueNorm) {

    static LayerTraffic of(LayerSpec layer) {
        return new LayerTraffic(
                layer.path(), layer.kind(), layer.size(), 0, 0, 0, 0, 0, 0, Double.NaN);
    }

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

    /**
     * Returns how many values of a bin were sent in a step, on average.
     *
     * @return 0 or more; NaN if nothing was sent in bins
     */
    public double sentPerBin() {
        return binLength == 0 ? Double.NaN : sent / (Math.ceil((double) size / binLength) * steps);
    }

    /**
     * Returns how many gradients of mean norm are owed after the last step.
     *
     * @return 0 or more, 0 if all gradients were 0; NaN if the layer never owes anything
     */
    public double residueToGradient() {
        return gradientNorm == 0 && residueNorm == 0 ? 0 : residueNorm / gradientNorm;
    }

    LayerTraffic plus(StepReport.Layer layer) {
        return new LayerTraffic(
                path,
                kind,
                size,
                // Steps that send everything have no bins, but the layer keeps them.
                layer.binLength() > 0 ? layer.binLength() : binLength,
                steps + 1,
                sent + layer.sent(),
                paperBits + layer.paperBits(),
                bytes + layer.bytes(),
                gradientNorm + (layer.gradientNorm() - gradientNorm) / (steps + 1),
                layer.residueNorm());
    }
}
