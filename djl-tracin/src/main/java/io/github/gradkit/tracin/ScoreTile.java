package io.github.gradkit.tracin;

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
     */
    public float get(int testIndex, int trainIndex) {
        return values[testIndex * trainCount + trainIndex - firstTrainIndex];
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
