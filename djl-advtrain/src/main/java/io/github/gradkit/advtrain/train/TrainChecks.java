package io.github.gradkit.advtrain.train;

import ai.djl.Model;
import ai.djl.nn.Block;
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
