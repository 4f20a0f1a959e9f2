package io.github.gradkit.adacomp.compress;

import java.util.Arrays;

/**
 * Sends plus or minus a fixed threshold for every value that owes at least as much.
 *
 * <p>Weights only; biases are sent as they are.
 *
 * <p>Source: N. Strom, <em>Scalable Distributed DNN Training Using Commodity GPU Cloud
 * Computing</em>, Interspeech 2015.
 *
 * @param threshold more than 0, in units of the gradient
 */
public record StromThreshold(double threshold) implements Compressor {

    /**
     * Checks the threshold.
     *
     * @param threshold more than 0, in units of the gradient
     * @throws IllegalArgumentException if it is not more than 0 as a float, or not finite
     */
    public StromThreshold {
        if (!((float) threshold > 0) || Float.isInfinite((float) threshold)) {
            throw new IllegalArgumentException(
                    "The threshold must be more than 0 and finite, but was "
                            + threshold
                            + ". Try the size of a large value of the gradient.");
        }
    }

    @Override
    public String name() {
        return "Strom";
    }

    @Override
    public String signature() {
        return "strom threshold=" + threshold;
    }

    @Override
    public LayerCompressor open(LayerSpec layer) {
        return layer.kind() == LayerKind.BIAS
                ? new DenseLayer(layer)
                : new Layer(layer, (float) threshold);
    }

    private static final class Layer extends ResidueLayer {

        private final float threshold;

        Layer(LayerSpec layer, float threshold) {
            super(layer);
            this.threshold = threshold;
        }

        @Override
        LayerUpdate send(float[] owed) {
            int[] codes = new int[owed.length];
            int count = 0;
            for (int i = 0; i < owed.length; i++) {
                if (Math.abs(owed[i]) >= threshold) {
                    codes[count++] = i << 1 | (owed[i] < 0 ? 1 : 0);
                    owed[i] -= Math.copySign(threshold, owed[i]);
                }
            }
            // One bin: there are none in this method.
            return new TernaryUpdate(
                    owed.length,
                    Math.max(1, owed.length),
                    1,
                    Arrays.copyOf(codes, count),
                    owed.length == 0 ? new float[0] : new float[] {threshold});
        }
    }
}
