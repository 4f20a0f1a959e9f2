package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * The steps of projected gradient descent for whoever has input gradients of their own, as free
 * adversarial training has.
 *
 * <p>Opened for one batch; closing it frees what it keeps of the batch. Not safe for several
 * threads.
 */
public final class BallWalk implements AutoCloseable {

    private final NDManager manager;
    private final Region region;

    private BallWalk(NDManager manager, Region region) {
        this.manager = manager;
        this.region = region;
    }

    /**
     * Opens a batch.
     *
     * @param ball where perturbed inputs may lie
     * @param inputs the unperturbed inputs, {@code (batch, ...)}, of floating type; neither closed
     *     nor changed
     * @return the walk, to be closed by the caller
     * @throws IllegalArgumentException if an input is not finite or out of bounds
     */
    public static BallWalk of(EpsilonBall ball, NDArray inputs) {
        NDManager manager = inputs.getManager().newSubManager();
        try {
            return new BallWalk(manager, Region.of(ball, inputs, manager));
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Returns no perturbation.
     *
     * @return zeros {@code (batch, features)}, on the manager of this walk
     */
    public NDArray zero() {
        NDArray zero = region.flatInputs().zerosLike();
        zero.attach(manager);
        return zero;
    }

    /**
     * Returns the nearest allowed perturbation.
     *
     * @param perturbation {@code (batch, features)}, in units of the scale of the ball
     * @return a new array on the manager of the perturbation
     */
    public NDArray project(NDArray perturbation) {
        return region.box().project(perturbation);
    }

    /**
     * Takes a step of steepest ascent and projects.
     *
     * @param perturbation where to step from, {@code (batch, features)}
     * @param gradient the gradient of the loss by the inputs, of their shape; only its direction
     *     counts, example by example
     * @param stepSize the length of the step in the norm of the ball
     * @return a new array on the manager of the perturbation
     */
    public NDArray step(NDArray perturbation, NDArray gradient, double stepSize) {
        return step(perturbation, gradient, stepSize, 0);
    }

    /**
     * Takes a step and projects, which in the l1 norm goes along several features at once, see
     * {@link Pgd.Builder#optTopShare}.
     *
     * @param perturbation where to step from, {@code (batch, features)}
     * @param gradient the gradient of the loss by the inputs, of their shape; only its direction
     *     counts, example by example
     * @param stepSize the length of the step in the norm of the ball
     * @param topShare the share of all features along which a step in the l1 norm goes, from 0, for
     *     one feature, to 1; without effect in other norms
     * @return a new array on the manager of the perturbation
     * @throws IllegalArgumentException if the share is not from 0 to 1
     */
    public NDArray step(NDArray perturbation, NDArray gradient, double stepSize, double topShare) {
        int top = TopStep.count(topShare, region.flatInputs());
        try (NDArray pulled = region.pullBack(gradient)) {
            return region.box().climb(perturbation, pulled, stepSize, top);
        }
    }

    /**
     * Returns the inputs a perturbation leads to.
     *
     * @param perturbation {@code (batch, features)}
     * @return a new array of the shape of the inputs, on the manager of the perturbation
     */
    public NDArray inputs(NDArray perturbation) {
        return region.inputs(perturbation);
    }

    /** Frees what is kept of the batch. Closing again does nothing. */
    @Override
    public void close() {
        manager.close();
    }
}
