package io.github.gradkit.tracin;

import java.util.Arrays;
import java.util.Objects;

/**
 * A rectangular part of the score matrix: all test examples against some consecutive training
 * examples.
 *
 * <p>Positive = proponent: training on the example lowered the loss of the test example; negative =
 * opponent. Valid only while the consumer runs.
 */
public final class ScoreTile {

    private final int firstTrainIndex;
    private final int trainCount;
    private final int testCount;
    private final float[] values;

    /** The values are {@code values[test * trainCount + (train - firstTrainIndex)]}. */
    ScoreTile(int firstTrainIndex, int trainCount, int testCount, float[] values) {
        this.firstTrainIndex = firstTrainIndex;
        this.trainCount = trainCount;
        this.testCount = testCount;
        this.values = values;
    }

    /**
     * Returns where the tile begins.
     *
     * @return the index in the data set of the first training example
     */
    public int firstTrainIndex() {
        return firstTrainIndex;
    }

    /**
     * Returns the width.
     *
     * @return the number of training examples in this tile
     */
    public int trainCount() {
        return trainCount;
    }

    /**
     * Returns the height.
     *
     * @return the number of test examples
     */
    public int testCount() {
        return testCount;
    }

    /**
     * Returns one score.
     *
     * @param testIndex the index of the test example
     * @param trainIndex the index of the training example in its data set, within this tile
     * @return the score
     * @throws IndexOutOfBoundsException if the pair is not in this tile
     */
    public float get(int testIndex, int trainIndex) {
        Objects.checkIndex(testIndex, testCount);
        int column = trainIndex - firstTrainIndex;
        if (column < 0 || column >= trainCount) {
            throw new IndexOutOfBoundsException(
                    "Training example "
                            + trainIndex
                            + " is not in this tile, which begins at "
                            + firstTrainIndex
                            + " and has "
                            + trainCount
                            + "; columns are named by their index in the data set");
        }
        return values[testIndex * trainCount + column];
    }

    /**
     * Returns the scores of one test example.
     *
     * @param testIndex the index of the test example
     * @return a copy, one score per training example of the tile, in order
     */
    public float[] row(int testIndex) {
        int from = Objects.checkIndex(testIndex, testCount) * trainCount;
        return Arrays.copyOfRange(values, from, from + trainCount);
    }

    /** Copies the scores of one test example for all training examples of the tile. */
    void copyRow(int testIndex, float[] row) {
        System.arraycopy(values, testIndex * trainCount, row, firstTrainIndex, trainCount);
    }

    /** Says which part of the matrix this is, and the sign convention. */
    @Override
    public String toString() {
        return "ScoreTile of "
                + testCount
                + " test x training "
                + firstTrainIndex
                + ".."
                + (firstTrainIndex + trainCount - 1)
                + " (positive = proponent)";
    }
}
