package io.github.gradkit.examples.adm;

import io.github.gradkit.adm.data.ScribbledImage;
import io.github.gradkit.adm.data.SegmentationLabels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Chooses images that are worth a look. */
final class ShownImages {

    private static final int FROM_TRAIN = 2;
    private static final int FROM_TEST = 2;

    private ShownImages() {}

    /** Returns images with many labels, those to train with first. */
    static List<ScribbledImage> of(SegmentationData data) {
        List<ScribbledImage> shown = new ArrayList<>(richest(data.train(), FROM_TRAIN));
        shown.addAll(richest(data.test(), FROM_TEST));
        return shown;
    }

    /** Images with equally many labels stay in order. */
    private static List<ScribbledImage> richest(List<ScribbledImage> images, int count) {
        return images.stream()
                .sorted(Comparator.comparingLong(ShownImages::labels).reversed())
                .limit(count)
                .toList();
    }

    private static long labels(ScribbledImage image) {
        return Arrays.stream(image.scribbles())
                .filter(label -> label != SegmentationLabels.UNLABELLED)
                .distinct()
                .count();
    }
}
