package io.github.gradkit.learninit.attack;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import io.github.gradkit.advtrain.attack.AttackLoss;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.learninit.internal.Batches;
import io.github.gradkit.learninit.internal.ClosingAdam;
import io.github.gradkit.learninit.internal.TrainerSteps;
import io.github.gradkit.support.gradient.CollectorConstants;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Trains the network of a learned start. */
final class StartTraining implements AutoCloseable {

    private static final int BATCH = 128;

    private final StartNet net;
    private final double rate;
    private final SplittableRandom random;
    private @Nullable Training training;
    private List<String> trained = List.of();
    private long gradients;

    StartTraining(StartNet net, double rate, long seed) {
        this.net = net;
        this.rate = rate;
        random = new SplittableRandom(seed);
    }

    /** Weights that were loaded are other arrays, which a trainer made before does not know. */
    private Training training() {
        List<String> weights =
                ParameterPaths.of(net.model().getBlock()).values().stream()
                        .map(parameter -> parameter.getArray().getUid())
                        .toList();
        if (training == null || !weights.equals(trained)) {
            close();
            training = open();
            trained = weights;
        }
        return training;
    }

    private Training open() {
        Device device = net.model().getNDManager().getDevice();
        ClosingAdam adam = ClosingAdam.fixed((float) rate);
        // Losses are computed here, so the one of the trainer is not used.
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.l2Loss())
                        .optDevices(new Device[] {device})
                        .optOptimizer(adam);
        Trainer trainer = net.model().newTrainer(config);
        return new Training(trainer, adam, new TrainerSteps(trainer));
    }

    /** A trainer and what belongs to it. */
    private record Training(Trainer trainer, ClosingAdam adam, TrainerSteps steps)
            implements AutoCloseable {

        @Override
        public void close() {
            trainer.close();
            adam.close();
        }
    }

    /** What the optimizer remembers now. */
    List<NDArray> remembered() {
        return training == null ? List.of() : training.adam().remembered();
    }

    /** How many gradients of a model were taken so far, one for each example. */
    long gradients() {
        return gradients;
    }

    void count(long taken) {
        gradients += taken;
    }

    /** Raises the loss of the model where the network starts. */
    void raise(GradientScorer scorer, NDArray inputs, int[] labels, int passes, AttackLoss loss) {
        Uphill uphill = new Uphill(net, scorer, loss);
        batches(
                labels,
                passes,
                inputs.getManager(),
                (rows, classes, scope) -> {
                    NDArray some = take(inputs, rows, scope);
                    gradients += classes.length;
                    climb(uphill, some, classes, scope);
                });
    }

    /** Brings what the network proposes near to what attacks have ended with. */
    void imitate(NDArray inputs, int[] labels, NDArray changes, int passes) {
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
            int to;
            for (int from = 0; from < order.length; from = to) {
                to = Batches.end(from, BATCH, order.length);
                int size = to - from;
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
     * Makes a step that raises the loss of the model. The gradient of the model by its inputs,
     * times the change, has the same gradient by the weights of the network as the loss itself.
     */
    private void climb(Uphill uphill, NDArray inputs, int[] labels, NDManager scope) {
        NDArray direction = uphill.of(inputs, labels, scope);
        if (direction == null) {
            // The model is flat here: nothing to learn, and a trainer refuses gradients of zero.
            return;
        }
        step(inputs, labels, scope, (change, constants) -> change.mul(direction).sum().neg());
    }

    /** Makes a step towards changes that attacks have ended with. */
    void imitate(NDArray inputs, int[] labels, NDArray changes, NDManager scope) {
        NDArray typed = changes.toType(StartNet.TYPE, true);
        typed.attach(scope);
        double unit = net.ball().epsilon() * net.ball().epsilon();
        step(
                inputs,
                labels,
                scope,
                (change, constants) -> {
                    NDArray difference = change.sub(typed);
                    return constants.mul(difference.mul(difference).mean(), 1 / unit);
                });
    }

    /** What is to become small. */
    private interface Objective {
        NDArray of(NDArray change, CollectorConstants constants);
    }

    private void step(NDArray inputs, int[] labels, NDManager scope, Objective objective) {
        NDArray typed = inputs.toType(StartNet.TYPE, true);
        typed.attach(scope);
        NDList seen = new NDList(typed, net.oneHot(labels, scope));
        Training current = training();
        try (CollectorConstants constants = CollectorConstants.of(scope);
                GradientCollector collector = current.trainer().newGradientCollector()) {
            NDList raw = current.trainer().forward(seen);
            double epsilon = net.ball().epsilon();
            NDArray change = net.change(raw, inputs.getShape(), epsilon, constants);
            collector.backward(objective.of(change, constants));
        }
        current.steps().step();
    }

    @Override
    public void close() {
        if (training != null) {
            training.close();
            training = null;
        }
    }
}
