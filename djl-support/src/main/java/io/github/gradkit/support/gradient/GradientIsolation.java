package io.github.gradkit.support.gradient;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what happens inside a {@code try} block from reaching the training around it.
 *
 * <pre>{@code
 * try (GradientIsolation isolation = GradientIsolation.of(model.getBlock())) {
 *     // any backward passes, cleared gradients, frozen or unfrozen parameters
 * }
 * // gradients, flags and running statistics are as before
 * }</pre>
 *
 * <p>{@link #close()} restores, also after an exception:
 *
 * <ul>
 *   <li>the gradient of every parameter, bit for bit, frozen parameters included: without that, a
 *       parameter unfrozen inside would carry its gradient into a later unfreezing;
 *   <li>{@link Parameter#requiresGradient()} of every parameter and {@link
 *       ai.djl.ndarray.NDArray#hasGradient()} of its array;
 *   <li>always, the values of running statistics (parameters of type {@code RUNNING_MEAN} and
 *       {@code RUNNING_VAR}), which every forward pass in training mode moves, batch normalisation
 *       for one.
 * </ul>
 *
 * <p>The values of all other parameters are not saved: do not step an optimiser inside.
 *
 * <p>Torch makes the gradient of a parameter in the first backward pass that reaches it, and it
 * cannot be unmade. Where there was none before, a gradient of zeros stays. Training is the same
 * with either: DJL's {@code getGradient()} returns zeros for a missing gradient, so {@code
 * Trainer.step()} hands the optimiser zeros both ways, and the next backward pass adds to zero.
 * (Only a gradient of -0.0 would be added up to +0.0.)
 *
 * <p>The memory taken is one copy of the gradients of the trainable parameters and of the running
 * statistics. Frozen parameters take none unless they hold a gradient other than zero from earlier.
 * Covered are the arrays held by the {@link Parameter} objects, not mirrors on further devices.
 * Isolations may be nested, and closed in reverse order. Not safe for use by several threads.
 */
public final class GradientIsolation implements AutoCloseable {

    private final @Nullable NDManager manager;
    private final List<SavedParameter> saved = new ArrayList<>();
    private boolean closed;

    private GradientIsolation(Map<String, Parameter> parameters) {
        manager = parameters.isEmpty() ? null : newManager(parameters);
        if (manager == null) {
            return;
        }
        try {
            parameters.forEach(
                    (path, parameter) -> saved.add(SavedParameter.of(path, parameter, manager)));
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Saves the gradients, flags and running statistics of a block.
     *
     * @param block the block, with all parameters initialised
     * @return the isolation, to be closed after the code to be isolated and before the model
     * @throws IllegalStateException if a parameter has no array yet
     */
    public static GradientIsolation of(Block block) {
        return new GradientIsolation(ParameterPaths.of(block));
    }

    private static NDManager newManager(Map<String, Parameter> parameters) {
        Parameter first = parameters.values().iterator().next();
        NDManager manager = first.getArray().getManager().newSubManager();
        manager.setName("gradient isolation");
        return manager;
    }

    /**
     * Restores what {@link #of(Block)} saved.
     *
     * <p>Closing again does nothing. If the model was closed meanwhile there is nothing to restore.
     *
     * @throws IllegalStateException if a parameter could not be restored, because its array was
     *     closed inside; all others are restored nevertheless
     */
    @Override
    public void close() {
        if (closed || manager == null) {
            return;
        }
        closed = true;
        if (!manager.isOpen()) {
            return;
        }
        try {
            restoreAll();
        } finally {
            manager.close();
        }
    }

    private void restoreAll() {
        IllegalStateException failure = null;
        for (SavedParameter parameter : saved) {
            try {
                parameter.restore();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = new IllegalStateException(parameter.failure(), e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
