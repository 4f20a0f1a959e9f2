package io.github.gradkit.examples.adacomp;

import io.github.gradkit.examples.cli.CommonOptions;
import io.github.gradkit.examples.data.DataSetName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run does.
 *
 * @param dataset the data set
 * @param seed decides every random choice
 * @param learners the number of learners
 * @param optimizer updates the weights
 * @param compressors what to train with, one training each; dense first
 * @param epochs passes over the training images
 * @param batchSize examples per step of each learner
 * @param link the link to compute step times for, or {@code null}
 */
record Settings(
        DataSetName dataset,
        long seed,
        int learners,
        OptimizerKind optimizer,
        List<CompressorKind> compressors,
        int epochs,
        int batchSize,
        @Nullable Link link) {

    String learnersText() {
        return learners == 1 ? "1 learner" : learners + " learners";
    }

    int engineSeed() {
        return CommonOptions.engineSeed(seed);
    }
}
