package io.github.gradkit.examples.hyperopt;

/**
 * How one training ended.
 *
 * @param testError the share of test images that are classified wrongly
 * @param loss the mean loss of the training images
 * @param diverged whether numbers stopped being finite; the other figures are those of guessing
 *     then
 */
record Trained(double testError, double loss, boolean diverged) {

    /** Makes the figures of a classifier that gives each class the same probability. */
    static Trained guessing(int classes, boolean diverged) {
        return new Trained(1 - 1.0 / classes, Math.log(classes), diverged);
    }
}
