package io.github.gradkit.tracin.internal;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands the weights of a checkpoint to the blocks of a model, whose own weights stay untouched.
 *
 * <p>Blocks ask a {@link ParameterStore} for the array of each parameter. Answering with other
 * arrays runs the model at a checkpoint without loading the checkpoint into it, so nothing has to
 * be put back. Blocks that keep their weights elsewhere (TorchScript) never ask; {@link #asked}
 * tells.
 */
public final class CheckpointWeights extends ParameterStore {

    private final Map<Parameter, NDArray> arrays;
    private final Set<Parameter> trainable;
    private final Map<Parameter, NDArray> substitutes = new HashMap<>();
    private final Set<Parameter> asked = new HashSet<>();

    /**
     * Wraps loaded weights.
     *
     * @param manager owns the weights
     * @param arrays the array of each parameter of the model
     * @param trainable the parameters whose gradients count
     */
    public CheckpointWeights(
            NDManager manager, Map<Parameter, NDArray> arrays, Set<Parameter> trainable) {
        super(manager, false);
        this.arrays = arrays;
        this.trainable = trainable;
    }

    /** {@inheritDoc} */
    @Override
    public @Nullable NDArray getValue(
            @Nullable Parameter parameter, Device device, boolean training) {
        if (parameter == null) {
            return null;
        }
        asked.add(parameter);
        NDArray substitute = substitutes.get(parameter);
        return substitute != null ? substitute : array(parameter);
    }

    /**
     * Returns the weights of a parameter.
     *
     * @param parameter a parameter of the model
     * @return its array at this checkpoint
     */
    public NDArray array(Parameter parameter) {
        NDArray array = arrays.get(parameter);
        if (array == null) {
            throw new IllegalStateException(
                    "A block uses parameter '"
                            + parameter.getName()
                            + "', which getParameters() of the model doesn't list, so no checkpoint"
                            + " holds it: register the block as a child");
        }
        return array;
    }

    /**
     * Tells whether a parameter was trained, so that its gradient counts.
     *
     * @param parameter a parameter of the model
     * @return whether it counts
     */
    public boolean isTrainable(@Nullable Parameter parameter) {
        return parameter != null && trainable.contains(parameter);
    }

    /**
     * Tells whether any block has asked for a parameter.
     *
     * @param parameter a parameter of the model
     * @return whether it has been handed out
     */
    public boolean asked(Parameter parameter) {
        return asked.contains(parameter);
    }

    /**
     * Runs something with other values for some parameters.
     *
     * @param values the values instead of the checkpoint's
     * @param action what to run
     * @param <T> the type of the result
     * @return the action's result
     */
    public <T> T with(Map<Parameter, NDArray> values, Supplier<T> action) {
        substitutes.putAll(values);
        try {
            return action.get();
        } finally {
            substitutes.clear();
        }
    }

    /**
     * Lets results that DJL attaches to a weight's manager belong to a scope instead, for its
     * lifetime.
     *
     * @param scope a manager that is closed soon
     */
    public void lend(NDManager scope) {
        scope.tempAttachAll(new NDList(arrays.values()));
    }
}
