package io.github.gradkit.adacomp.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import io.github.gradkit.support.gradient.ParameterGradients;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A trainer that waits for its turn: PyTorch's engine has one gradient collector in a process, so
 * learners that share a process share a lock, which each holds from opening its collector to
 * closing it. Compressing, exchanging and stepping go on side by side.
 *
 * <p>{@link GradientCollector#zeroGradients} zeroes the gradients of this trainer's model only, and
 * those that are not finite, too. That of the engine takes in all models of the process.
 */
public final class TakeTurnsTrainer extends Trainer {

    private final ReentrantLock turn;

    /**
     * Makes a trainer.
     *
     * @param model the model
     * @param config the configuration
     * @param turn the lock that all learners of the process share
     */
    public TakeTurnsTrainer(Model model, TrainingConfig config, ReentrantLock turn) {
        super(model, config);
        this.turn = turn;
    }

    /** {@inheritDoc} */
    @Override
    public GradientCollector newGradientCollector() {
        turn.lock();
        try {
            return new Turn(super.newGradientCollector());
        } catch (RuntimeException | Error e) {
            turn.unlock();
            throw e;
        }
    }

    private final class Turn implements GradientCollector {

        private final GradientCollector collector;
        private boolean open = true;

        Turn(GradientCollector collector) {
            this.collector = collector;
        }

        @Override
        public void backward(NDArray target) {
            collector.backward(target);
        }

        /** Other learners may not have packed their gradients yet. */
        @Override
        public void zeroGradients() {
            for (Parameter parameter : getModel().getBlock().getParameters().values()) {
                if (parameter.isInitialized() && parameter.getArray().hasGradient()) {
                    ParameterGradients.clear(parameter.getArray());
                }
            }
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                try {
                    collector.close();
                } finally {
                    turn.unlock();
                }
            }
        }
    }
}
