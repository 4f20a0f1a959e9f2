package io.github.gradkit.adacomp.compress;

/**
 * Sends the largest values of everything that is owed, as they are.
 *
 * <p>Weights only; biases are sent as they are. Among values of equal size those of the lowest
 * indices are sent.
 *
 * <p>Source: A. F. Aji and K. Heafield, <em>Sparse Communication for Distributed Gradient
 * Descent</em>, EMNLP 2017.
 *
 * @param share the share of the values of a layer that is sent, more than 0 and at most 1; always
 *     at least one value
 */
public record TopK(double share) implements Compressor {

    /**
     * Checks the share.
     *
     * @param share the share of the values of a layer that is sent, more than 0 and at most 1
     * @throws IllegalArgumentException if it is out of this range
     */
    public TopK {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "The share that is sent must be more than 0 and at most 1, but was "
                            + share
                            + ". Try 0.01.");
        }
    }

    @Override
    public String name() {
        return "top-k";
    }

    @Override
    public String signature() {
        return "top-k share=" + share;
    }

    @Override
    public LayerCompressor open(LayerSpec layer) {
        return layer.kind() == LayerKind.BIAS ? new DenseLayer(layer) : new Layer(layer, share);
    }

    private static final class Layer extends ResidueLayer {

        private final int top;

        Layer(LayerSpec layer, double share) {
            super(layer);
            top = Math.min(layer.size(), (int) Math.ceil(share * layer.size()));
        }

        @Override
        LayerUpdate send(float[] owed) {
            int[] indices = new int[top];
            float[] values = new float[top];
            if (top == 0) {
                return new SparseUpdate(owed.length, indices, values);
            }
            float[] sizes = new float[owed.length];
            for (int i = 0; i < owed.length; i++) {
                sizes[i] = Math.abs(owed[i]);
            }
            float smallest = Selection.kthLargest(sizes, top);
            int ties = top - above(sizes, smallest);
            int count = 0;
            for (int i = 0; i < owed.length; i++) {
                float size = Math.abs(owed[i]);
                if (size > smallest || (size == smallest && ties-- > 0)) {
                    indices[count] = i;
                    values[count++] = owed[i];
                    owed[i] = 0;
                }
            }
            return new SparseUpdate(owed.length, indices, values);
        }

        private static int above(float[] sizes, float limit) {
            int above = 0;
            for (float size : sizes) {
                above += size > limit ? 1 : 0;
            }
            return above;
        }
    }
}
