package io.github.gradkit.learninit.start;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.log.SolutionLog;

/** Logged instances with their best solutions, to be searched for similar ones. */
final class Neighbours {

    private static final float NO_SPREAD = 1e-6f;

    private final Shape argument;
    private final int instances;
    private final float[] features;
    private final float[] means;
    private final float[] spreads;
    private final float[] ends;

    private Neighbours(SolutionLog log, NDManager scope) {
        int[] rows = log.bestRows();
        argument = log.argumentShape();
        instances = rows.length;
        NDArray raw = joined(log.known(scope, rows));
        NDArray mean = raw.mean(new int[] {0}, true);
        NDArray spread = raw.sub(mean).square().mean(new int[] {0}, true).sqrt();
        // What never varied in the log tells instances apart by its plain difference.
        spread = spread.add(spread.lte(NO_SPREAD).toType(raw.getDataType(), false));
        features = raw.sub(mean).div(spread).toFloatArray();
        means = mean.toFloatArray();
        spreads = spread.toFloatArray();
        ends = log.ends(scope, rows).toFloatArray();
    }

    static Neighbours of(SolutionLog log) {
        if (log.size() == 0) {
            throw new IllegalArgumentException(
                    "The log is empty, so there is no solution to start from. Fill it with a"
                            + " Collector first.");
        }
        try (NDManager scope = NDManager.newBaseManager()) {
            return new Neighbours(log, scope);
        }
    }

    private static NDArray joined(NDList known) {
        NDArray all = Scoped.flat(known.head());
        for (NDArray more : known.subNDList(1)) {
            all = all.concat(Scoped.flat(more), 1);
        }
        return all;
    }

    float[] meanEnd() {
        int width = ends.length / instances;
        double[] sums = new double[width];
        for (int i = 0; i < ends.length; i++) {
            sums[i % width] += ends[i];
        }
        float[] mean = new float[width];
        for (int i = 0; i < width; i++) {
            mean[i] = (float) (sums[i] / instances);
        }
        return mean;
    }

    /** Returns the most similar logged instances, {@code (instances)}. */
    long[] nearest(NDList known, NDManager scope) {
        NDArray queries = standardised(known, scope);
        return distances(queries, logged(scope)).argMin(1).toLongArray();
    }

    /** Returns the solutions of logged instances. */
    NDArray ends(NDManager scope, long[] which) {
        int width = ends.length / instances;
        float[] taken = new float[which.length * width];
        for (int i = 0; i < which.length; i++) {
            System.arraycopy(ends, (int) which[i] * width, taken, i * width, width);
        }
        return scope.create(taken, new Shape(which.length).addAll(argument));
    }

    private NDArray standardised(NDList known, NDManager scope) {
        NDArray raw = joined(known);
        if (raw.getShape().get(1) != means.length) {
            throw new IllegalArgumentException(
                    "The log knows "
                            + means.length
                            + " numbers of an instance, but here are "
                            + raw.getShape().get(1)
                            + ". Use a log of the same problem.");
        }
        Shape row = new Shape(1, means.length);
        return raw.sub(scope.create(means, row)).div(scope.create(spreads, row));
    }

    private NDArray logged(NDManager scope) {
        return scope.create(features, new Shape(instances, means.length));
    }

    /** Squared distances, {@code (queries, logged)}, but for a number that is the same in a row. */
    private static NDArray distances(NDArray queries, NDArray logged) {
        NDArray squares = logged.square().sum(new int[] {1}).reshape(1, -1);
        return queries.matMul(logged.transpose()).mul(-2).add(squares);
    }
}
