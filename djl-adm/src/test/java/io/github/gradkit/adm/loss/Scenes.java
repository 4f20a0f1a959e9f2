package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.adm.cut.Neighbourhood;
import java.util.Random;

/** Seeded batches to try losses on. */
final class Scenes {

    private Scenes() {}

    static NDArray scores(NDManager manager, DataType type, Shape shape, long seed) {
        Random random = new Random(seed);
        double[] values = random.doubles(shape.size(), -2, 2).toArray();
        return manager.create(values, shape).toType(type, true);
    }

    /** Labels of a third of the pixels. */
    static NDArray scribbles(NDManager manager, Shape shape, int labels, long seed) {
        Random random = new Random(seed);
        byte[] values = new byte[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(labels) : 255);
        }
        return bytes(manager, shape, values);
    }

    static NDArray bytes(NDManager manager, Shape shape, byte... values) {
        return manager.create(java.nio.ByteBuffer.wrap(values), shape, DataType.UINT8);
    }

    /** Weights from 0 to 1, of 0 where there is no neighbour. */
    static NDArray weights(
            NDManager manager, Neighbourhood pairs, int batch, int height, int width, long seed) {
        Random random = new Random(seed);
        int directions = pairs.directions();
        float[] values = new float[batch * directions * height * width];
        for (int i = 0; i < values.length; i++) {
            int x = i % width;
            int y = i / width % height;
            int k = i / width / height % directions;
            float weight = random.nextFloat();
            values[i] = pairs.leadsInside(k, x, y, width, height) ? weight : 0;
        }
        return manager.create(values, new Shape(batch, directions, height, width));
    }

    /** Scores so far apart that the softmax is exactly 0 or 1, and the labels they stand for. */
    static NDArray sure(NDManager manager, DataType type, int[] labelling, Shape shape) {
        int labels = Math.toIntExact(shape.get(1));
        int pixels = Math.toIntExact(shape.get(2) * shape.get(3));
        double[] values = new double[Math.toIntExact(shape.size())];
        for (int i = 0; i < labelling.length; i++) {
            int image = i / pixels;
            values[(image * labels + labelling[i]) * pixels + i % pixels] = 1e4;
        }
        return manager.create(values, shape).toType(type, true);
    }

    static int[] labelling(int size, int labels, long seed) {
        return new Random(seed).ints(size, 0, labels).toArray();
    }

    /** A colour gradient with a step in it, and noise. */
    static NDArray images(NDManager manager, Shape shape, long seed) {
        Random random = new Random(seed);
        int height = Math.toIntExact(shape.get(2));
        int width = Math.toIntExact(shape.get(3));
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            int x = i % width;
            int channel = i / width / height;
            double base = 0.4 + 0.1 * x / width + (2 * x > width ? 0.05 * (channel + 1) : 0);
            values[i] = (float) (base + 0.03 * random.nextGaussian());
        }
        return manager.create(values, shape);
    }

    /** A batch of 2 images of 4 x 4 pixels. */
    static NDList batch(NDManager manager, int labels, long seed) {
        return new NDList(
                scribbles(manager, new Shape(2, 4, 4), labels, seed),
                weights(manager, Neighbourhood.EIGHT, 2, 4, 4, seed),
                manager.create(new long[] {5, 3}),
                images(manager, new Shape(2, 3, 4, 4), seed));
    }
}
