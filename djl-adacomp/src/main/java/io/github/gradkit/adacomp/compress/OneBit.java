package io.github.gradkit.adacomp.compress;

/**
 * Sends the sign of everything that is owed, with the mean of the positive and of the negative
 * values of the layer.
 *
 * <p>Weights only; biases are sent as they are. One pair of means for each layer, where the source
 * has one for each column.
 *
 * <p>Source: F. Seide et al., <em>1-Bit Stochastic Gradient Descent and its Application to
 * Data-Parallel Distributed Training of Speech DNNs</em>, Interspeech 2014.
 */
public final class OneBit implements Compressor {

    @Override
    public String name() {
        return "1-bit";
    }

    @Override
    public String signature() {
        return "one-bit";
    }

    @Override
    public LayerCompressor open(LayerSpec layer) {
        return layer.kind() == LayerKind.BIAS ? new DenseLayer(layer) : new Layer(layer);
    }

    private static final class Layer extends ResidueLayer {

        Layer(LayerSpec layer) {
            super(layer);
        }

        @Override
        LayerUpdate send(float[] owed) {
            long[] bits = new long[(owed.length + 63) / 64];
            double positive = 0;
            double negative = 0;
            int count = 0;
            for (int i = 0; i < owed.length; i++) {
                if (owed[i] >= 0) {
                    bits[i >> 6] |= 1L << i;
                    positive += owed[i];
                    count++;
                } else {
                    negative += owed[i];
                }
            }
            float set = (float) (positive / Math.max(1, count));
            float clear = (float) (negative / Math.max(1, owed.length - count));
            for (int i = 0; i < owed.length; i++) {
                owed[i] -= owed[i] >= 0 ? set : clear;
            }
            return new OneBitUpdate(owed.length, bits, set, clear);
        }
    }
}
