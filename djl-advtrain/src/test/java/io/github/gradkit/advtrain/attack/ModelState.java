package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** All that training goes on from, bit by bit. */
final class ModelState {

    private ModelState() {}

    static Map<String, String> of(Block block) {
        Map<String, String> state = new LinkedHashMap<>();
        ParameterPaths.of(block)
                .forEach(
                        (path, parameter) -> {
                            state.put(path, hex(parameter.getArray()));
                            state.put(path + " gradient", gradient(parameter));
                            state.put(
                                    path + " flags",
                                    parameter.requiresGradient()
                                            + " "
                                            + parameter.getArray().hasGradient());
                        });
        return state;
    }

    private static String gradient(Parameter parameter) {
        if (!parameter.getArray().hasGradient()) {
            return "none";
        }
        try (NDArray gradient = parameter.getArray().getGradient()) {
            return hex(gradient);
        }
    }

    private static String hex(NDArray array) {
        return HexFormat.of().formatHex(array.toByteArray());
    }
}
