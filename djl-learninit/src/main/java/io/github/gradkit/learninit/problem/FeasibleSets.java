package io.github.gradkit.learninit.problem;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.learninit.internal.Checks;

/**
 * The usual sets of arguments.
 *
 * <p>All of them work on whole batches and project exactly, up to rounding. Except for {@link
 * #simplex}, which sorts, the time is linear in the size of the arguments; the memory is a few
 * arrays of that size.
 */
public final class FeasibleSets {

    private FeasibleSets() {}

    /**
     * Returns the set of all arguments.
     *
     * @param lowest starts are drawn uniformly from here
     * @param highest to here; not less than {@code lowest}
     * @return a set that leaves every argument as it is
     * @throws IllegalArgumentException if the range is empty or not finite
     */
    public static FeasibleSet free(double lowest, double highest) {
        checkRange(lowest, highest);
        return new FreeSet(lowest, highest);
    }

    /**
     * Returns a box with the same bounds for every number.
     *
     * @param low the least value
     * @param high the largest value, not less than {@code low}
     * @return the box; starts are drawn from it uniformly
     * @throws IllegalArgumentException if the box is empty or not finite
     */
    public static FeasibleSet box(double low, double high) {
        checkRange(low, high);
        return new UniformBox(low, high);
    }

    /**
     * Returns a box with bounds of its own for every number.
     *
     * @param low the least values, of the shape of the arguments {@code (instances, ...)} or one
     *     that broadcasts to it; float32
     * @param high the largest values, not less than {@code low}; likewise
     * @return the box, used as long as both arrays are open; starts are drawn from it uniformly
     */
    public static FeasibleSet box(NDArray low, NDArray high) {
        return new ArrayBox(low, high);
    }

    /**
     * Returns the l2 ball around 0. The norm is taken over all numbers of an argument.
     *
     * @param radius the radius; positive
     * @return the ball; starts have a uniform direction, and a distance such that they are uniform
     *     in the ball but for about 1 % (an approximation of the chi-square distribution by Wilson
     *     and Hilferty)
     * @throws IllegalArgumentException if the radius is not positive and finite
     */
    public static FeasibleSet ball(double radius) {
        return new Ball(Checks.positive(radius, "The radius"));
    }

    /**
     * Returns the set of arguments whose numbers are not negative and have a given sum.
     *
     * @param total the sum; positive
     * @return the simplex; starts are drawn from it uniformly
     * @throws IllegalArgumentException if the sum is not positive and finite
     */
    public static FeasibleSet simplex(double total) {
        return new Simplex(Checks.positive(total, "The sum"));
    }

    private static void checkRange(double low, double high) {
        if (!(low <= high) || Double.isInfinite(low) || Double.isInfinite(high)) {
            throw new IllegalArgumentException(
                    "The bounds must be finite, the lower one first, but were "
                            + low
                            + " and "
                            + high
                            + ".");
        }
    }
}
