package io.github.gradkit.advtrain.attack;

/**
 * Solves one row of a problem on ball and box, given the sizes of its entries.
 *
 * <p>The ball stays the same when an entry changes its sign, and the solutions here keep the signs
 * of what they start from. So only sizes matter, and of the box only the limit on the side of the
 * sign.
 */
@FunctionalInterface
interface SizeSolver {

    /** Nothing but the box. */
    SizeSolver CLIP =
            (size, cap) -> {
                for (int j = 0; j < size.length; j++) {
                    size[j] = Math.min(size[j], cap[j]);
                }
            };

    /**
     * Replaces the sizes of a row by the solution.
     *
     * @param size the sizes of the entries, finite and not negative; holds the solution afterwards
     * @param cap the largest size the box allows for each entry, not negative, perhaps infinite
     */
    void solve(double[] size, double[] cap);

    /** The corner of the linf ball and the box on the side of the signs. */
    static SizeSolver corner(double epsilon) {
        return (size, cap) -> {
            for (int j = 0; j < size.length; j++) {
                size[j] = size[j] > 0 ? Math.min(epsilon, cap[j]) : 0;
            }
        };
    }
}
