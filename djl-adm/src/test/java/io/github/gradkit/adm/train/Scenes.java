package io.github.gradkit.adm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import io.github.gradkit.adm.cut.Neighbourhood;
import java.util.Arrays;
import java.util.Random;

/** Gray images with a bright disc, a stroke in it and one outside. */
final class Scenes {

    static final int SIDE = 16;
    static final int PIXELS = SIDE * SIDE;

    private Scenes() {}

    /** Images, scribbles, weights and indices of some scenes. */
    record Arrays4(NDArray images, NDArray scribbles, NDArray weights, NDArray indices) {

        NDList labels() {
            return new NDList(scribbles, weights, indices);
        }
    }

    static Arrays4 arrays(NDManager manager, int count, long seed) {
        float[] images = new float[count * PIXELS];
        byte[] scribbles = new byte[count * PIXELS];
        float[] weights = new float[count * 4 * PIXELS];
        long[] indices = new long[count];
        for (int i = 0; i < count; i++) {
            Random random = new Random(seed * 1000 + i);
            float[] image = scene(random, scribbles, i * PIXELS);
            System.arraycopy(image, 0, images, i * PIXELS, PIXELS);
            fillWeights(image, weights, i * 4 * PIXELS);
            indices[i] = i;
        }
        return new Arrays4(
                manager.create(images, new Shape(count, 1, SIDE, SIDE)),
                manager.create(
                        java.nio.ByteBuffer.wrap(scribbles),
                        new Shape(count, SIDE, SIDE),
                        DataType.UINT8),
                manager.create(weights, new Shape(count, 4, SIDE, SIDE)),
                manager.create(indices, new Shape(count)));
    }

    static ArrayDataset dataset(NDManager manager, int count, long seed, int batch) {
        Arrays4 arrays = arrays(manager, count, seed);
        return new ArrayDataset.Builder()
                .setData(arrays.images)
                .optLabels(arrays.scribbles, arrays.weights, arrays.indices)
                .setSampling(batch, false)
                .build();
    }

    static int[][] labels(Labelled labelled) {
        return labelled.labels().toArray(int[][]::new);
    }

    private static float[] scene(Random random, byte[] scribbles, int offset) {
        double cx = 5 + random.nextInt(6);
        double cy = 5 + random.nextInt(6);
        float[] image = new float[PIXELS];
        Arrays.fill(scribbles, offset, offset + PIXELS, (byte) 255);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                boolean inside = Math.hypot(x - cx, y - cy) < 4.5;
                image[y * SIDE + x] =
                        (float) ((inside ? 0.65 : 0.35) + 0.1 * random.nextGaussian());
                if (Math.abs(x - cx) <= 2 && y == (int) cy) {
                    scribbles[offset + y * SIDE + x] = 1;
                }
                if (y == 0 && x < 6) {
                    scribbles[offset + x] = 0;
                }
            }
        }
        return image;
    }

    static void fillWeights(float[] image, float[] weights, int offset) {
        Neighbourhood pairs = Neighbourhood.EIGHT;
        for (int k = 0; k < 4; k++) {
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    if (pairs.leadsInside(k, x, y, SIDE, SIDE)) {
                        int p = y * SIDE + x;
                        int q = p + pairs.dy(k) * SIDE + pairs.dx(k);
                        double difference = image[p] - image[q];
                        weights[offset + k * PIXELS + p] =
                                (float)
                                        (Math.exp(-difference * difference / (2 * 0.15 * 0.15))
                                                / pairs.distance(k));
                    }
                }
            }
        }
    }
}
