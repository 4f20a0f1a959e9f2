package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The running statistics of a model as they are now: the next forward pass changes them before the
 * weights that they belong to can be saved.
 */
final class StatisticsCopy implements AutoCloseable {

    private final NDManager manager;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();

    StatisticsCopy(Block block) {
        Map<String, Parameter> parameters = ParameterPaths.of(block);
        manager = parameters.values().iterator().next().getArray().getManager().newSubManager();
        manager.setName("checkpoint statistics");
        parameters.forEach(
                (path, parameter) -> {
                    if (ParameterPaths.isRunningStatistic(parameter)) {
                        arrays.put(path, keep(parameter.getArray().duplicate()));
                    }
                });
    }

    private NDArray keep(NDArray copy) {
        // A scope around the training loop must not free it before the next batch.
        NDScope.unregister(copy);
        copy.attach(manager);
        return copy;
    }

    /** The statistics by path of the parameter. */
    Map<String, NDArray> arrays() {
        return arrays;
    }

    @Override
    public void close() {
        manager.close();
    }
}
