package io.github.gradkit.hyperopt;

import ai.djl.metric.Metrics;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import io.github.gradkit.support.model.ParameterPaths;
import io.github.gradkit.support.trace.MetricsTrace;
import io.github.gradkit.support.trace.TraceSink;
import io.github.gradkit.support.training.BatchLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a {@link HyperTower} at work: tells it the parameters by name and who takes part in a
 * step, and writes what becomes of its hyperparameters.
 *
 * <pre>{@code
 * config.optOptimizer(tower).addTrainingListeners(TowerListener.of(tower));
 * }</pre>
 *
 * <p>Series are named {@code level0/alpha}, {@code level0/alpha/hypergradient}, {@code
 * level0/alpha/cosine} and so on; level 0 is the base. With groups the name of the group follows
 * the level. They go to the {@link Metrics} of the trainer, if it has any, and to all traces added.
 * A trace that can't be written any more is reported once and left out; training goes on.
 *
 * <p>Training with and without it is bit-identical, as long as no layer is frozen or unfrozen on
 * the way (without it, the step after that is made late, see {@link HyperTower#update}), no cosines
 * are asked of Adam or AdamW (whose hypergradients are then rounded another way), and nothing in
 * {@link Safeguards} needs it. One listener serves one trainer.
 */
public final class TowerListener extends TrainingListenerAdapter {

    private static final Logger logger = LoggerFactory.getLogger(TowerListener.class);

    private final HyperTower tower;
    private final List<TraceSink> traces;
    private final int traceEverySteps;
    private final boolean toMetrics;
    private @Nullable List<Parameter> parameters;
    private final boolean cosines;
    private final StepObserver observer = this::record;
    private @Nullable MetricsTrace metrics;
    private long stepsBefore;

    private TowerListener(Builder builder, HyperTower tower) {
        this.tower = tower;
        traces = new ArrayList<>(builder.traces);
        traceEverySteps = builder.traceEverySteps;
        toMetrics = builder.toMetrics;
        cosines = builder.cosines;
    }

    /**
     * Returns a listener that writes to the trainer's metrics only.
     *
     * @param tower the optimizer of the training
     * @return the listener
     */
    public static TowerListener of(HyperTower tower) {
        return builder().setTower(tower).build();
    }

    /**
     * Returns a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** {@inheritDoc} */
    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
        List<Parameter> all = parameters;
        if (all == null) {
            all = start(trainer);
        }
        int devices = trainer.getDevices().length;
        Roster coming = new Roster();
        for (Parameter parameter : all) {
            if (parameter.requiresGradient()) {
                coming.add(parameter.getId(), devices);
            }
        }
        tower.expect(coming);
        tower.followStatistics(tower.watchesLoss() && wentBack(trainer, batchData));
    }

    private boolean wentBack(Trainer trainer, BatchData batchData) {
        OptionalDouble loss = BatchLoss.mean(trainer, batchData);
        return loss.isPresent() && tower.reportLoss(loss.getAsDouble());
    }

    /** {@inheritDoc} */
    @Override
    public void onTrainingBegin(Trainer trainer) {
        // Another training of the same configuration may have another model.
        parameters = null;
        metrics = null;
    }

    private List<Parameter> start(Trainer trainer) {
        // Not in onTrainingBegin: a trainer calls that before its parameters have arrays.
        tower.bind(trainer.getModel().getBlock());
        List<Parameter> all =
                List.copyOf(ParameterPaths.of(trainer.getModel().getBlock()).values());
        parameters = all;
        tower.guardStatistics(all);
        if (toMetrics && trainer.getMetrics() != null) {
            metrics = MetricsTrace.of(trainer.getMetrics());
        }
        stepsBefore = tower.steps();
        tower.observe(observer, cosines);
        return all;
    }

    private void record(long step, List<double[]> hypergradients, double[] cosines) {
        if (step % traceEverySteps != 0 || (traces.isEmpty() && metrics == null)) {
            return;
        }
        List<LearnedValue> learned = tower.learned();
        double[] flat = hypergradients.stream().flatMapToDouble(Arrays::stream).toArray();
        for (int i = 0; i < learned.size(); i++) {
            String name = learned.get(i).name();
            write(name, step, learned.get(i).value());
            if (i < flat.length) {
                write(name + "/hypergradient", step, flat[i]);
            }
            if (i < cosines.length) {
                write(name + "/cosine", step, cosines[i]);
            }
        }
        writeCounts(step);
    }

    private void writeCounts(long step) {
        writeCount("tower/skipped-steps", step, tower.skippedSteps());
        writeCount("tower/skipped-tunings", step, tower.skippedTunings());
        writeCount("tower/reverts", step, tower.reverts());
    }

    private void writeCount(String series, long step, long count) {
        if (count > 0) {
            write(series, step, (double) count);
        }
    }

    private void write(String series, long step, double value) {
        if (metrics != null) {
            metrics.record(series, step, value);
        }
        forEachTrace(trace -> trace.record(series, step, value));
    }

    private void forEachTrace(Consumer<TraceSink> action) {
        Iterator<TraceSink> all = traces.iterator();
        while (all.hasNext()) {
            TraceSink trace = all.next();
            try {
                action.accept(trace);
            } catch (RuntimeException e) {
                // Hours of training are worth more than a trace of it.
                logger.error("No more is traced to {}: {}", trace, e.getMessage());
                all.remove();
            }
        }
    }

    /** {@inheritDoc} */
    @Override
    public void onEpoch(Trainer trainer) {
        forEachTrace(TraceSink::flush);
    }

    /** {@inheritDoc} */
    @Override
    public void onTrainingEnd(Trainer trainer) {
        tower.flush();
        tower.forget(observer);
        if (parameters != null && tower.steps() == stepsBefore && tower.skippedSteps() == 0) {
            logger.warn(
                    "The tower of this listener made no step. Is it the optimizer of the training"
                            + " configuration?");
        }
        forEachTrace(TraceSink::flush);
    }

    /** Builds a {@link TowerListener}. */
    public static final class Builder {

        private @Nullable HyperTower tower;
        private final List<TraceSink> traces = new ArrayList<>();
        private int traceEverySteps = 1;
        private boolean cosines;
        private boolean toMetrics = true;

        private Builder() {}

        /**
         * Sets the tower.
         *
         * @param tower the optimizer of the training
         * @return this builder
         */
        public Builder setTower(HyperTower tower) {
            this.tower = Objects.requireNonNull(tower, "tower");
            return this;
        }

        /**
         * Adds a trace, such as a CSV file, TensorBoard's event files, or one in memory for a
         * {@link TowerReport}.
         *
         * @param trace where to write; flushed after each epoch and at the end of the training,
         *     closed by the caller
         * @return this builder
         */
        public Builder addTrace(TraceSink trace) {
            traces.add(Objects.requireNonNull(trace, "trace"));
            return this;
        }

        /**
         * Writes only some steps.
         *
         * @param steps the distance of two steps that are written, at least 1; default: 1
         * @return this builder
         * @throws IllegalArgumentException if the distance is less than 1
         */
        public Builder optTraceEvery(int steps) {
            if (steps < 1) {
                throw new IllegalArgumentException(
                        "The distance of traced steps must be at least 1, but was " + steps + ".");
            }
            traceEverySteps = steps;
            return this;
        }

        /**
         * Also measures the cosine of each step's gradient and the derivative of the last update by
         * each hyperparameter of the base: 1 means that more of it would have raised the loss as
         * fast as anything could.
         *
         * @param cosines whether to do so, which takes about as many passes over the weights again
         *     as the hypergradients; default: no
         * @return this builder
         */
        public Builder optCosines(boolean cosines) {
            this.cosines = cosines;
            return this;
        }

        /**
         * Writes to the metrics of the trainer, which keep every point in memory.
         *
         * @param toMetrics whether to do so; default: yes
         * @return this builder
         */
        public Builder optMetrics(boolean toMetrics) {
            this.toMetrics = toMetrics;
            return this;
        }

        /**
         * Builds the listener.
         *
         * @return the listener
         * @throws IllegalStateException if the tower is missing
         */
        public TowerListener build() {
            if (tower == null) {
                throw new IllegalStateException("Which tower is to be watched? Call setTower.");
            }
            return new TowerListener(this, tower);
        }
    }
}
