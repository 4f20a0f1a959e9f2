package io.github.gradkit.examples.advtrain;

import io.github.gradkit.examples.model.Classifier;

/**
 * A trained model.
 *
 * @param method how it was trained
 * @param classifier the model
 * @param losses the mean training loss of each epoch
 * @param seconds how long the training took
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Trained(TrainingMethod method, Classifier classifier, double[] losses, double seconds)
        implements AutoCloseable {

    @Override
    public void close() {
        classifier.close();
    }
}
