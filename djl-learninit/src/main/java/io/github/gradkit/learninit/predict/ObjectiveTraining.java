package io.github.gradkit.learninit.predict;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Objective;
import io.github.gradkit.learninit.internal.ClosingAdam;
import io.github.gradkit.learninit.internal.SeededWeights;
import io.github.gradkit.learninit.internal.TrainerSteps;
import io.github.gradkit.learninit.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** Trains a block to predict arguments with a small value. */
final class ObjectiveTraining<X> {

    private final Problem<X> problem;
    private final IntFunction<List<X>> instances;
    private final int batch;
    private final List<Double> curve = new ArrayList<>();
    private long gradients;

    ObjectiveTraining(Problem<X> problem, IntFunction<List<X>> instances, int batch) {
        this.problem = problem;
        this.instances = instances;
        this.batch = batch;
    }

    ObjectiveInit run(Block block, Optional<Optimizer> optimizer, int steps, long seed) {
        final long begin = System.nanoTime();
        Model model = Model.newInstance("objective-init");
        try {
            model.setBlock(block);
            if (!block.isInitialized()) {
                block.setInitializer(new SeededWeights(seed), Parameter.Type.WEIGHT);
            }
            try (ClosingAdam adam = defaultOptimizer(steps)) {
                DefaultTrainingConfig config =
                        new DefaultTrainingConfig(Loss.l2Loss())
                                .optOptimizer(optimizer.orElse(adam));
                try (Trainer trainer = model.newTrainer(config)) {
                    train(trainer, steps);
                }
            }
            Cost cost = new Cost(0, gradients, 0, System.nanoTime() - begin);
            return new ObjectiveInit(model, curve, cost);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private static ClosingAdam defaultOptimizer(int steps) {
        float rate = (float) ObjectiveInit.DEFAULT_RATE;
        return ClosingAdam.falling(rate, rate / 50, steps);
    }

    private void train(Trainer trainer, int steps) {
        TrainerSteps updates = new TrainerSteps(trainer);
        for (int step = 0; step < steps; step++) {
            try (NDManager scope = trainer.getManager().newSubManager()) {
                NDList known = problem.known(scope, instances.apply(batch));
                if (step == 0) {
                    trainer.initialize(known.getShapes());
                }
                // Blocks of the problem, such as a classifier under attack, must not learn.
                Objective frozen = Objective.open(problem, known);
                try {
                    double value = backward(trainer, known);
                    requireNumber(value, step);
                    curve.add(value);
                } finally {
                    frozen.close();
                }
                updates.step();
            }
        }
    }

    private double backward(Trainer trainer, NDList known) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            HeadedOutput heads =
                    HeadedOutput.of(problem, trainer.forward(known).singletonOrThrow());
            NDArray values = heads.values(problem, known);
            gradients += values.size();
            NDArray loss = values.min(new int[] {1}).mean();
            collector.backward(loss);
            return loss.getFloat();
        }
    }

    private static void requireNumber(double value, int step) {
        if (!Double.isFinite(value)) {
            throw new IllegalStateException(
                    "The mean value at what the block predicts is "
                            + value
                            + " in training step "
                            + step
                            + ", so it can't be trained further. Make the block's outputs feasible,"
                            + " or lower the learning rate.");
        }
    }
}
