package io.github.gradkit.tracin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The influence of each example on itself: the sum over checkpoints of learning rate times squared
 * gradient norm.
 *
 * <p>Never negative: training on an example lowers its own loss, so each is its own proponent. A
 * large value marks an example that the model could only learn by heart: mislabelled, rare or
 * ambiguous. Per layer and per checkpoint the parts add up to the whole. Memory: 8 bytes per
 * example, layer and checkpoint.
 */
public final class SelfInfluence {

    private final double[] scores;
    private final Map<String, double[]> byLayer;
    private final List<double[]> byCheckpoint;

    SelfInfluence(double[] scores, Map<String, double[]> byLayer, List<double[]> byCheckpoint) {
        this.scores = scores;
        this.byLayer = byLayer;
        this.byCheckpoint = byCheckpoint;
    }

    /**
     * Returns the scores.
     *
     * @return a copy, one score per example, by index in the data set
     */
    public double[] scores() {
        return scores.clone();
    }

    /**
     * Returns the share of each layer.
     *
     * @return copies, by layer path, one value per example
     */
    public Map<String, double[]> byLayer() {
        Map<String, double[]> copy = new LinkedHashMap<>();
        byLayer.forEach((path, values) -> copy.put(path, values.clone()));
        return copy;
    }

    /**
     * Returns the share of each checkpoint.
     *
     * @return copies, in the order of the checkpoints, one value per example
     */
    public List<double[]> byCheckpoint() {
        return byCheckpoint.stream().map(double[]::clone).toList();
    }

    /**
     * Orders the examples from the most to the least suspicious.
     *
     * @return the indices of all examples by falling score, ties by index
     */
    public int[] ranking() {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted((i, j) -> Double.compare(scores[j], scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Says what the scores mean and how many there are. */
    @Override
    public String toString() {
        return "SelfInfluence of "
                + scores.length
                + " examples (positive = its own proponent; high = memorised, suspicious)";
    }
}
