package io.github.gradkit.examples.advtrain;

import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.examples.cli.CommonOptions;
import io.github.gradkit.examples.data.DataSetName;
import java.util.List;

/**
 * What a run does.
 *
 * @param dataset the data set
 * @param seed decides every random choice
 * @param methods how models are trained, one model each
 * @param ball the perturbations, of pixels from 0 to 1
 * @param epochs passes over the training images
 * @param steps attack steps per training step
 * @param beta the weight of robustness in TRADES and MART
 * @param batchSize examples per training step
 */
record Settings(
        DataSetName dataset,
        long seed,
        List<TrainingMethod> methods,
        EpsilonBall ball,
        int epochs,
        int steps,
        double beta,
        int batchSize) {

    /** Returns the length of an attack step in training. */
    double stepSize() {
        return 2.5 * ball.epsilon() / steps;
    }

    int engineSeed() {
        return CommonOptions.engineSeed(seed);
    }
}
