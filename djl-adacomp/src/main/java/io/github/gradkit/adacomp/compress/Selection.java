package io.github.gradkit.adacomp.compress;

/** Finds a value of a rank without sorting all of them. */
final class Selection {

    private Selection() {}

    /**
     * Returns the k-th largest value, by Hoare's quickselect, in linear time on average.
     *
     * @param values finite numbers, which are put in another order
     * @param k 1 for the largest, up to the number of values
     */
    static float kthLargest(float[] values, int k) {
        int from = 0;
        int to = values.length - 1;
        int wanted = values.length - k;
        while (from < to) {
            float pivot = median(values[from], values[(from + to) >>> 1], values[to]);
            int i = from;
            int j = to;
            while (i <= j) {
                while (values[i] < pivot) {
                    i++;
                }
                while (values[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    float kept = values[i];
                    values[i++] = values[j];
                    values[j--] = kept;
                }
            }
            if (wanted <= j) {
                to = j;
            } else if (wanted >= i) {
                from = i;
            } else {
                return pivot;
            }
        }
        return values[wanted];
    }

    private static float median(float a, float b, float c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }
}
