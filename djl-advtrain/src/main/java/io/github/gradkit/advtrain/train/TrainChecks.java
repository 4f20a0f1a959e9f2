package io.github.gradkit.advtrain.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ParameterPaths;
import org.jspecify.annotations.Nullable;

/** The rules for the settings of trainings. */
final class TrainChecks {

    private TrainChecks() {}

    static <T> T set(@Nullable T value, String what, String setter) {
        if (value == null) {
            throw new IllegalStateException(
                    "Adversarial training needs " + what + ". Call " + setter + ".");
        }
        return value;
    }

    static Block block(Model model) {
        Block block = model.getBlock();
        if (block == null) {
            throw new IllegalArgumentException(
                    "The model '" + model.getName() + "' has no block. Call setBlock on it first.");
        }
        return block;
    }

    /** Refuses a trainer that works on a copy of the weights, on another device. */
    static void sameDevice(Block block, Device trained) {
        for (Parameter parameter : ParameterPaths.of(block).values()) {
            Device own = parameter.getArray().getDevice();
            if (!own.equals(trained)) {
                throw new IllegalStateException(
                        "The model's weights are on "
                                + own
                                + ", but the trainer trains a copy of them on "
                                + trained
                                + ", so attacks and measurements would see weights that never"
                                + " change. Make the model on "
                                + trained
                                + " (Model.newInstance(name, device)), or set optDevices.");
            }
        }
    }

    static double beta(double beta) {
        if (!(beta >= 0) || Double.isInfinite(beta)) {
            throw new IllegalArgumentException(
                    "Beta must be 0 or more and finite, but was "
                            + beta
                            + ". It weighs robustness against clean accuracy.");
        }
        return beta;
    }
}
