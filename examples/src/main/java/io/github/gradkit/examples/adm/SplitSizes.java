package io.github.gradkit.examples.adm;

import io.github.gradkit.adm.data.ScribbledImage;
import java.util.List;

/**
 * How many images serve what.
 *
 * @param train images to train with
 * @param validation images to choose with
 * @param test images to test with
 */
record SplitSizes(int train, int validation, int test) {

    /** The sizes for as many images as one likes: half as many to choose with, as many to test. */
    static SplitSizes of(int train) {
        return new SplitSizes(train, Math.max(1, train / 2), train);
    }

    /**
     * Returns sizes for fewer images: three parts to train, one to choose and one to test with.
     *
     * @param images how many there are
     * @param tests how many others there are to test with, 0 to split them off
     */
    SplitSizes within(int images, int tests) {
        int part = Math.max(1, images / (tests == 0 ? 5 : 4));
        int choose = Math.min(validation, part);
        int own = tests == 0 ? Math.min(test, part) : 0;
        return new SplitSizes(
                Math.min(train, images - choose - own), choose, Math.min(test, own + tests));
    }

    int sum() {
        return train + validation + test;
    }

    /** Splits images in their order. There may be more of them than needed. */
    SegmentationData split(List<ScribbledImage> images, int labels) {
        return new SegmentationData(
                images.subList(0, train),
                images.subList(train, train + validation),
                images.subList(train + validation, sum()),
                labels);
    }
}
