package io.github.gradkit.learninit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.FeasibleSets;
import io.github.gradkit.learninit.problem.Problem;
import java.util.List;

/** The squared distance from what is known plus an offset, which may move. */
public final class QuadraticProblem implements Problem<float[]> {

    private final int size;
    private float offset;

    /** Makes a problem with arguments of some numbers. */
    public QuadraticProblem(int size) {
        this.size = size;
    }

    /** Moves the solutions. */
    public void move(float newOffset) {
        offset = newOffset;
    }

    @Override
    public Shape argument() {
        return new Shape(size);
    }

    @Override
    public NDList known(NDManager manager, List<float[]> instances) {
        float[] all = new float[instances.size() * size];
        for (int i = 0; i < instances.size(); i++) {
            System.arraycopy(instances.get(i), 0, all, i * size, size);
        }
        return new NDList(manager.create(all, new Shape(instances.size(), size)));
    }

    @Override
    public NDArray value(NDList known, NDArray argument) {
        // What is known needs no gradient, so that its sum with a number is safe.
        return argument.sub(known.head().add(offset)).square().sum(new int[] {1});
    }

    @Override
    public FeasibleSet feasible(NDList known) {
        return FeasibleSets.free(-3, 3);
    }
}
