package io.github.gradkit.examples.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How many of the wanted examples are found while a ranking is checked from the top. */
public final class RecoveryCurve {

    private final int[] found;

    private RecoveryCurve(int[] found) {
        this.found = found;
    }

    /**
     * Follows a ranking by scores.
     *
     * @param scores one score per example; the highest is checked first, ties by index
     * @param wanted which examples are to be found
     * @return the curve
     */
    public static RecoveryCurve of(double[] scores, boolean[] wanted) {
        return of(ranking(scores), wanted);
    }

    /**
     * Follows a ranking.
     *
     * @param order the indices of all examples, first to check first
     * @param wanted which examples are to be found, at least one
     * @return the curve
     */
    public static RecoveryCurve of(int[] order, boolean[] wanted) {
        if (order.length != wanted.length) {
            throw new IllegalArgumentException(
                    "A ranking must hold every example once, got "
                            + order.length
                            + " places for "
                            + wanted.length
                            + " examples");
        }
        boolean[] seen = new boolean[order.length];
        int[] found = new int[order.length + 1];
        for (int i = 0; i < order.length; i++) {
            if (seen[order[i]]) {
                throw new IllegalArgumentException(
                        "A ranking must hold every example once, but holds " + order[i] + " twice");
            }
            seen[order[i]] = true;
            found[i + 1] = found[i] + (wanted[order[i]] ? 1 : 0);
        }
        if (found[order.length] == 0) {
            throw new IllegalArgumentException("There must be something to find, got no example");
        }
        return new RecoveryCurve(found);
    }

    /**
     * Orders examples by falling score.
     *
     * @param scores one score per example
     * @return all indices, highest score first, ties by index
     */
    public static int[] ranking(double[] scores) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> scores[i]).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * Returns the number of examples.
     *
     * @return the length of the ranking
     */
    public int size() {
        return found.length - 1;
    }

    /**
     * Returns the share of the wanted examples that is found after a number of checks.
     *
     * @param checked how many examples were checked, 0 to {@link #size()}
     * @return the share, 0 to 1
     */
    public double foundAfter(int checked) {
        return (double) found[checked] / found[size()];
    }

    /**
     * Returns the share of the wanted examples that is found in the first part of the ranking.
     *
     * @param share the part, 0 to 1; the number of checks is rounded to the nearest
     * @return the share, 0 to 1
     */
    public double foundWithin(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("The share must lie in 0 to 1, got " + share);
        }
        return foundAfter((int) Math.round(share * size()));
    }

    /**
     * Returns the best curve that any ranking of the same examples could have.
     *
     * @return the curve of a ranking with all wanted examples first
     */
    public RecoveryCurve ideal() {
        int[] best = new int[found.length];
        Arrays.setAll(best, checked -> Math.min(checked, found[size()]));
        return new RecoveryCurve(best);
    }
}
