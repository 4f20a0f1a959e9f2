package io.github.gradkit.learninit.predict;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import ai.djl.translate.Batchifier;
import io.github.gradkit.learninit.internal.Batches;
import io.github.gradkit.learninit.internal.Draws;
import io.github.gradkit.learninit.internal.TrainerSteps;
import io.github.gradkit.support.training.BatchLoss;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Fits a block by DJL's trainer to rows in memory. */
final class Training implements AutoCloseable {

    private final PredictorBuilder<?> settings;
    private final RenewedAdam adam = new RenewedAdam();
    private final MeanLoss mean = new MeanLoss();
    private final Trainer trainer;
    private final TrainerSteps steps;

    /** Opens a trainer for a block that has its weights. */
    Training(PredictorBuilder<?> settings, Model model, Loss loss) {
        this.settings = settings;
        trainer = model.newTrainer(config(model, loss));
        steps = new TrainerSteps(trainer);
    }

    private DefaultTrainingConfig config(Model model, Loss loss) {
        return new DefaultTrainingConfig(loss)
                .optDevices(new Device[] {model.getNDManager().getDevice()})
                .optOptimizer(settings.optimizer == null ? adam : settings.optimizer)
                .addTrainingListeners(mean)
                .addTrainingListeners(settings.listeners.toArray(new TrainingListener[0]));
    }

    /** Fits and returns the mean loss over the last epoch. */
    double run(int fit, List<Table> inputs, Table targets) {
        SplittableRandom random = new SplittableRandom(Draws.seed(settings.seed, fit + 1L));
        long batches = Batches.count(settings.batch, targets.rows());
        adam.renew(Math.toIntExact(batches * settings.epochs));
        trainer.setMetrics(new Metrics());
        trainer.initialize(shapes(inputs));
        if (settings.progress != null) {
            settings.progress.reset("Fitting the predictor", settings.epochs);
        }
        for (int epoch = 0; epoch < settings.epochs; epoch++) {
            mean.clear();
            epoch(inputs, targets, shuffled(targets.rows(), random));
            trainer.notifyListeners(listener -> listener.onEpoch(trainer));
            if (settings.progress != null) {
                settings.progress.increment(1);
            }
        }
        return mean.value();
    }

    private static Shape[] shapes(List<Table> inputs) {
        return inputs.stream().map(table -> new Shape(1).addAll(table.row())).toArray(Shape[]::new);
    }

    private static int[] shuffled(int rows, SplittableRandom random) {
        int[] order = IntStream.range(0, rows).toArray();
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    private void epoch(List<Table> inputs, Table targets, int[] order) {
        int to;
        for (int from = 0; from < order.length; from = to) {
            to = Batches.end(from, settings.batch, order.length);
            try (Batch batch = batch(inputs, targets, order, from, to)) {
                EasyTrain.trainBatch(trainer, batch);
                steps.step();
            }
        }
    }

    private Batch batch(List<Table> inputs, Table targets, int[] order, int from, int to) {
        NDManager manager = trainer.getManager().newSubManager();
        NDList data = new NDList();
        inputs.forEach(table -> data.add(table.take(manager, order, from, to)));
        NDList labels = new NDList(targets.take(manager, order, from, to));
        return new Batch(
                manager,
                data,
                labels,
                to - from,
                Batchifier.STACK,
                Batchifier.STACK,
                from,
                order.length);
    }

    @Override
    public void close() {
        trainer.close();
        adam.close();
    }

    /** The mean loss of an epoch. */
    private static final class MeanLoss extends TrainingListenerAdapter {

        private double sum;
        private long rows;

        void clear() {
            sum = 0;
            rows = 0;
        }

        double value() {
            return sum / rows;
        }

        @Override
        public void onTrainingBatch(Trainer trainer, BatchData batchData) {
            int size = batchData.getBatch().getSize();
            sum += size * BatchLoss.mean(trainer, batchData).orElse(Double.NaN);
            rows += size;
        }
    }
}
