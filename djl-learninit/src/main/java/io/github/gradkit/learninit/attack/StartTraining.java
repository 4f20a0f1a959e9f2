package io.github.gradkit.learninit.attack;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.advtrain.attack.AttackLoss;
import io.github.gradkit.advtrain.attack.BallWalk;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.advtrain.attack.InputGradient;
import io.github.gradkit.advtrain.attack.LossInput;
import io.github.gradkit.support.gradient.CollectorConstants;
import java.util.SplittableRandom;

/** Trains the network of a learned start. */
final class StartTraining implements AutoCloseable {

    private static final int BATCH = 128;
    private static final double TINY = 1e-30;

    private final StartNet net;
    private final Trainer trainer;
    private final SplittableRandom random;
    private long gradients;

    StartTraining(StartNet net, float rate, long seed) {
        this.net = net;
        random = new SplittableRandom(seed);
        Device device = net.model().getNDManager().getDevice();
        trainer =
                net.model()
                        .newTrainer(
                                // Losses are computed here, so the one of the trainer is not used.
                                new DefaultTrainingConfig(Loss.l2Loss())
                                        .optDevices(new Device[] {device})
                                        .optOptimizer(
                                                Optimizer.adam()
                                                        .optLearningRateTracker(Tracker.fixed(rate))
                                                        .build()));
    }

    long gradients() {
        return gradients;
    }

    /** Raises the loss of the model where the network starts. */
    void fit(GradientScorer scorer, NDArray inputs, int[] labels, int passes, AttackLoss loss) {
        batches(
                labels,
                passes,
                inputs.getManager(),
                (rows, classes, scope) ->
                        raise(scorer, take(inputs, rows, scope), classes, loss, scope));
    }

    /** Brings what the network proposes near to what attacks have ended with. */
    void fit(NDArray inputs, int[] labels, NDArray changes, int passes) {
        batches(
                labels,
                passes,
                inputs.getManager(),
                (rows, classes, scope) ->
                        imitate(
                                take(inputs, rows, scope),
                                classes,
                                take(changes, rows, scope),
                                scope));
    }

    /** What is done with a batch. */
    private interface Lesson {
        void learn(long[] rows, int[] classes, NDManager scope);
    }

    /** Goes over the examples in random order, a batch at a time. */
    private void batches(int[] labels, int passes, NDManager manager, Lesson lesson) {
        for (int pass = 0; pass < passes; pass++) {
            int[] order = shuffled(labels.length);
            for (int from = 0; from < order.length; from += BATCH) {
                int size = Math.min(BATCH, order.length - from);
                long[] rows = new long[size];
                int[] classes = new int[size];
                for (int i = 0; i < size; i++) {
                    rows[i] = order[from + i];
                    classes[i] = labels[order[from + i]];
                }
                try (NDManager scope = manager.newSubManager()) {
                    lesson.learn(rows, classes, scope);
                }
            }
        }
    }

    private static NDArray take(NDArray array, long[] rows, NDManager scope) {
        NDArray taken = array.get(scope.create(rows));
        taken.attach(scope);
        return taken;
    }

    private int[] shuffled(int size) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /**
     * Makes a step that raises the loss of the model. The model is differentiated by its inputs
     * first; that gradient times the change has the same gradient by the weights of the network as
     * the loss itself. Each example counts the same, however small its gradient.
     */
    private void raise(
            GradientScorer scorer, NDArray inputs, int[] labels, AttackLoss loss, NDManager scope) {
        NDArray uphill;
        try (NDArray perturbed = perturbed(inputs, labels);
                NDArray column = LossInput.column(scope.create(labels), perturbed);
                InputGradient seen =
                        scorer.gradient(
                                perturbed,
                                (logits, constants) ->
                                        loss.evaluate(
                                                new LossInput(
                                                        logits, column, null, null, constants)))) {
            gradients += labels.length;
            uphill = perExample(seen.gradient(), scope);
        }
        step(
                new NDList(inputs, net.oneHot(labels, scope)),
                scope,
                (change, constants) -> change.mul(uphill).sum().neg());
    }

    private NDArray perturbed(NDArray inputs, int[] labels) {
        try (BallWalk walk = BallWalk.of(net.ball(), inputs);
                NDArray change = net.propose(inputs, labels);
                NDArray flat = change.reshape(labels.length, -1);
                NDArray allowed = walk.project(flat)) {
            NDArray perturbed = walk.inputs(allowed);
            perturbed.attach(inputs.getManager());
            return perturbed;
        }
    }

    /** Divides the gradient of each example by the sum of its sizes, and by their number. */
    private static NDArray perExample(NDArray gradient, NDManager scope) {
        long size = gradient.getShape().get(0);
        try (NDArray flat = gradient.reshape(size, -1);
                NDArray sizes = flat.abs();
                NDArray sums = sizes.sum(new int[] {1}, true);
                NDArray safe = sums.maximum(TINY);
                NDArray divisors = safe.mul(size);
                NDArray shares = flat.div(divisors)) {
            NDArray result = shares.reshape(gradient.getShape()).toType(DataType.FLOAT32, true);
            result.attach(scope);
            return result;
        }
    }

    /** Makes a step towards changes that attacks have ended with. */
    void imitate(NDArray inputs, int[] labels, NDArray changes, NDManager scope) {
        double unit = net.ball().epsilon() * net.ball().epsilon();
        step(
                new NDList(inputs, net.oneHot(labels, scope)),
                scope,
                (change, constants) ->
                        constants.mul(change.sub(changes).square().mean(), 1 / unit));
    }

    /** What is to become small. */
    private interface Objective {
        NDArray of(NDArray change, CollectorConstants constants);
    }

    private void step(NDList inputs, NDManager scope, Objective objective) {
        try (CollectorConstants constants = CollectorConstants.of(scope);
                GradientCollector collector = trainer.newGradientCollector()) {
            NDList raw = trainer.forward(inputs);
            collector.backward(
                    objective.of(net.change(raw, inputs.get(0).getShape(), constants), constants));
        }
        trainer.step();
    }

    @Override
    public void close() {
        trainer.close();
    }
}
