package io.github.gradkit.advtrain.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Arrays;

/** A training of which a script decides the accuracy: that share of 100 examples is right. */
final class Script implements AutoCloseable {

    private static final int EXAMPLES = 100;

    final Bench bench = Bench.of(Nets.linear(1), new Shape(1, 1));
    private final double[] accuracies;
    private final boolean perBatch;
    private int next;

    Script(boolean perBatch, double... accuracies) {
        this.perBatch = perBatch;
        this.accuracies = accuracies.clone();
    }

    ArrayDataset data() {
        float[] x = new float[EXAMPLES];
        long[] ones = new long[EXAMPLES];
        Arrays.fill(ones, 1);
        for (int i = 0; i < EXAMPLES; i++) {
            x[i] = (i + 0.5f) / EXAMPLES;
        }
        return new ArrayDataset.Builder()
                .setData(bench.manager.create(x, new Shape(EXAMPLES, 1)))
                .optLabels(bench.manager.create(ones))
                .setSampling(50, false)
                .build();
    }

    RobustAccuracy accuracy() {
        return RobustAccuracy.builder()
                .setDataset(data())
                .setAttack(Fgsm.of(EpsilonBall.linf(0)))
                .build();
    }

    /** Trains as long as the script goes. */
    void run(Trainer trainer) throws Exception {
        int epochs = perBatch ? (accuracies.length + 1) / 2 : accuracies.length;
        EasyTrain.fit(trainer, epochs, data(), null);
    }

    Trainer trainer(float rate, TrainingListener... listeners) {
        TrainingListener[] all = new TrainingListener[listeners.length + 1];
        all[0] = new Prompter();
        System.arraycopy(listeners, 0, all, 1, listeners.length);
        Trainer trainer =
                bench.model.newTrainer(
                        new DefaultTrainingConfig(TradesLoss.of(0))
                                .optOptimizer(
                                        Optimizer.sgd()
                                                .setLearningRateTracker(Tracker.fixed(rate))
                                                .build())
                                .addTrainingListeners(all));
        return bench.ready(trainer);
    }

    private NDArray parameter(String name) {
        return ParameterPaths.of(bench.model.getBlock()).get(name).getArray();
    }

    /** The share of examples that are right at the weights of now. */
    double now() {
        float threshold = -parameter("bias").toFloatArray()[0];
        return Math.round((1 - threshold) * EXAMPLES) / (double) EXAMPLES;
    }

    private final class Prompter extends TrainingListenerAdapter {

        @Override
        public void onTrainingBatch(Trainer trainer, BatchData batchData) {
            if (perBatch) {
                prompt();
            }
        }

        @Override
        public void onEpoch(Trainer trainer) {
            if (!perBatch) {
                prompt();
            }
        }

        private void prompt() {
            if (next < accuracies.length) {
                float threshold = (float) (1 - accuracies[next++]);
                parameter("weight").set(new NDIndex("..."), 1);
                parameter("bias").set(new NDIndex("..."), -threshold);
            }
        }
    }

    @Override
    public void close() {
        bench.close();
    }
}
