package io.github.gradkit.learninit.internal;

import org.jspecify.annotations.Nullable;

/** The rules for settings that builders have in common. */
public final class Checks {

    private Checks() {}

    /**
     * Requires a count.
     *
     * @param value the value given
     * @param least the least value allowed
     * @param what what it is, at the beginning of a sentence
     * @return the value
     * @throws IllegalArgumentException if it is less than the least value
     */
    public static int atLeast(int value, int least, String what) {
        if (value < least) {
            throw new IllegalArgumentException(
                    what + " must be " + least + " or more, but was " + value + ".");
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

    /**
     * Requires a number that is not negative.
     *
     * @param value the value given
     * @param what what it is, at the beginning of a sentence
     * @return the value
     * @throws IllegalArgumentException if it is negative, infinite or not a number
     */
    public static double notNegative(double value, String what) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    what + " must be 0 or more and finite, but was " + value + ".");
        }
        return value;
    }

    /**
     * Requires what a builder can't do without.
     *
     * @param <T> the type of the value
     * @param value the value given, or null
     * @param setter the method of the builder that sets it
     * @return the value
     * @throws IllegalStateException if it is null
     */
    public static <T> T required(@Nullable T value, String setter) {
        if (value == null) {
            throw new IllegalStateException(
                    "Something required is not set. Call " + setter + " before build().");
        }
        return value;
    }
}
