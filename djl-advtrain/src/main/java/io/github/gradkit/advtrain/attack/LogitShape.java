package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Brings scores into the one form that losses know. */
final class LogitShape {

    private LogitShape() {}

    /**
     * Returns scores for at least two classes.
     *
     * @param scores {@code (batch, classes)}, {@code (batch, 1)} or {@code (batch)}; further axes
     *     of size 1 are dropped
     * @param batch the number of examples
     * @return {@code (batch, classes)}, float32 if they were float16; a single logit z becomes (0,
     *     z), which has the same probabilities
     */
    static NDArray twoOrMore(NDArray scores, long batch) {
        Shape shape = scores.getShape();
        boolean flat = shape.dimension() >= 1 && shape.get(0) == batch;
        for (int axis = 2; axis < shape.dimension(); axis++) {
            flat &= shape.get(axis) == 1;
        }
        if (!flat || shape.size() == 0) {
            throw new IllegalArgumentException(
                    "The scores have the shape "
                            + shape
                            + " for a batch of "
                            + batch
                            + ". An attack needs one row per example, (batch, classes), or one"
                            + " logit, (batch, 1).");
        }
        NDArray rows = wide(scores).reshape(batch, shape.size() / batch);
        return rows.getShape().get(1) > 1 ? rows : rows.zerosLike().concat(rows, 1);
    }

    /**
     * Losses need numbers that float16 does not have. The engine's conversion would end the
     * gradient; a product takes the wider type, and passes the gradient on.
     */
    private static NDArray wide(NDArray scores) {
        return scores.getDataType() == DataType.FLOAT16
                ? scores.mul(
                        scores.getManager()
                                .ones(new Shape(1), DataType.FLOAT32, scores.getDevice()))
                : scores;
    }
}
