package io.github.gradkit.adacomp.train;

import ai.djl.Model;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One of several learners in this process.
 *
 * @param exchange its place in the group; closed for it
 * @param turn the lock for gradient collectors, which all learners share
 */
public record Learner(GradientExchange exchange, ReentrantLock turn) {

    /**
     * Makes a trainer that takes turns with those of the other learners.
     *
     * @param model the model of this learner only
     * @param config the configuration of this learner only, with an optimizer of its own
     * @return the trainer, closed by the caller
     */
    public Trainer newTrainer(Model model, TrainingConfig config) {
        return new TakeTurnsTrainer(model, config, turn);
    }
}
