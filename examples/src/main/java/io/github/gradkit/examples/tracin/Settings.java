package io.github.gradkit.examples.tracin;

import io.github.gradkit.examples.data.DataSetName;
import java.util.OptionalInt;

/**
 * What one run does.
 *
 * @param dataset the data set
 * @param seed the seed of every random choice
 * @param model the network
 * @param epochs passes over the training examples
 * @param batchSize examples per step of the training
 * @param learningRate the step size
 * @param flip how labels are spoiled
 * @param flipRate the share of spoiled training labels, between 0 and 1
 * @param checkpoints how many checkpoints to sum over
 * @param layers the layers to compare gradients of
 * @param limit the largest number of training and of test examples
 */
record Settings(
        DataSetName dataset,
        long seed,
        ModelKind model,
        int epochs,
        int batchSize,
        float learningRate,
        FlipKind flip,
        double flipRate,
        int checkpoints,
        LayerPattern layers,
        OptionalInt limit) {}
