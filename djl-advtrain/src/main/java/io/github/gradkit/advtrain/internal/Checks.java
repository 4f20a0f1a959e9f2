package io.github.gradkit.advtrain.internal;

/** The rules for settings that builders have in common. */
public final class Checks {

    private Checks() {}

    /**
     * Requires a count.
     *
     * @param value the value given
     * @param what what it is, at the beginning of a sentence
     * @return the value
     * @throws IllegalArgumentException if it is less than 1
     */
    public static int atLeastOne(int value, String what) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be 1 or more, but was " + value + ".");
        }
        return value;
    }

    /**
     * Requires a positive number.
     *
     * @param value the value given
     * @param what what it is, at the beginning of a sentence
     * @return the value
     * @throws IllegalArgumentException if it is not positive and finite
     */
    public static double positive(double value, String what) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    what + " must be positive and finite, but was " + value + ".");
        }
        return value;
    }
}
