package io.github.gradkit.adm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.gradkit.adm.cut.Neighbourhood;
import io.github.gradkit.adm.data.SegmentationLabels;

/**
 * A batch in Java's memory: planes of scores, weights and scribbles, one after the other as in the
 * arrays they come from.
 */
record ScoredImages(
        int batch,
        int labels,
        int height,
        int width,
        Neighbourhood neighbourhood,
        float[] scores,
        float[] weights,
        int[] scribbles) {

    static ScoredImages copy(SegmentationLabels labels, NDArray scores) {
        return new ScoredImages(
                labels.batch(),
                Math.toIntExact(scores.getShape().get(1)),
                labels.height(),
                labels.width(),
                labels.neighbourhood(),
                floats(scores),
                floats(labels.weights()),
                ints(labels.scribbles()));
    }

    int pixels() {
        return height * width;
    }

    int scoresAt(int image) {
        return image * labels * pixels();
    }

    int weightsAt(int image, int direction) {
        return (image * neighbourhood.directions() + direction) * pixels();
    }

    int scribblesAt(int image) {
        return image * pixels();
    }

    private static float[] floats(NDArray array) {
        if (array.getDataType() == DataType.FLOAT32) {
            return array.toFloatArray();
        }
        try (NDArray converted = array.toType(DataType.FLOAT32, false)) {
            return converted.toFloatArray();
        }
    }

    static int[] ints(NDArray array) {
        if (array.getDataType() == DataType.INT32) {
            return array.toIntArray();
        }
        try (NDArray converted = array.toType(DataType.INT32, false)) {
            return converted.toIntArray();
        }
    }
}
