package io.github.gradkit.benchmarks;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.adm.cut.Neighbourhood;
import io.github.gradkit.adm.data.ContrastWeights;
import io.github.gradkit.adm.data.SceneGenerator;
import io.github.gradkit.adm.data.ScribbleGenerator;
import io.github.gradkit.adm.data.ScribbledImage;
import java.util.List;
import java.util.Random;

/**
 * Scribbled scenes with scores as a network of stride 4 may give: right in most places, and wrong
 * in whole blocks of four by four pixels.
 */
final class NoisyScores {

    private static final int BLOCK = 4;

    private NoisyScores() {}

    /** A batch: labels as the losses take them, and scores. */
    record Batch(NDList labels, NDList scores, int images) {}

    static Batch of(NDManager manager, int images, int height, int width, int labels) {
        List<ScribbledImage> scenes =
                SceneGenerator.builder()
                        .optSize(height, width)
                        .optLabels(Math.min(labels, 6))
                        .optScribbles(ScribbleGenerator.builder().build())
                        .build()
                        .scenes(images, 5);
        int pixels = height * width;
        int directions = Neighbourhood.EIGHT.directions();
        float[] weights = new float[images * directions * pixels];
        float[] scores = new float[images * labels * pixels];
        int[] scribbles = new int[images * pixels];
        ContrastWeights contrast = ContrastWeights.builder().build();
        for (int i = 0; i < images; i++) {
            ScribbledImage scene = scenes.get(i);
            System.arraycopy(scene.scribbles(), 0, scribbles, i * pixels, pixels);
            int plane = directions * pixels;
            System.arraycopy(contrast.of(scene), 0, weights, i * plane, plane);
            int[] mask = scene.mask().orElseThrow();
            fill(scores, i * labels * pixels, mask, width, labels, new Random(i));
        }
        NDList known =
                new NDList(
                        manager.create(scribbles, new Shape(images, height, width)),
                        manager.create(weights, new Shape(images, directions, height, width)),
                        manager.arange(0f, images, 1f)
                                .toType(ai.djl.ndarray.types.DataType.INT64, true));
        return new Batch(
                known,
                new NDList(manager.create(scores, new Shape(images, labels, height, width))),
                images);
    }

    private static void fill(
            float[] scores, int offset, int[] mask, int width, int labels, Random random) {
        int columns = width / BLOCK + 1;
        float[] noise = new float[columns * (mask.length / width / BLOCK + 1)];
        for (int label = 0, at = offset; label < labels; label++) {
            for (int block = 0; block < noise.length; block++) {
                noise[block] = (float) (1.5 * random.nextGaussian());
            }
            for (int pixel = 0; pixel < mask.length; pixel++) {
                int block = pixel / width / BLOCK * columns + pixel % width / BLOCK;
                scores[at++] = noise[block] + (mask[pixel] == label ? 3 : 0);
            }
        }
    }
}
