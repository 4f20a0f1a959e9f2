package io.github.gradkit.examples.adacomp;

import io.github.gradkit.adacomp.train.StepReport;
import java.util.Locale;

/**
 * What was sent of one layer in all steps.
 *
 * @param path the name of the layer
 * @param size the number of its values
 * @param steps the number of steps
 * @param sent the values sent
 * @param paperBits the bits in the accounting of the paper
 * @param bytes the bytes in the messages
 * @param bins the number of bins, 0 if there are none
 * @param gradientNorms the sum of the norms of the gradients
 * @param residueNorm the norm of the residue after the last step, NaN if there is none
 */
record LayerFigures(
        String path,
        int size,
        long steps,
        long sent,
        long paperBits,
        long bytes,
        long bins,
        double gradientNorms,
        double residueNorm) {

    static LayerFigures start(StepReport.Layer layer) {
        return new LayerFigures(layer.path(), layer.size(), 0, 0, 0, 0, layer.bins(), 0, 0);
    }

    LayerFigures plus(StepReport.Layer layer) {
        return new LayerFigures(
                path,
                size,
                steps + 1,
                sent + layer.sent(),
                paperBits + layer.paperBits(),
                bytes + layer.bytes(),
                bins,
                gradientNorms + layer.gradientNorm(),
                layer.residueNorm());
    }

    /** Returns the bits of the gradients. */
    double denseBits() {
        return 32.0 * size * steps;
    }

    /** Returns how many gradients of mean size are owed at the end; NaN if there is no residue. */
    double residueToGradient() {
        return gradientNorms == 0 ? 0 : residueNorm * steps / gradientNorms;
    }

    /** Returns infinity if nothing was sent. */
    double ratePaper() {
        return denseBits() / paperBits;
    }

    String ratePaperText() {
        return paperBits == 0 ? "none sent" : String.format(Locale.ROOT, "%.1f", ratePaper());
    }

    double rateBytes() {
        return denseBits() / (8.0 * bytes);
    }

    double sentPerBin() {
        return bins == 0 ? Double.NaN : (double) sent / (bins * steps);
    }
}
