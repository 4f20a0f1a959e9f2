package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Which pixels belong to an image, and are no padding. */
final class Inside {

    private static final int[] IMAGE = {1, 2, 3};

    private Inside() {}

    /**
     * Returns 1 for pixels that have a pair whose weight is not 0, and 0 for padding, which has
     * none. An image that has no such pair counts as a whole: its weights tell nothing.
     *
     * @param weights the weights {@code (batch, directions, height, width)}
     * @return {@code (batch, 1, height, width)}, of a type
     */
    static NDArray of(NDArray weights, DataType type) {
        NDArray weighty = weights.neq(0).toType(type, true);
        NDArray pairs = weighty.get(":, :1").zerosLike();
        for (Shift shift : Shift.of(weights)) {
            NDArray part = weighty.get(shift.weights()).expandDims(1);
            pairs.set(shift.first(), pairs.get(shift.first()).add(part));
            pairs.set(shift.second(), pairs.get(shift.second()).add(part));
        }
        NDArray unknown = pairs.sum(IMAGE, true).lte(0);
        return pairs.gt(0).logicalOr(unknown).toType(type, true);
    }

    /** Returns how many pixels belong to images, 1 or more. */
    static double count(NDArray inside) {
        // Whole numbers, since a float32 can't count all pixels of a large batch.
        return (double) inside.toType(DataType.INT64, true).sum().getLong();
    }
}
