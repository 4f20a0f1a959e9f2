package io.github.gradkit.adacomp.train;

import ai.djl.nn.Block;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.Compressor;
import io.github.gradkit.adacomp.compress.GradientException;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.support.gradient.ParameterGradients;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.trace.MetricsTrace;
import io.github.gradkit.support.trace.TraceSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a training one of several learners: before each step, replaces the gradients by the average
 * over all learners, of which each sent only a part.
 *
 * <pre>{@code
 * config.addTrainingListeners(
 *         GradientCompressionListener.builder().setExchange(exchange).build());
 * }</pre>
 *
 * <p>It works between the backward pass and {@code trainer.step()}, so any optimizer will do that
 * looks at gradients and weights only. One that looks at the loss, as the {@code HyperTower} of
 * djl-hyperopt does with {@code optRevertOnLossSpike}, decides differently on each learner.
 * Averages are weighted by the number of examples, so that they are the gradient of the joined
 * batch. What is sent of a layer in parts counts the same on all learners, since most of it is owed
 * since earlier batches; where batches differ in size, what a gradient lacks of its weight, or has
 * beyond it, is owed too. All learners must begin with the same weights ({@link InitialWeights})
 * and have the same number of batches ({@link ShardedDataset}); now and then a checksum of the
 * weights is compared. At the end of each epoch, running statistics such as those of BatchNorm are
 * averaged, each learner counting the same. {@code EasyTrain.fit} validates before that, with the
 * statistics of each learner; add listeners that save the model after this one.
 *
 * <p>Only float32 parameters that collect a gradient at the first batch take part; one that is
 * frozen or unfrozen later is an error. A gradient that is NaN or infinite is refused before
 * anything is sent, by a {@link GradientException} that ends {@code EasyTrain.trainBatch}. Whoever
 * catches it must zero the gradients before the next batch, to which DJL would add them: {@link
 * ParameterGradients#clear()}, since {@code zeroGradients()} of the engine's collector leaves NaN.
 * The other learners wait meanwhile. So train another batch in its place, or have all learners
 * leave out theirs: else they are out of step, and fail at the end of the epoch at the latest. The
 * gradients are written all or not at all. After a failed exchange the listener can't go on,
 * because residues and messages no longer match; go back to the last checkpoint.
 *
 * <p>On a GPU, {@link AdaComp} works on the GPU: to the host go what is sent, the largest value of
 * each bin, layers that are sent as they are, and, in steps that are traced, gradients and
 * residues. Back come the averages, one copy for each layer. Residues stay on the GPU until the
 * model is closed, so {@link #save} before. Other compressors copy all gradients to the host. What
 * is sent is the same, bit for bit; see {@link Builder#optPackOnDevice}.
 *
 * <p>With one learner and the compressor {@link io.github.gradkit.adacomp.compress.Dense} the
 * training is the same, bit for bit, as without the listener. One listener serves one trainer. It
 * does not close its exchange.
 */
public final class GradientCompressionListener extends TrainingListenerAdapter {

    /** The default distance of two checksums of the weights. */
    public static final int CHECKSUM_EVERY_DEFAULT = 100;

    /** The default distance of two steps that are traced. */
    public static final int TRACE_EVERY_DEFAULT = 50;

    /** The default size of a gradient of which nothing was sent. */
    public static final double GRADIENT_FLOOR_DEFAULT = 1e-16;

    private static final double LARGEST_FLOOR = 1e-14;

    private final GradientExchange exchange;
    private final Compressor compressor;
    private final PackingPlace place;
    private final BatchGroup batches;
    private final int checksumEvery;
    private final int traceEvery;
    private final float gradientFloor;
    private final ResidueRule residueRule;
    private final StepTrace trace;
    private final List<Consumer<StepReport>> observers;
    private @Nullable LearnerSteps steps;
    private boolean metricsAsked;

    private GradientCompressionListener(Builder builder, GradientExchange exchange) {
        this.exchange = exchange;
        compressor = builder.compressor;
        place = builder.place;
        batches = new BatchGroup(builder.exchangeEvery);
        checksumEvery = builder.checksumEvery;
        traceEvery = builder.traceEvery;
        gradientFloor = (float) builder.gradientFloor;
        residueRule = builder.residueRule;
        trace = new StepTrace(builder.traces);
        observers = List.copyOf(builder.observers);
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
        LearnerSteps bound = bind(trainer.getModel().getBlock());
        bound.layers().requireTrainable(trainer);
        if (!batches.add(bound.layers(), batchData.getBatch().getSize())) {
            return;
        }
        boolean traced = bound.step() % traceEvery == 0;
        StepReport report;
        try {
            report = bound.exchange(trainer.getManager(), batches.examples(), traced);
        } finally {
            // Also of a gradient that was refused: no exchange will come for it any more.
            batches.clear();
        }
        if (traced) {
            addMetrics(trainer);
            trace.write(report);
            observers.forEach(observer -> observer.accept(report));
        }
    }

    private void addMetrics(Trainer trainer) {
        // Not in onTrainingBegin: the trainer has no metrics then.
        if (!metricsAsked && trainer.getMetrics() != null) {
            metricsAsked = true;
            trace.add(MetricsTrace.of(trainer.getMetrics()));
        }
    }

    private LearnerSteps bind(Block block) {
        LearnerSteps bound = steps;
        if (bound == null) {
            bound = newSteps(block);
            steps = bound;
        }
        if (bound.layers().block() != block) {
            throw new IllegalStateException(
                    "This listener already belongs to another model, of which it holds the"
                            + " residues. Make a new listener for each trainer.");
        }
        return bound;
    }

    private LearnerSteps newSteps(Block block) {
        ModelLayers layers = ModelLayers.of(block);
        return new LearnerSteps(
                exchange, compressor, layers, place, checksumEvery, gradientFloor, residueRule);
    }

    /** {@inheritDoc} */
    @Override
    public void onEpoch(Trainer trainer) {
        bind(trainer.getModel().getBlock()).averageStatistics();
        trace.flush();
    }

    /** {@inheritDoc} */
    @Override
    public void onTrainingEnd(Trainer trainer) {
        trace.flush();
    }

    /**
     * Returns the number of exchanges so far, those of a restored training included.
     *
     * @return 0 or more
     */
    public long step() {
        return steps == null ? 0 : steps.step();
    }

    /**
     * Returns how much this learner has sent since it was made: whole messages of gradients.
     *
     * @return bytes
     */
    public long bytesSent() {
        return steps == null ? 0 : steps.bytesSent();
    }

    /**
     * Returns how much this learner has sent since it was made, in the accounting of the paper:
     * payload only.
     *
     * @return bits
     */
    public long paperBitsSent() {
        return steps == null ? 0 : steps.paperBitsSent();
    }

    /**
     * Returns what this learner has sent and owes of each layer, in the steps that were traced: for
     * all steps, see {@link Builder#optTraceEvery}.
     *
     * @return one for each layer, in structural order; empty before the first batch
     */
    public List<LayerTraffic> traffic() {
        return steps == null ? List.of() : steps.traffic();
    }

    /**
     * Saves what this learner owes, and the step. Every learner saves a file of its own, between
     * two steps. Weights and optimizer are saved apart, see {@link
     * io.github.gradkit.support.training.OptimizerState}.
     *
     * @param file the file; its folder must exist
     * @throws StateFileException if the file can't be written
     * @throws IllegalStateException if there was no batch yet, batches are waiting for an exchange,
     *     or an exchange has failed
     */
    public void save(Path file) throws StateFileException {
        LearnerSteps bound = steps;
        if (bound == null) {
            throw new IllegalStateException(
                    "There was no batch yet, so nothing is owed. Save after a step.");
        }
        batches.requireEmpty();
        bound.save(file);
    }

    /**
     * Restores what was saved, before the first batch. If the number of learners is the same, the
     * file of the same rank is enough. If it has changed, all files are needed: of {@code n}
     * learners, rank {@code r} takes over what the former ranks {@code r}, {@code r + n} and so on
     * owed, so that the sum over all learners stays the same, up to rounding, or the average, see
     * {@link Builder#optResidueRule}.
     *
     * @param block the model of the trainer, with its parameters loaded and frozen as they will be
     * @param files files of one save
     * @throws StateFileException if a file is damaged, of another model, compressor or step, or if
     *     one is missing
     * @throws IllegalStateException if there was a batch already
     * @throws IllegalArgumentException if the compressor is not for this model
     */
    public void restore(Block block, Path... files) throws StateFileException {
        if (steps != null) {
            throw new IllegalStateException(
                    "This listener is at step "
                            + steps.step()
                            + " already. Restore into a new listener, before the first batch.");
        }
        LearnerSteps restored = newSteps(block);
        restored.restore(files);
        steps = restored;
    }

    /** Builds a {@link GradientCompressionListener}. */
    public static final class Builder {

        private @Nullable GradientExchange exchange;
        private Compressor compressor = AdaComp.ofDefaults();
        private PackingPlace place = PackingPlace.AUTOMATIC;
        private int exchangeEvery = 1;
        private int checksumEvery = CHECKSUM_EVERY_DEFAULT;
        private int traceEvery = TRACE_EVERY_DEFAULT;
        private double gradientFloor = GRADIENT_FLOOR_DEFAULT;
        private ResidueRule residueRule = ResidueRule.SUM;
        private final List<TraceSink> traces = new ArrayList<>();
        private final List<Consumer<StepReport>> observers = new ArrayList<>();

        private Builder() {}

        /**
         * Sets the place of this learner in its group.
         *
         * @param exchange the exchange, closed by the caller
         * @return this builder
         */
        public Builder setExchange(GradientExchange exchange) {
            this.exchange = Objects.requireNonNull(exchange, "exchange");
            return this;
        }

        /**
         * Sets what is sent of the gradients. All learners must have the same. If it is not for the
         * model, the first batch or {@link GradientCompressionListener#restore} throws an {@link
         * IllegalArgumentException}, see {@link Compressor#check}.
         *
         * @param compressor the compressor; default: {@link AdaComp#ofDefaults()}
         * @return this builder
         */
        public Builder optCompressor(Compressor compressor) {
            this.compressor = Objects.requireNonNull(compressor, "compressor");
            return this;
        }

        /**
         * Sets where {@link AdaComp} packs. Default: where the model is, so that gradients on a GPU
         * stay there, and those on the CPU are read in place, which is faster there. Learners that
         * train together may differ.
         *
         * @param onDevice true for NDArray operations, on the CPU too; false for the host, which
         *     spares a GPU the memory of the residues, as large as the weights, but copies all
         *     gradients
         * @return this builder
         */
        public Builder optPackOnDevice(boolean onDevice) {
            place = onDevice ? PackingPlace.DEVICE : PackingPlace.HOST;
            return this;
        }

        /**
         * Exchanges the gradients of several batches at once. DJL adds gradients up until {@code
         * step()}, so call {@code EasyTrain.trainBatch} that often and {@code trainer.step()} once.
         * {@code EasyTrain.fit} can't be used: it steps after each batch. The gradients are a sum
         * over the batches; for their mean, give the optimizer {@code setRescaleGrad(1f /
         * batches)}. Sums of learners are weighted by their examples since the last exchange, so
         * they are those of the joined batches only where the batches of an exchange are equally
         * large: see {@link ShardedDataset.Builder#optDropLast}. Batches that are left over at the
         * end of an epoch go on in the next. Costs a checksum of all weights at each batch, to find
         * a step in between.
         *
         * @param batches how many, at least 1, equal on all learners; default: 1
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optExchangeEvery(int batches) {
            exchangeEvery = positive("The number of batches of an exchange", batches);
            return this;
        }

        /**
         * Sets how often checksums of the weights are exchanged. They are also at the first
         * exchange. All learners must have the same interval.
         *
         * @param steps the distance in steps, at least 1; default: {@value #CHECKSUM_EVERY_DEFAULT}
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optChecksumEvery(int steps) {
            checksumEvery = positive("The distance of checksums", steps);
            return this;
        }

        /**
         * Sets how often series are written. A traced step passes once more over gradients and
         * residues, and DJL's metrics keep some 230 bytes for each point of up to 5 series for each
         * layer; at the default both are small beside the training.
         *
         * @param steps the distance in steps, at least 1; default: {@value #TRACE_EVERY_DEFAULT}
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optTraceEvery(int steps) {
            traceEvery = positive("The distance of traced steps", steps);
            return this;
        }

        /**
         * Sets what the optimizer sees as the gradient where no learner has sent a value. With
         * zeros, a momentum only shrinks, and after some hundred steps is so small that processors
         * work on it many times slower: the optimizer of a small network took almost three times as
         * long. This size is far too small for SGD to move a weight, and its sign changes with each
         * step. Adam divides a gradient by its usual size, but by 1e-8, its epsilon, at the least:
         * of a weight of which nothing is ever sent, a floor of 1e-14 makes at most a millionth of
         * an ordinary step. With an epsilon far below 1e-8, set 0. All learners must have the same.
         *
         * @param size from 0, for exact zeros, to 1e-14; default: {@value #GRADIENT_FLOOR_DEFAULT}
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder optGradientFloor(double size) {
            if (!(size >= 0 && size <= LARGEST_FLOOR)) {
                throw new IllegalArgumentException(
                        "The floor of gradients must be from 0 to "
                                + LARGEST_FLOOR
                                + ", but was "
                                + size
                                + ". More would move weights, in a direction that means nothing."
                                + " The default is "
                                + GRADIENT_FLOOR_DEFAULT
                                + ".");
            }
            gradientFloor = size;
            return this;
        }

        /**
         * Sets what stays the same of the residues if {@link #restore} finds that the number of
         * learners has changed.
         *
         * @param rule the rule; default: {@link ResidueRule#SUM}
         * @return this builder
         */
        public Builder optResidueRule(ResidueRule rule) {
            residueRule = Objects.requireNonNull(rule, "rule");
            return this;
        }

        /**
         * Adds a trace beside the metrics of the trainer. Series are {@code adacomp/packMillis},
         * {@code exchangeMillis} and {@code unpackMillis}, and for each layer {@code
         * adacomp/LAYER/rate} (in the accounting of the paper), {@code rateBytes}, {@code
         * sentPerBin}, {@code residueNorm} and {@code residueToGradient}. One in memory makes a
         * {@link io.github.gradkit.adacomp.report.CompressionReport}.
         *
         * @param trace where to write; flushed after each epoch and at the end of the training,
         *     closed by the caller
         * @return this builder
         */
        public Builder addTrace(TraceSink trace) {
            traces.add(Objects.requireNonNull(trace, "trace"));
            return this;
        }

        private static int positive(String what, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(
                        what + " must be 1 or more, but was " + value + ".");
            }
            return value;
        }

        /**
         * Adds someone who is told of the same steps as the traces. What it throws ends the
         * training.
         *
         * @param observer is called in the thread of the training, after the exchange
         * @return this builder
         */
        public Builder addObserver(Consumer<StepReport> observer) {
            observers.add(Objects.requireNonNull(observer, "observer"));
            return this;
        }

        /**
         * Builds the listener.
         *
         * @return the listener
         * @throws IllegalStateException if the exchange is missing
         */
        public GradientCompressionListener build() {
            if (exchange == null) {
                throw new IllegalStateException(
                        "With which learners are gradients to be exchanged? Call setExchange, for"
                                + " example with one of InProcessExchange.group.");
            }
            return new GradientCompressionListener(this, exchange);
        }
    }
}
