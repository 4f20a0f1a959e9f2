package io.github.gradkit.learninit.power;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the best powers for up to three users by trying them all: a yardstick for the solvers that
 * may be caught in local minima.
 *
 * <p>It tries a grid that includes every way to turn senders fully on or off, then finer and finer
 * grids around the best point. For two users with equal weights a corner of the box is best, so the
 * result is exact; otherwise it is as fine as the last grid. The start is tried too.
 *
 * <p>It works in plain Java in double precision. With {@code n} points on an axis an instance costs
 * {@code n^users + rounds x 5^users} values. Immutable.
 */
public final class ExhaustiveSearch implements Solver {

    /** The most users. */
    public static final int MAX_USERS = 3;

    /** The points on an axis unless a number is given. */
    public static final int DEFAULT_POINTS = 21;

    /** How often the grid is made finer: 14 halvings leave less than 1e-4 of an interval. */
    private static final int ROUNDS = 14;

    private final int points;

    private ExhaustiveSearch(int points) {
        this.points = points;
    }

    /**
     * Makes a search of {@value #DEFAULT_POINTS} points on an axis.
     *
     * @return the search
     */
    public static ExhaustiveSearch create() {
        return create(DEFAULT_POINTS);
    }

    /**
     * Makes a search.
     *
     * @param points the points on an axis, the ends included; 2 or more
     * @return the search
     * @throws IllegalArgumentException if there are fewer than 2
     */
    public static ExhaustiveSearch create(int points) {
        if (points < 2) {
            throw new IllegalArgumentException(
                    "A grid needs 2 or more points on an axis, its ends, but was given "
                            + points
                            + ".");
        }
        return new ExhaustiveSearch(points);
    }

    @Override
    public String name() {
        return "exhaustive";
    }

    /**
     * Searches.
     *
     * @param problem a {@link PowerAllocation} of up to {@value #MAX_USERS} users
     * @param known the gains and the weights
     * @param start the powers {@code (instances, users)}, from 0 to the maximum power; not changed
     * @return what was found; no steps, no curve
     * @throws IllegalArgumentException if the problem is another or has more users, or the start
     *     has another shape or is not feasible
     */
    @Override
    public Solution solve(Problem<?> problem, NDList known, NDArray start) {
        long begin = System.nanoTime();
        PowerAllocation allocation = Link.require(problem, "Exhaustive search");
        requireFew(allocation.users());
        double[][] powers = StartPowers.of(allocation, known, start);
        float[] gains = known.get(0).toFloatArray();
        float[] weights = known.get(1).toFloatArray();
        float[] best = new float[(int) start.size()];
        List<Double> values = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();
        long tried = 0;
        for (int i = 0; i < powers.length; i++) {
            GridSearch search = new GridSearch(new Link(allocation, gains, weights, i), powers[i]);
            search.run(points, ROUNDS);
            search.copyBest(best, i);
            values.add(0 - search.rate());
            steps.add(0);
            tried += search.tried();
        }
        NDArray argument = start.getManager().create(best, new Shape(start.getShape().getShape()));
        Cost cost = new Cost(tried, 0, 0, System.nanoTime() - begin);
        return new Solution(argument, values, steps, List.of(), cost);
    }

    private static void requireFew(int users) {
        if (users > MAX_USERS) {
            throw new IllegalArgumentException(
                    "Exhaustive search takes time exponential in the users and stops at "
                            + MAX_USERS
                            + ", but there are "
                            + users
                            + ". Compare with the best of many starts instead.");
        }
    }
}
