package io.github.gradkit.examples.learninit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.FeasibleSets;
import io.github.gradkit.learninit.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Minimise (t t - 1)^2 + 0.3 x t over t, where x from -1 to 1 is known. */
final class ToyProblem implements Problem<Double> {

    private static final float TILT = 0.3f;

    @Override
    public Shape argument() {
        return new Shape(1);
    }

    /** Gives x times its factor, so that nothing has to be multiplied by a number later. */
    @Override
    public NDList known(NDManager manager, List<Double> instances) {
        float[] tilts = new float[instances.size()];
        for (int i = 0; i < tilts.length; i++) {
            tilts[i] = TILT * instances.get(i).floatValue();
        }
        return new NDList(manager.create(tilts, new Shape(tilts.length, 1)));
    }

    @Override
    public NDArray value(NDList known, NDArray t) {
        NDArray distance = t.mul(t).sub(t.onesLike());
        return distance.mul(distance).add(known.head().mul(t)).sum(new int[] {1});
    }

    @Override
    public FeasibleSet feasible(NDList known) {
        return FeasibleSets.free(-2, 2);
    }

    /** Draws instances. */
    static List<Double> instances(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Double> instances = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            instances.add(random.nextDouble(-1, 1));
        }
        return instances;
    }
}
