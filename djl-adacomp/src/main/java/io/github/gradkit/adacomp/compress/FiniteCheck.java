package io.github.gradkit.adacomp.compress;

import java.nio.FloatBuffer;

/** Looks for values that are not finite before anything is done with them. */
public final class FiniteCheck {

    private static final int CHUNK = BinChunk.MOST;

    private FiniteCheck() {}

    /**
     * Throws unless the gradient has the size of the layer and all of it is finite.
     *
     * @param layer the layer
     * @param gradient its gradient, from index 0 to the limit; only read
     * @throws IllegalArgumentException if it has another size
     * @throws GradientException if it holds a NaN or an infinity
     */
    public static void require(LayerSpec layer, FloatBuffer gradient) {
        if (gradient.limit() != layer.size()) {
            throw new IllegalArgumentException(
                    "Layer '"
                            + layer.path()
                            + "' has "
                            + layer.size()
                            + " values, but the gradient has "
                            + gradient.limit()
                            + ".");
        }
        BinScan scan = BinScans.best();
        float[] chunk = new float[Math.min(CHUNK, layer.size())];
        for (int from = 0; from < layer.size(); from += CHUNK) {
            int length = Math.min(CHUNK, layer.size() - from);
            gradient.get(from, chunk, 0, length);
            if (!scan.isFinite(chunk, length)) {
                throw notFinite(layer, from, chunk);
            }
        }
    }

    private static GradientException notFinite(LayerSpec layer, int from, float[] chunk) {
        int i = 0;
        while (Float.isFinite(chunk[i])) {
            i++;
        }
        return new GradientException(
                "The gradient of layer '"
                        + layer.path()
                        + "' is "
                        + chunk[i]
                        + " at index "
                        + (from + i)
                        + ". It would stay in the residue for ever, and spoil the weights of all"
                        + " learners. Nothing was sent. Lower the learning rate, clip the gradient,"
                        + " or look for bad input in this batch. DJL adds gradients up until"
                        + " step(), so to go on with another batch in place of this one, zero"
                        + " them first: ParameterGradients.of(model.getBlock()).clear(). A batch"
                        + " that is left out must be left out by all learners.");
    }

    /**
     * Says that gradient and residue are too large for a float.
     *
     * @param layer the layer
     * @return what to throw
     */
    public static GradientException overflow(LayerSpec layer) {
        return new GradientException(
                "Gradient and residue of layer '"
                        + layer.path()
                        + "' are too large for a float, so this training has diverged. Go back to"
                        + " the last checkpoint, with a lower learning rate or a shorter bin.");
    }
}
