package io.github.gradkit.adm.train;

import ai.djl.metric.Metrics;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import io.github.gradkit.support.trace.MetricsTrace;
import io.github.gradkit.support.trace.TraceSink;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records how the labellings of an {@link AdmLoss} come out: after each batch the data term, the
 * loss, the energies before and after, sweeps, the share of changed pixels and milliseconds.
 *
 * <p>The series go to the trainer's metrics, if it has some, under the names {@code adm/dataTerm,
 * adm/loss, adm/energyBefore, adm/energyAfter, adm/pottsBefore, adm/pottsAfter, adm/relaxed,
 * adm/sweeps, adm/converged, adm/changed, adm/milliseconds}, and to a sink if one is given. Their
 * meaning is that of {@link AdmRecord} and {@link LatentEnergy}. The listener only looks; training
 * is the same with and without it.
 */
public final class AdmListener extends TrainingListenerAdapter {

    private static final Logger logger = LoggerFactory.getLogger(AdmListener.class);

    private final AdmLoss loss;
    private final @Nullable TraceSink sink;
    private MeanEnergy epoch = new MeanEnergy();

    private AdmListener(AdmLoss loss, @Nullable TraceSink sink) {
        if (!loss.records()) {
            throw new IllegalArgumentException(
                    "This loss takes its labellings from a cache, so there is nothing to record"
                            + " batch by batch. PseudoLabelCache.records() tells of its rounds.");
        }
        this.loss = loss;
        this.sink = sink;
    }

    /**
     * Makes a listener that writes to the trainer's metrics.
     *
     * @param loss the loss of the training, with a step
     * @return a listener for one training
     * @throws IllegalArgumentException if the loss has a cache instead of a step
     */
    public static AdmListener of(AdmLoss loss) {
        return new AdmListener(loss, null);
    }

    /**
     * Makes a listener that writes to the trainer's metrics and to a sink.
     *
     * @param loss the loss of the training, with a step
     * @param sink receives the series; flushed after each epoch, closed by who made it
     * @return a listener for one training
     * @throws IllegalArgumentException if the loss has a cache instead of a step
     */
    public static AdmListener of(AdmLoss loss, TraceSink sink) {
        return new AdmListener(loss, sink);
    }

    @Override
    public void onTrainingBegin(Trainer trainer) {
        loss.forgetRecords();
    }

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
        Metrics metrics = trainer.getMetrics();
        for (Optional<AdmRecord> next = loss.nextRecord();
                next.isPresent();
                next = loss.nextRecord()) {
            AdmRecord record = next.get();
            if (metrics != null) {
                write(MetricsTrace.of(metrics, "adm/"), record);
            }
            if (sink != null) {
                write(sink, record);
            }
            epoch.add(record.energy(), record.images());
        }
    }

    private static void write(TraceSink to, AdmRecord record) {
        LatentEnergy energy = record.energy();
        to.record("dataTerm", record.step(), record.dataTerm());
        to.record("loss", record.step(), record.loss());
        to.record("energyBefore", record.step(), energy.energyBefore());
        to.record("energyAfter", record.step(), energy.energyAfter());
        to.record("pottsBefore", record.step(), energy.pottsBefore());
        to.record("pottsAfter", record.step(), energy.pottsAfter());
        to.record("relaxed", record.step(), energy.relaxed());
        to.record("sweeps", record.step(), energy.sweeps());
        to.record("converged", record.step(), energy.converged());
        to.record("changed", record.step(), energy.changed());
        to.record("milliseconds", record.step(), record.milliseconds());
    }

    @Override
    public void onEpoch(Trainer trainer) {
        LatentEnergy mean = epoch.mean();
        if (mean != null) {
            logger.info(
                    "Labelled {} images: energy {} to {}, grid energy {} to {}, {} of the pixels"
                            + " changed.",
                    epoch.images(),
                    mean.energyBefore(),
                    mean.energyAfter(),
                    mean.pottsBefore(),
                    mean.pottsAfter(),
                    mean.changed());
        }
        epoch = new MeanEnergy();
        if (sink != null) {
            sink.flush();
        }
    }
}
