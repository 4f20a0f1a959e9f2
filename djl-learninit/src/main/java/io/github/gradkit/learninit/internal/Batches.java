package io.github.gradkit.learninit.internal;

/**
 * Parts of rows to train on. One row that would be left over joins the batch before, as batch
 * normalisation can't learn from a single one.
 */
public final class Batches {

    private Batches() {}

    /**
     * Tells where a batch ends.
     *
     * @param from its first row
     * @param size how many rows are in a batch
     * @param rows how many rows there are
     * @return the row after its last one
     */
    public static int end(int from, int size, int rows) {
        int end = rows - from > size ? from + size : rows;
        return size > 1 && rows - end == 1 ? rows : end;
    }

    /**
     * Counts the batches.
     *
     * @param size how many rows are in a batch
     * @param rows how many rows there are
     * @return the number of batches
     */
    public static int count(int size, int rows) {
        int count = 0;
        for (int from = 0; from < rows; from = end(from, size, rows)) {
            count++;
        }
        return count;
    }
}
