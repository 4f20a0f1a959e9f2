package io.github.gradkit.tracin;

/**
 * The influence of every training example on every test example.
 *
 * <p>Positive = proponent: training on the example lowered the loss of the test example; negative =
 * opponent. Memory: 4 bytes per pair.
 */
public final class ScoreMatrix {

    private final float[][] rows;
    private final int trainCount;

    ScoreMatrix(float[][] rows, int trainCount) {
        this.rows = rows;
        this.trainCount = trainCount;
    }

    /**
     * Returns the number of test examples.
     *
     * @return the number of rows
     */
    public int testCount() {
        return rows.length;
    }

    /**
     * Returns the number of training examples.
     *
     * @return the number of columns
     */
    public int trainCount() {
        return trainCount;
    }

    /**
     * Returns one score.
     *
     * @param testIndex the index of the test example in its data set
     * @param trainIndex the index of the training example in its data set
     * @return the score
     */
    public float get(int testIndex, int trainIndex) {
        return rows[testIndex][trainIndex];
    }

    /**
     * Returns the scores of all training examples for one test example.
     *
     * @param testIndex the index of the test example in its data set
     * @return a copy, by index of the training example
     */
    public float[] row(int testIndex) {
        return rows[testIndex].clone();
    }

    /** Says the size and the sign convention. */
    @Override
    public String toString() {
        return "ScoreMatrix of "
                + rows.length
                + " test x "
                + trainCount
                + " training examples (positive = proponent)";
    }
}
