package io.github.gradkit.learninit.start;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.internal.Moments;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.log.SolutionLog;
import java.util.Arrays;

/** Logged instances with their best solutions, to be searched for similar ones. */
final class Neighbours {

    private static final int SAMPLE = 500;

    private final Shape argument;
    private final int instances;
    private final float[] features;
    private final Moments moments;
    private final float[] ends;

    private Neighbours(SolutionLog log, NDManager scope) {
        int[] rows = log.bestRows();
        argument = log.argumentShape();
        instances = rows.length;
        NDArray raw = joined(log.known(scope, rows));
        float[] numbers = raw.toFloatArray();
        // What never varied in the log tells instances apart by its plain difference.
        moments = Moments.of(numbers, Math.toIntExact(raw.getShape().get(1)));
        features = moments.standardised(numbers);
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
        if (raw.getShape().get(1) != moments.width()) {
            throw new IllegalArgumentException(
                    "The log knows "
                            + moments.width()
                            + " numbers of an instance, but here are "
                            + raw.getShape().get(1)
                            + ". Use a log of the same problem.");
        }
        return scope.create(moments.standardised(raw.toFloatArray()), raw.getShape());
    }

    private NDArray logged(NDManager scope) {
        return scope.create(features, new Shape(instances, moments.width()));
    }

    /** Squared distances, {@code (queries, logged)}, but for a number that is the same in a row. */
    private static NDArray distances(NDArray queries, NDArray logged) {
        NDArray squares = logged.square().sum(new int[] {1}).reshape(1, -1);
        return queries.matMul(logged.transpose()).mul(-2).add(squares);
    }

    /** Returns the distances to the most similar logged instances, {@code (instances)}. */
    float[] distances(NDList known, NDManager scope) {
        NDArray queries = standardised(known, scope);
        NDArray own = queries.square().sum(new int[] {1});
        NDArray nearest = distances(queries, logged(scope)).min(new int[] {1});
        return nearest.add(own).maximum(0f).sqrt().toFloatArray();
    }

    /**
     * Returns the distance that most logged instances have to the one most similar to each.
     *
     * @param share the share of instances that are not farther; they are taken evenly from the log
     *     if there are many
     */
    double reach(double share) {
        if (instances < 2) {
            return 0;
        }
        int sample = Math.min(instances, SAMPLE);
        float[] distances = new float[sample];
        try (NDManager scope = NDManager.newBaseManager()) {
            NDArray all = logged(scope);
            for (int i = 0; i < sample; i++) {
                int row = (int) ((long) i * instances / sample);
                distances[i] = toOther(all, row);
            }
        }
        Arrays.sort(distances);
        return distances[Math.max(0, (int) Math.ceil(share * sample) - 1)];
    }

    private static float toOther(NDArray all, int row) {
        try (NDManager scope = all.getManager().newSubManager()) {
            NDArray logged = Scoped.view(all, scope);
            NDArray off = logged.sub(logged.get(row)).square().sum(new int[] {1}).sqrt();
            float[] distances = off.toFloatArray();
            distances[row] = Float.POSITIVE_INFINITY;
            float nearest = Float.POSITIVE_INFINITY;
            for (float distance : distances) {
                nearest = Math.min(nearest, distance);
            }
            return nearest;
        }
    }
}
