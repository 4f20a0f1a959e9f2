package io.github.gradkit.support.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The gradients of a block's trainable parameters.
 *
 * <p>No method leaves a gradient handle behind: the number of arrays on the model's manager is the
 * same before and after. The gradients are those of the arrays held by the {@link Parameter}
 * objects; mirrors that a trainer keeps on further devices are not covered. Not safe for use by
 * several threads at once.
 */
public final class ParameterGradients {

    private final Map<String, NDArray> arrays;

    private ParameterGradients(Map<String, NDArray> arrays) {
        this.arrays = arrays;
    }

    /**
     * Returns the gradients of those parameters that require one at this moment.
     *
     * @param block the block, with all parameters initialised
     * @return the gradients, in the order of {@link ParameterPaths#of(Block)}; nothing to close
     * @throws IllegalStateException if a parameter has no array yet, or requires a gradient but its
     *     array does not collect one
     */
    public static ParameterGradients of(Block block) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        ParameterPaths.of(block)
                .forEach(
                        (path, parameter) -> {
                            if (parameter.requiresGradient()) {
                                arrays.put(path, collecting(path, parameter));
                            }
                        });
        return new ParameterGradients(arrays);
    }

    private static NDArray collecting(String path, Parameter parameter) {
        NDArray array = parameter.getArray();
        if (!array.hasGradient()) {
            throw new IllegalStateException(
                    "Parameter '"
                            + path
                            + "' requires a gradient, but its array does not collect one, as after"
                            + " loading a model without a trainer. Call"
                            + " trainer.initialize(inputShapes) or parameter.freeze(false) first.");
        }
        return array;
    }

    /**
     * Returns the paths of the parameters.
     *
     * @return the paths, in the order of the arrays of {@link #read(NDManager)}; unmodifiable
     */
    public List<String> paths() {
        return Collections.unmodifiableList(new ArrayList<>(arrays.keySet()));
    }

    /**
     * Copies the gradients.
     *
     * <p>A parameter that no backward pass has reached yet has a gradient of zeros.
     *
     * @param manager the manager that owns the copies
     * @return one copy for each parameter, of the parameter's shape and data type, named by its
     *     path; to be closed by the caller or with the manager
     */
    public NDList read(NDManager manager) {
        NDList copies = new NDList(arrays.size());
        try {
            arrays.forEach(
                    (path, array) -> {
                        NDArray copy = GradientStorage.read(array, manager);
                        copy.setName(path);
                        copies.add(copy);
                    });
        } catch (RuntimeException | Error e) {
            copies.close();
            throw e;
        }
        return copies;
    }

    /**
     * Puts gradients back that {@link #read(NDManager)} returned, bit for bit.
     *
     * @param gradients one array for each parameter, in the order of {@link #paths()}; they stay
     *     owned by the caller
     * @throws IllegalArgumentException if the number of arrays, a shape or a data type differs;
     *     nothing is changed then
     * @throws IllegalStateException if a gradient other than zero is to be put where no backward
     *     pass has made a gradient yet
     */
    public void restore(NDList gradients) {
        if (gradients.size() != arrays.size()) {
            throw new IllegalArgumentException(
                    "There are "
                            + arrays.size()
                            + " parameters that require a gradient, but "
                            + gradients.size()
                            + " gradients were given. Give what read(manager) of the same model"
                            + " returned.");
        }
        List<String> paths = paths();
        for (int i = 0; i < paths.size(); i++) {
            requireFit(paths.get(i), gradients.get(i));
        }
        for (int i = 0; i < paths.size(); i++) {
            write(paths.get(i), gradients.get(i));
        }
    }

    private void requireFit(String path, NDArray gradient) {
        NDArray array = array(path);
        if (!array.getShape().equals(gradient.getShape())
                || array.getDataType() != gradient.getDataType()) {
            throw new IllegalArgumentException(
                    "The gradient of parameter '"
                            + path
                            + "' must be "
                            + array.getDataType()
                            + " "
                            + array.getShape()
                            + ", but was "
                            + gradient.getDataType()
                            + " "
                            + gradient.getShape()
                            + ". Give what read(manager) of the same model returned.");
        }
    }

    private void write(String path, NDArray gradient) {
        if (!GradientStorage.write(array(path), gradient)) {
            throw new IllegalStateException(
                    "Parameter '"
                            + path
                            + "' has no gradient yet that values could be put into. Run a backward"
                            + " pass that reaches it first.");
        }
    }

    private NDArray array(String path) {
        NDArray array = arrays.get(path);
        if (array == null) {
            throw new IllegalStateException("No parameter has the path '" + path + "'.");
        }
        return array;
    }

    /** Sets all gradients to zero, those that hold NaN or infinity too. */
    public void clear() {
        arrays.values().forEach(GradientStorage::clear);
    }

    /**
     * Copies the gradient of one array.
     *
     * @param array an array that collects a gradient
     * @param manager the manager that owns the copy
     * @return the copy, of the array's shape and data type; zeros if no backward pass has reached
     *     the array yet; to be closed by the caller or with the manager
     * @throws IllegalStateException if the array does not collect a gradient
     */
    public static NDArray read(NDArray array, NDManager manager) {
        return GradientStorage.read(array, manager);
    }

    /**
     * Puts values into the gradient of one array, such as {@link #read(NDArray, NDManager)} copied.
     *
     * @param array an array that collects a gradient
     * @param gradient the values, of the array's shape; they stay owned by the caller
     * @throws IllegalStateException if the array does not collect a gradient, or values other than
     *     zero are to be put where no backward pass has made a gradient yet
     */
    public static void write(NDArray array, NDArray gradient) {
        if (!GradientStorage.write(array, gradient)) {
            throw new IllegalStateException(
                    "An array of shape "
                            + array.getShape()
                            + " has no gradient yet that values could be put into. Run a backward"
                            + " pass that reaches it first.");
        }
    }

    /**
     * Tells whether the gradient of one array holds anything but zeros.
     *
     * @param array an array that collects a gradient
     * @return false if it is all zeros or no backward pass has reached the array yet; NaN counts as
     *     something
     * @throws IllegalStateException if the array does not collect a gradient
     */
    public static boolean anyNonZero(NDArray array) {
        return GradientStorage.anyNonZero(array);
    }

    /**
     * Sets the gradient of one array to zero, whatever it held.
     *
     * @param array an array that collects a gradient
     * @throws IllegalStateException if the array does not collect a gradient
     */
    public static void clear(NDArray array) {
        GradientStorage.clear(array);
    }
}
