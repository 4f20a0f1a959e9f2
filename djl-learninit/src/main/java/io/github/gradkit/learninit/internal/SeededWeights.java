package io.github.gradkit.learninit.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import java.util.SplittableRandom;

/**
 * Xavier's uniform weights from random numbers of our own: the engine's are left alone. (X. Glorot,
 * Y. Bengio, AISTATS 2010, equation 16.)
 */
public final class SeededWeights implements Initializer {

    private final SplittableRandom random;

    /**
     * Makes an initialiser.
     *
     * @param seed decides the numbers
     */
    public SeededWeights(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public NDArray initialize(NDManager manager, Shape shape, DataType dataType) {
        float[] weights = new float[Math.toIntExact(shape.size())];
        long outputs = shape.dimension() == 0 ? 1 : Math.max(1, shape.get(0));
        long inputs = Math.max(1, weights.length / outputs);
        long kernel = shape.dimension() > 2 ? Math.max(1, shape.slice(2).size()) : 1;
        double bound = Math.sqrt(6.0 / (inputs + outputs * kernel));
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
        // A copy, as an array made of a Java buffer keeps using the buffer.
        try (NDArray buffered = manager.create(weights, shape);
                NDArray typed = buffered.toType(dataType, false)) {
            return typed.duplicate();
        }
    }
}
