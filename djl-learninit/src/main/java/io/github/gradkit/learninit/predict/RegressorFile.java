package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ModelFingerprint;
import io.github.gradkit.support.model.ParameterPaths;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.state.StateHeader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Predictors in state files. */
final class RegressorFile {

    private static final int VERSION = 1;
    private static final String HEADS = "heads";
    private static final String WEIGHT = "weight/";
    private static final String MEAN = "mean/";
    private static final String SPREAD = "spread/";
    private static final String OUTPUT = "output";

    private RegressorFile() {}

    static void write(Path file, String kind, Regressor regressor) throws StateFileException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        put(arrays, OUTPUT, regressor.output());
        for (int i = 0; i < regressor.inputs().size(); i++) {
            put(arrays, String.valueOf(i), regressor.inputs().get(i));
        }
        ParameterPaths.of(regressor.block())
                .forEach((path, parameter) -> arrays.put(WEIGHT + path, parameter.getArray()));
        StateHeader header =
                StateHeader.of(kind, VERSION, ModelFingerprint.of(regressor.block()))
                        .withProperty(HEADS, String.valueOf(regressor.heads()));
        StateFile.write(file, header, arrays);
    }

    private static void put(Map<String, NDArray> arrays, String name, Standard standard) {
        arrays.put(MEAN + name, standard.mean());
        arrays.put(SPREAD + name, standard.spread());
    }

    /** Reads into the regressor of a new rule; if it fails, the rule is closed. */
    static void readOrClose(Path file, String kind, Regressor regressor, LearnedRule rule)
            throws StateFileException {
        try {
            read(file, kind, regressor);
        } catch (StateFileException | RuntimeException e) {
            rule.close();
            throw e;
        }
    }

    /** Reads into a regressor that has no weights yet. */
    private static void read(Path file, String kind, Regressor regressor)
            throws StateFileException {
        StateHeader header = StateFile.readHeader(file);
        header.require(file, kind, VERSION);
        requireHeads(file, header, regressor);
        try (NDManager scope = NDManager.newBaseManager()) {
            StateFile state = StateFile.read(file, scope);
            List<Standard> inputs = new ArrayList<>();
            while (state.arrays().containsKey(MEAN + inputs.size())) {
                inputs.add(standard(file, state, String.valueOf(inputs.size())));
            }
            Standard output = standard(file, state, OUTPUT);
            List<Shape> rows = inputs.stream().map(Standard::row).toList();
            regressor.prepare(rows, output.row());
            state.require(kind, VERSION, ModelFingerprint.of(regressor.block()));
            for (Map.Entry<String, Parameter> entry :
                    ParameterPaths.of(regressor.block()).entrySet()) {
                NDArray saved = array(file, state, WEIGHT + entry.getKey());
                entry.getValue().getArray().set(new NDIndex("..."), saved);
            }
            NDManager owner = regressor.model().getNDManager();
            inputs.forEach(standard -> attach(standard, owner));
            attach(output, owner);
            regressor.replace(inputs, output);
        }
    }

    private static void requireHeads(Path file, StateHeader header, Regressor regressor)
            throws StateFileException {
        String heads = header.properties().getOrDefault(HEADS, "");
        if (!heads.equals(String.valueOf(regressor.heads()))) {
            throw new StateFileException(
                    "State file "
                            + file
                            + ": its predictor has "
                            + heads
                            + " heads, but "
                            + regressor.heads()
                            + " are asked for. Build the rule as it was when it was saved.");
        }
    }

    private static Standard standard(Path file, StateFile state, String name)
            throws StateFileException {
        return new Standard(array(file, state, MEAN + name), array(file, state, SPREAD + name));
    }

    private static NDArray array(Path file, StateFile state, String name)
            throws StateFileException {
        NDArray array = state.arrays().get(name);
        if (array == null) {
            throw new StateFileException(
                    "State file "
                            + file
                            + ": it has no array '"
                            + name
                            + "', which every predictor has. Save the predictor anew.");
        }
        return array;
    }

    private static void attach(Standard standard, NDManager owner) {
        standard.mean().attach(owner);
        standard.spread().attach(owner);
    }
}
