package io.github.gradkit.learninit.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;

/**
 * Steps of a trainer, which refuses a first one where the gradients add up to exactly 0. That is no
 * mistake where a loss is flat, such as between two solutions of one instance: such a step is left
 * out.
 */
public final class TrainerSteps {

    private final Trainer trainer;
    private boolean begun;

    /**
     * Begins with no step taken.
     *
     * @param trainer the trainer, which has not made a step yet
     */
    public TrainerSteps(Trainer trainer) {
        this.trainer = trainer;
    }

    /** Makes a step, unless the trainer would refuse it. */
    public void step() {
        if (begun || gradientSum() != 0) {
            trainer.step();
            begun = true;
        }
    }

    /** Adds up as the trainer does when it checks the gradients before its first step. */
    private float gradientSum() {
        try (NDManager scope = trainer.getManager().newSubManager()) {
            NDList sums = new NDList();
            for (Parameter parameter : trainer.getModel().getBlock().getParameters().values()) {
                if (parameter.requiresGradient()) {
                    NDArray gradient = parameter.getArray().getGradient();
                    gradient.attach(scope);
                    sums.add(gradient.sum());
                }
            }
            return sums.isEmpty() ? 0 : NDArrays.stack(sums).sum().getFloat();
        }
    }
}
