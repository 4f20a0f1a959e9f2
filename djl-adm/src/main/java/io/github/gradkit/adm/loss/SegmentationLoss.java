package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A loss that evaluators can read whatever the type of the scores is. What Deep Java Library has
 * for that takes float32 only, and leaves the result with the batch.
 */
abstract class SegmentationLoss extends Loss {

    /** As many predictions as a batch may be split into, and then some. */
    private static final int REMEMBERED = 64;

    private final Map<String, Total> totals = new ConcurrentHashMap<>();
    private final Map<List<String>, Float> values = new LinkedHashMap<>();

    SegmentationLoss(String name) {
        super(name);
    }

    /**
     * Keeps the value of an evaluation. Evaluators ask for that of a training step once more; a
     * loss for which that costs much calls this. No array is kept.
     */
    final void remember(NDList labels, NDList predictions, NDArray value) {
        float number = number(value);
        synchronized (values) {
            values.put(key(labels, predictions), number);
            if (values.size() > REMEMBERED) {
                Iterator<List<String>> oldest = values.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        }
    }

    private @Nullable Float remembered(NDList labels, NDList predictions) {
        synchronized (values) {
            return values.get(key(labels, predictions));
        }
    }

    private static List<String> key(NDList labels, NDList predictions) {
        List<String> key = new ArrayList<>();
        predictions.forEach(array -> key.add(array.getUid()));
        labels.forEach(array -> key.add(array.getUid()));
        return key;
    }

    private static float number(NDArray scalar) {
        return scalar.toArray()[0].floatValue();
    }

    private float value(NDList labels, NDList predictions) {
        Float known = remembered(labels, predictions);
        if (known != null) {
            return known;
        }
        NDArray value = evaluate(labels, predictions);
        // The scope owns what reading leaves, such as a copy in the host's memory.
        try (NDManager scope = value.getManager().newSubManager()) {
            value.attach(scope);
            return number(value);
        }
    }

    @Override
    public void addAccumulator(String key) {
        totals.put(key, Total.NONE);
    }

    @Override
    public void updateAccumulators(String[] keys, NDList labels, NDList predictions) {
        float value = value(labels, predictions);
        for (String key : keys) {
            require(key);
            totals.computeIfPresent(key, (k, total) -> total.plus(value));
        }
    }

    @Override
    public void resetAccumulator(String key) {
        totals.computeIfPresent(key, (k, total) -> Total.NONE);
    }

    /**
     * Returns the mean of the batches since the last reset.
     *
     * @param key the accumulator's key
     * @return the mean; NaN if there was no batch
     * @throws IllegalArgumentException if there is no such accumulator
     */
    @Override
    public float getAccumulator(String key) {
        Total total = require(key);
        return total.batches == 0 ? Float.NaN : total.sum / total.batches;
    }

    private Total require(String key) {
        Total found = totals.get(key);
        if (found == null) {
            throw new IllegalArgumentException(
                    "The loss "
                            + getName()
                            + " has no accumulator \""
                            + key
                            + "\". Add it first with addAccumulator, as"
                            + " EvaluatorTrainingListener does.");
        }
        return found;
    }

    /** Adds up in float32, as Deep Java Library's losses do. */
    private record Total(long batches, float sum) {

        static final Total NONE = new Total(0, 0);

        Total plus(float value) {
            return new Total(batches + 1, sum + value);
        }
    }
}
