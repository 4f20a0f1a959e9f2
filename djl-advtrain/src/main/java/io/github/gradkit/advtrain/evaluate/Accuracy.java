package io.github.gradkit.advtrain.evaluate;

/**
 * How many examples are classified as their label.
 *
 * @param correct how many
 * @param total of how many, 1 or more
 */
public record Accuracy(int correct, int total) {

    /**
     * Checks the numbers.
     *
     * @param correct how many
     * @param total of how many, 1 or more
     * @throws IllegalArgumentException if there are more correct ones than examples, or no examples
     */
    public Accuracy {
        if (total < 1 || correct < 0 || correct > total) {
            throw new IllegalArgumentException(
                    "An accuracy needs at least one example, and between none and all of them"
                            + " correct, but "
                            + correct
                            + " of "
                            + total
                            + " are.");
        }
    }

    /**
     * Returns the share.
     *
     * @return between 0 and 1
     */
    public double share() {
        return (double) correct / total;
    }

    /**
     * Returns where the accuracy on all data of this kind lies with 95 % confidence.
     *
     * @return the interval
     */
    public WilsonInterval interval() {
        return WilsonInterval.of(correct, total);
    }
}
