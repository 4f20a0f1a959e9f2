package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A {@link Quadratic} whose weights lie in several tensors, one of them large. Most of the large
 * one is dead: weights of 0 that never get a gradient.
 */
final class TensorProblem {

    private static final int LARGE = Measurements.SMALL + 100;

    private static final List<Shape> SHAPES =
            List.of(new Shape(), new Shape(1), new Shape(2, 3), new Shape(4, LARGE / 4));

    private final Quadratic loss;
    private final int stride;

    /**
     * Draws weights and curvatures.
     *
     * @param seed of the random numbers
     * @param stride the distance of the live elements of the large tensor
     */
    TensorProblem(long seed, int stride) {
        this(Quadratic.random(8 + (LARGE + stride - 1) / stride, seed), stride);
    }

    private TensorProblem(Quadratic loss, int stride) {
        this.loss = loss;
        this.stride = stride;
    }

    TensorProblem(long seed) {
        this(seed, 700);
    }

    /** The same with other curvatures of the first weights. */
    TensorProblem withCurvature(double... first) {
        double[] curvature = loss.curvature().clone();
        System.arraycopy(first, 0, curvature, 0, first.length);
        return new TensorProblem(new Quadratic(loss.start(), curvature), stride);
    }

    Quadratic loss() {
        return loss;
    }

    int size() {
        return loss.start().length;
    }

    static String id(int tensor) {
        return "p-" + (tensor + 8);
    }

    /** Creates the tensors for all weights. */
    NDList create(NDManager manager, DataType type, double[] weights) {
        NDList tensors = new NDList();
        for (int tensor = 0; tensor < SHAPES.size(); tensor++) {
            double[] full = new double[(int) SHAPES.get(tensor).size()];
            for (int i = 0; i < full.length; i += stride(tensor)) {
                full[i] = weights[first(tensor) + i / stride(tensor)];
            }
            tensors.add(manager.create(full).reshape(SHAPES.get(tensor)).toType(type, true));
        }
        return tensors;
    }

    /** Reads all weights; those that are dead must be 0 still. */
    double[] read(NDList tensors) {
        double[] weights = new double[size()];
        for (int tensor = 0; tensor < tensors.size(); tensor++) {
            Number[] full = tensors.get(tensor).toArray();
            for (int i = 0; i < full.length; i++) {
                double value = full[i].doubleValue();
                if (i % stride(tensor) == 0) {
                    weights[first(tensor) + i / stride(tensor)] = value;
                } else if (value != 0) {
                    throw new AssertionError("dead weight " + i + " became " + value);
                }
            }
        }
        return weights;
    }

    private static int first(int tensor) {
        return List.of(0, 1, 2, 8).get(tensor);
    }

    private int stride(int tensor) {
        return tensor == 3 ? stride : 1;
    }

    /** Trains a tower; the gradients of a step arrive in an order of their own. */
    TowerTrace train(int steps, DataType type, Supplier<HyperTower> towers, long orderSeed) {
        TowerTrace trace = new TowerTrace();
        Random order = new Random(orderSeed);
        try (NDManager manager = NDManager.newBaseManager();
                HyperTower tower = towers.get()) {
            List<List<double[]>> seen = new ArrayList<>();
            tower.observe((step, hypergradients, cosines) -> seen.add(hypergradients), false);
            NDList weights = create(manager, type, loss.start());
            weights.forEach(weight -> weight.setRequiresGradient(true));
            for (int t = 1; t <= steps; t++) {
                try (NDManager ofStep = manager.newSubManager()) {
                    NDList gradients = create(ofStep, type, loss.gradient(read(weights)));
                    for (int tensor : shuffled(order)) {
                        tower.update(id(tensor), weights.get(tensor), gradients.get(tensor));
                    }
                }
                // The first step is known to be over only when the second begins.
                trace.add(
                        t == 1 || tower.height() == 0 ? List.of() : seen.get(t - 1),
                        tower.learned().stream().mapToDouble(LearnedValue::value).toArray(),
                        read(weights));
            }
        }
        return trace;
    }

    private static List<Integer> shuffled(Random order) {
        List<Integer> tensors = new ArrayList<>(List.of(0, 1, 2, 3));
        Collections.shuffle(tensors, order);
        return tensors;
    }
}
