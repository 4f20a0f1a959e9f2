package io.github.gradkit.examples.adm;

import io.github.gradkit.adm.data.ScribbledImage;
import java.util.List;
import java.util.stream.Stream;

/**
 * The images of one repetition.
 *
 * @param train images with scribbles to train with
 * @param validation images to choose the weight of the regulariser with
 * @param test images that nothing is decided with
 * @param labels the number of labels
 */
record SegmentationData(
        List<ScribbledImage> train,
        List<ScribbledImage> validation,
        List<ScribbledImage> test,
        int labels) {

    SegmentationData {
        train = List.copyOf(train);
        validation = List.copyOf(validation);
        test = List.copyOf(test);
    }

    /** Whether all images have full masks. */
    boolean hasMasks() {
        return Stream.of(train, validation, test)
                .flatMap(List::stream)
                .allMatch(image -> image.mask().isPresent());
    }

    /** Returns the share of pixels of the training images that have a scribble. */
    double labelledShare() {
        double pixels = 0;
        double labelled = 0;
        for (ScribbledImage image : train) {
            double size = (double) image.height() * image.width();
            pixels += size;
            labelled += size * image.labelledShare();
        }
        return labelled / pixels;
    }
}
