package io.github.gradkit.learninit.internal;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.CosineTracker;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Adam that can be closed: what DJL's own Adam remembers belongs to no manager, so that nobody ever
 * frees it.
 */
public final class ClosingAdam extends Adam implements AutoCloseable {

    private final List<NDArray> remembered = new ArrayList<>();

    private ClosingAdam(Builder builder) {
        super(builder);
    }

    /**
     * Starts with one rate and ends with another, along a cosine.
     *
     * @param rate the first rate
     * @param lastRate the last one
     * @param updates after how many updates it is reached
     * @return the optimizer, closed by the caller
     */
    public static ClosingAdam falling(float rate, float lastRate, int updates) {
        CosineTracker falling =
                CosineTracker.builder()
                        .setBaseValue(rate)
                        .optFinalValue(lastRate)
                        .setMaxUpdates(updates)
                        .build();
        return new ClosingAdam(Adam.builder().optLearningRateTracker(falling));
    }

    /**
     * Keeps to a rate.
     *
     * @param rate the rate
     * @return the optimizer, closed by the caller
     */
    public static ClosingAdam fixed(float rate) {
        return new ClosingAdam(Adam.builder().optLearningRateTracker(Tracker.fixed(rate)));
    }

    @Override
    protected NDArray withDefaultState(
            Map<String, Map<Device, NDArray>> state,
            String key,
            Device device,
            Function<String, NDArray> defaultFunction) {
        boolean isNew = !state.containsKey(key) || !state.get(key).containsKey(device);
        NDArray array = super.withDefaultState(state, key, device, defaultFunction);
        if (isNew) {
            remembered.add(array);
        }
        return array;
    }

    /**
     * Returns the means and squares that it owns.
     *
     * @return two arrays for each parameter
     */
    public List<NDArray> remembered() {
        return List.copyOf(remembered);
    }

    /** Frees what it remembers; it can't be used again. */
    @Override
    public void close() {
        remembered.forEach(NDArray::close);
        remembered.clear();
    }
}
