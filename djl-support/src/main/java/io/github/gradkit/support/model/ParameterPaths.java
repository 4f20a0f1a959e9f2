package io.github.gradkit.support.model;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of a block under names that are equal in every process for the same architecture.
 *
 * <p>A path is the key in {@link Block#getParameters()}: the names of the child blocks and of the
 * parameter joined by an underscore, for example {@code 02Linear_weight}. Unlike {@link
 * Parameter#getId()} it holds nothing random.
 */
public final class ParameterPaths {

    private ParameterPaths() {}

    /**
     * Returns every parameter of the block under its path.
     *
     * <p>A parameter that is reached by several paths, because a block is used more than once, is
     * listed once, under the first of them. Frozen parameters and running statistics are listed
     * too.
     *
     * @param block the block, with all parameters initialised
     * @return the parameters in the order of {@link Block#getParameters()}; unmodifiable; the
     *     parameters stay owned by the block
     * @throws IllegalStateException if a parameter has no array yet
     * @throws IllegalArgumentException if two different parameters have the same path
     */
    public static Map<String, Parameter> of(Block block) {
        Map<String, Parameter> paths = new LinkedHashMap<>();
        Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Pair<String, Parameter> pair : block.getParameters()) {
            if (seen.add(pair.getValue())) {
                add(paths, pair.getKey(), pair.getValue());
            }
        }
        return Collections.unmodifiableMap(paths);
    }

    /**
     * Tells whether a parameter is a running statistic, as of batch normalisation: a forward pass
     * in training changes it, and no gradient does.
     *
     * @param parameter the parameter, with or without an array
     * @return whether it is a running mean or a running variance
     */
    public static boolean isRunningStatistic(Parameter parameter) {
        return parameter.getType() == Parameter.Type.RUNNING_MEAN
                || parameter.getType() == Parameter.Type.RUNNING_VAR;
    }

    private static void add(Map<String, Parameter> paths, String path, Parameter parameter) {
        if (!parameter.isInitialized()) {
            throw new IllegalStateException(
                    "Parameter '"
                            + path
                            + "' has no array yet, so it has neither a value nor a gradient. Call"
                            + " trainer.initialize(inputShapes) or block.initialize(manager,"
                            + " dataType, inputShapes), or load the model, before this call.");
        }
        if (paths.putIfAbsent(path, parameter) != null) {
            throw new IllegalArgumentException(
                    "Two different parameters have the path '"
                            + path
                            + "', so a saved array could not be told to belong to one of them."
                            + " Give the child blocks or the parameters different names.");
        }
    }
}
