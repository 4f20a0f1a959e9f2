package io.github.gradkit.examples.adm;

import java.util.List;

/**
 * A training with one method, from the checkpoint of one seed.
 *
 * @param method how it was trained
 * @param lambda the weight of the regulariser, 0 if there is none
 * @param seed the seed
 * @param train how the training images are labelled
 * @param validationMiou the mean intersection over union on validation images, from 0 to 1
 * @param miou the same on test images
 * @param seconds what the training took
 * @param curve how the training images were labelled before the training and as epochs went by
 * @param labellings of the images that are shown, in order
 */
record Trial(
        Method method,
        double lambda,
        long seed,
        Assessment train,
        double validationMiou,
        double miou,
        double seconds,
        List<Point> curve,
        List<int[]> labellings) {

    /**
     * How images were labelled at one time.
     *
     * @param epoch how many passes had been made
     * @param assessment how they were labelled
     */
    record Point(int epoch, Assessment assessment) {}

    Trial {
        curve = List.copyOf(curve);
        labellings = List.copyOf(labellings);
    }

    /** Returns the grid energy of the training images, per pixel. */
    double energy() {
        return train.energy();
    }

    /** Returns the relaxed grid energy of the training images, per pixel. */
    double relaxed() {
        return train.relaxed();
    }
}
