package io.github.gradkit.examples.adm;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.TranslateException;
import io.github.gradkit.adm.data.ScribbleDataset;
import io.github.gradkit.adm.data.ScribbledImage;
import io.github.gradkit.adm.data.SegmentationLabels;
import io.github.gradkit.adm.loss.GridPottsLoss;
import io.github.gradkit.adm.loss.Relaxation;
import io.github.gradkit.adm.score.ConfusionMatrix;
import io.github.gradkit.adm.score.MeanIoU;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;

/** Measures how networks label some images, whole ones and always the same. */
final class Examiner {

    private static final int BATCH = 20;

    /** Keeps what the layers hold of a batch to some hundred megabytes. */
    private static final int PIXELS = 400_000;

    private final ScribbleDataset images;
    private final int labels;

    /**
     * Makes an examiner.
     *
     * @param masks whether to compare with full masks or with scribbles
     */
    Examiner(List<ScribbledImage> images, int labels, boolean masks) {
        this.images =
                ScribbleDataset.builder()
                        .setImages(images)
                        .optMasks(masks)
                        .optLabels(labels)
                        .setSampling(batch(images), false)
                        .build();
        this.labels = labels;
    }

    private static int batch(List<ScribbledImage> images) {
        ScribbledImage first = images.get(0);
        boolean alike =
                images.stream()
                        .allMatch(
                                image ->
                                        image.height() == first.height()
                                                && image.width() == first.width());
        int fitting = PIXELS / (first.height() * first.width());
        return alike ? Math.max(1, Math.min(BATCH, fitting)) : 1;
    }

    /** Measures energies too. */
    Assessment assess(Segmenter network) throws IOException, TranslateException {
        Energies[] sum = {new Energies(0, 0, 0)};
        double miou =
                miou(
                        network,
                        (labels, scores) -> sum[0] = sum[0].plus(Energies.of(labels, scores)));
        return new Assessment(sum[0].hard / sum[0].pixels, sum[0].relaxed / sum[0].pixels, miou);
    }

    /** Returns the mean intersection over union, from 0 to 1. */
    double miou(Segmenter network) throws IOException, TranslateException {
        return miou(network, (labels, scores) -> {});
    }

    private double miou(Segmenter network, BiConsumer<NDList, NDArray> also)
            throws IOException, TranslateException {
        ConfusionMatrix confusion = new ConfusionMatrix(labels);
        try (NDManager manager = network.manager().newSubManager()) {
            for (Batch batch : images.getData(manager)) {
                try (batch) {
                    NDList scores = network.score(batch.getData());
                    confusion.add(MeanIoU.confusion(batch.getLabels(), scores));
                    also.accept(batch.getLabels(), scores.head());
                }
            }
        }
        return confusion.meanIntersectionOverUnion();
    }

    /**
     * Returns the grid energy per pixel of what the images are compared with; not a number if a
     * pixel has no label.
     */
    double maskEnergy() throws IOException, TranslateException {
        double energy = 0;
        double pixels = 0;
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            for (Batch batch : images.getData(manager)) {
                try (batch) {
                    SegmentationLabels view = SegmentationLabels.of(batch.getLabels());
                    NDArray masks = view.scribbles().toType(DataType.INT64, true);
                    if (masks.max().getLong() == SegmentationLabels.UNLABELLED) {
                        return Double.NaN;
                    }
                    energy += Energies.sum(Energies.oneHot(masks, labels), view.weights());
                    pixels += (double) view.batch() * view.height() * view.width();
                }
            }
        }
        return energy / pixels;
    }

    /** Sums over the pixels of some images. */
    private record Energies(double hard, double relaxed, double pixels) {

        static Energies of(NDList labels, NDArray scores) {
            SegmentationLabels view = SegmentationLabels.of(labels);
            int count = Math.toIntExact(scores.getShape().get(1));
            return new Energies(
                    sum(oneHot(scores.argMax(1), count), view.weights()),
                    sum(scores.softmax(1), view.weights()),
                    (double) view.batch() * view.height() * view.width());
        }

        static NDArray oneHot(NDArray labels, int count) {
            return labels.oneHot(count).transpose(0, 3, 1, 2);
        }

        static double sum(NDArray segmentation, NDArray weights) {
            double sum = 0;
            for (double energy :
                    GridPottsLoss.energies(Relaxation.BILINEAR, segmentation, weights)) {
                sum += energy;
            }
            return sum;
        }

        Energies plus(Energies other) {
            return new Energies(hard + other.hard, relaxed + other.relaxed, pixels + other.pixels);
        }
    }
}
