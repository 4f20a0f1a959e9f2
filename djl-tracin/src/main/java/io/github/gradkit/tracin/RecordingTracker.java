package io.github.gradkit.tracin;

import ai.djl.training.tracker.Tracker;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * A {@link Tracker} that hands out the values of another one and remembers the last.
 *
 * <p>DJL optimizers have no getter for their learning rate. Give one and the same recording tracker
 * to the optimizer and to the {@link CheckpointListener}, and each checkpoint knows the rate in
 * force:
 *
 * <pre>{@code
 * RecordingTracker rate = RecordingTracker.of(Tracker.fixed(0.1f));
 * Optimizer sgd = Optimizer.sgd().setLearningRateTracker(rate).build();
 * }</pre>
 *
 * <p>Training is bit-identical with and without the decorator. Safe for use by several threads.
 */
public final class RecordingTracker implements Tracker {

    private final Tracker delegate;
    private volatile float last = Float.NaN;

    private RecordingTracker(Tracker delegate) {
        this.delegate = delegate;
    }

    /**
     * Decorates a tracker.
     *
     * @param delegate the tracker that decides the values; must depend on the update number only
     * @return the recording tracker
     */
    public static RecordingTracker of(Tracker delegate) {
        return new RecordingTracker(Objects.requireNonNull(delegate, "delegate"));
    }

    /** {@inheritDoc} */
    @Override
    public float getNewValue(int numUpdate) {
        float value = delegate.getNewValue(numUpdate);
        last = value;
        return value;
    }

    /**
     * Returns the value that the optimizer received last.
     *
     * @return the last value, or empty when the optimizer has made no update yet
     */
    public OptionalDouble lastValue() {
        float value = last;
        return Float.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /**
     * Returns the last value or, before the first update, the value of the first one.
     *
     * <p>DJL asks a tracker once per parameter with the same update number, so asking for update 1
     * ahead of the optimizer changes nothing.
     */
    double inForce() {
        return lastValue().orElseGet(() -> delegate.getNewValue(1));
    }
}
