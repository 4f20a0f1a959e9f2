package io.github.gradkit.adm.data;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Images and their weights, kept in memory once read unless told otherwise. Thread-safe. */
final class ImageStore {

    private static final Logger logger = LoggerFactory.getLogger(ImageStore.class);

    private final ImageSource source;
    private final ContrastWeights contrast;
    private final boolean caching;
    private final boolean masks;
    private final int labels;
    private final AtomicReferenceArray<@Nullable ScribbledImage> images;
    private final AtomicReferenceArray<float @Nullable []> weights;

    ImageStore(
            ImageSource source,
            ContrastWeights contrast,
            boolean caching,
            boolean masks,
            int labels) {
        this.source = source;
        this.contrast = contrast;
        this.caching = caching;
        this.masks = masks;
        this.labels = labels;
        this.images = new AtomicReferenceArray<>(source.size());
        this.weights = new AtomicReferenceArray<>(source.size());
    }

    int size() {
        return source.size();
    }

    /** Tells whether images stay in memory. */
    boolean isKept() {
        return caching || source.isInMemory();
    }

    /** Returns an image that has passed all checks. */
    ScribbledImage image(int index) throws IOException {
        ScribbledImage image = images.get(index);
        if (image == null) {
            image = source.read(index);
            check(index, image);
            if (isKept()) {
                images.set(index, image);
            }
        }
        return image;
    }

    /** Returns the labels to train with, which must not be changed. */
    byte[] labels(ScribbledImage image) {
        if (!masks) {
            return image.scribbleBytes();
        }
        byte[] mask = image.maskBytes();
        if (mask == null) {
            throw new IllegalArgumentException(
                    "Image '"
                            + image.name()
                            + "' has no mask, but masks were to be used as labels. Give it one, or"
                            + " leave out optMasks.");
        }
        return mask;
    }

    /** Returns the weights of a whole image, which must not be changed. */
    float[] weights(int index, ScribbledImage image) {
        float[] known = weights.get(index);
        if (known == null) {
            known = contrast.of(image);
            if (caching) {
                weights.set(index, known);
            }
        }
        return known;
    }

    private void check(int index, ScribbledImage image) {
        byte[] used = labels(image);
        for (int pixel = 0; pixel < used.length; pixel++) {
            int label = Byte.toUnsignedInt(used[pixel]);
            if (label >= labels && label != SegmentationLabels.UNLABELLED) {
                throw new IllegalArgumentException(
                        source.labels(index, masks)
                                + " has label "
                                + label
                                + " at row "
                                + pixel / image.width()
                                + ", column "
                                + pixel % image.width()
                                + ", but there are "
                                + labels
                                + " labels: they go from 0 to "
                                + (labels - 1)
                                + ", and 255 stands for none.");
            }
        }
    }

    /** Checks that the first images can be stacked into batches. */
    void checkSizes(int used, boolean anySize) throws IOException {
        ImageSource.Frame first = source.frame(0);
        for (int i = 1; i < used; i++) {
            ImageSource.Frame frame = source.frame(i);
            Checks.require(
                    frame.channels() == first.channels(),
                    "Image '"
                            + frame.name()
                            + "' has "
                            + frame.channels()
                            + " channels, but '"
                            + first.name()
                            + "' has "
                            + first.channels()
                            + ". A network takes one number of channels only.");
            Checks.require(
                    anySize || (frame.height() == first.height() && frame.width() == first.width()),
                    "Image "
                            + frame.text()
                            + " has another size than "
                            + first.text()
                            + ", so they don't fit in one batch. Cut all to one size with optCrop,"
                            + " or use batches of 1.");
        }
    }

    /** Warns if what will be kept of the first images is much of the memory there is. */
    void checkMemory(int used, boolean keepsWeights) throws IOException {
        double bytes = 0;
        for (int i = 0; caching && i < used; i++) {
            ImageSource.Frame frame = source.frame(i);
            double perPixel = source.isInMemory() ? 0 : 4 * frame.channels() + 2;
            perPixel += keepsWeights ? 4 * contrast.neighbourhood().directions() : 0;
            bytes += perPixel * frame.height() * frame.width();
        }
        long most = Runtime.getRuntime().maxMemory();
        if (bytes > most / 2.0) {
            logger.warn(
                    "The data set is going to keep {} MB in memory, of {} MB that Java may use."
                            + " With optCache(false) it keeps nothing.",
                    Math.round(bytes / 1e6),
                    Math.round(most / 1e6));
        }
    }
}
