package io.github.gradkit.support.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;
import io.github.gradkit.support.model.ModelFingerprint;
import io.github.gradkit.support.model.ParameterPaths;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.state.StateHeader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Saves what DJL's optimizers remember of earlier steps: momenta, means, variances and the counts
 * of updates. DJL itself saves none of it, so a training that is resumed without it is another one.
 *
 * <p>Sgd, Nag, Adam, AdamW, RmsProp, Adagrad and Adadelta can be saved, on one device. Settings
 * such as the learning rate are not saved: build the optimizer as it was. The {@code HyperTower} of
 * djl-hyperopt saves itself.
 */
public final class OptimizerState {

    private static final String KIND = "optimizer-state";
    private static final int VERSION = 1;
    private static final String OPTIMIZER = "optimizer";
    private static final String UPDATES = "updates";
    private static final String COUNT = "count/";

    private OptimizerState() {}

    /**
     * Writes the state of an optimizer.
     *
     * @param file the file; its folder must exist
     * @param optimizer the optimizer, between two steps
     * @param block the model that it trains
     * @throws StateFileException if the file can't be written
     * @throws IllegalArgumentException if it is not one of DJL's optimizers
     */
    public static void save(Path file, Optimizer optimizer, Block block) throws StateFileException {
        OptimizerInternals internals = OptimizerInternals.of(optimizer);
        StateHeader header =
                StateHeader.of(KIND, VERSION, ModelFingerprint.of(block))
                        .withProperty(OPTIMIZER, optimizer.getClass().getSimpleName())
                        .withProperty(UPDATES, Integer.toString(internals.updates()));
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (Map.Entry<String, Parameter> entry : ParameterPaths.of(block).entrySet()) {
            String id = entry.getValue().getId();
            Integer count = internals.counts().get(id);
            if (count != null) {
                header = header.withProperty(COUNT + entry.getKey(), count.toString());
            }
            for (String field : internals.fields()) {
                internals
                        .array(field, id)
                        .ifPresent(array -> arrays.put(name(field, entry), array));
            }
        }
        StateFile.write(file, header, arrays);
    }

    /**
     * Sets the state of an optimizer that was built with the same settings.
     *
     * @param file the file
     * @param optimizer the optimizer
     * @param block the model that it will train
     * @throws StateFileException if the file can't be read, or is of another model or another kind
     *     of optimizer; the optimizer is unchanged then
     * @throws IllegalArgumentException if it is not one of DJL's optimizers
     */
    public static void load(Path file, Optimizer optimizer, Block block) throws StateFileException {
        OptimizerInternals internals = OptimizerInternals.of(optimizer);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            StateFile state = StateFile.read(file, manager);
            state.require(KIND, VERSION, ModelFingerprint.of(block));
            Map<String, String> properties = state.header().properties();
            String saved = properties.getOrDefault(OPTIMIZER, "");
            if (!saved.equals(optimizer.getClass().getSimpleName())) {
                throw new StateFileException(
                        "State file "
                                + file
                                + ": It is of the optimizer "
                                + saved
                                + ", but is to be loaded into "
                                + optimizer.getClass().getSimpleName()
                                + ", which remembers other things. Use the same optimizer.");
            }
            internals.clear(Integer.parseInt(properties.getOrDefault(UPDATES, "0")));
            for (Map.Entry<String, Parameter> entry : ParameterPaths.of(block).entrySet()) {
                String id = entry.getValue().getId();
                String count = properties.get(COUNT + entry.getKey());
                if (count != null) {
                    internals.counts().put(id, Integer.valueOf(count));
                }
                for (String field : internals.fields()) {
                    NDArray array = state.arrays().get(name(field, entry));
                    if (array != null) {
                        internals.put(field, id, array, entry.getValue().getArray().getDevice());
                    }
                }
            }
        }
    }

    private static String name(String field, Map.Entry<String, Parameter> entry) {
        return field + "/" + entry.getKey();
    }
}
