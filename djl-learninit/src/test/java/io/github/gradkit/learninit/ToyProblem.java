package io.github.gradkit.learninit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.FeasibleSets;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.support.gradient.CollectorConstants;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Two minima near -1 and 1; the number known tells which is the lower one. */
public final class ToyProblem implements Problem<Double> {

    private final FeasibleSet set;

    /** Makes the problem without bounds; starts come from -2 to 2. */
    public ToyProblem() {
        this(FeasibleSets.free(-2, 2));
    }

    /** Makes the problem in a set. */
    public ToyProblem(FeasibleSet set) {
        this.set = set;
    }

    @Override
    public Shape argument() {
        return new Shape(1);
    }

    @Override
    public NDList known(NDManager manager, List<Double> instances) {
        float[] x = new float[instances.size()];
        for (int i = 0; i < x.length; i++) {
            x[i] = instances.get(i).floatValue();
        }
        return new NDList(manager.create(x, new Shape(x.length, 1)));
    }

    @Override
    public NDArray value(NDList known, NDArray t) {
        CollectorConstants constants = CollectorConstants.of(t.getManager());
        NDArray wells = constants.sub(t.square(), 1).square();
        return wells.add(constants.mul(known.head().mul(t), 0.3)).sum(new int[] {1});
    }

    @Override
    public FeasibleSet feasible(NDList known) {
        return set;
    }

    /** The same in Java. */
    public static double value(double t, double x) {
        return (t * t - 1) * (t * t - 1) + 0.3 * x * t;
    }

    /** Its derivative. */
    public static double slope(double t, double x) {
        return 4 * t * (t * t - 1) + 0.3 * x;
    }

    /** Instances from -1 to 1. */
    public static List<Double> instances(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Double> instances = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            instances.add((double) (float) random.nextDouble(-1, 1));
        }
        return instances;
    }
}
