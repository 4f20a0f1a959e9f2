package io.github.gradkit.examples.adm;

import io.github.gradkit.adm.data.ScribbledImage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

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
        return haveMasks(train) && haveMasks(validation) && haveMasks(test);
    }

    /** Whether full masks are known of all of these images, so that they can be judged by them. */
    static boolean haveMasks(List<ScribbledImage> images) {
        return images.stream().allMatch(image -> image.mask().isPresent());
    }

    /** Returns the same images with more labels, as other seeds have. */
    SegmentationData withLabels(int count) {
        return new SegmentationData(train, validation, test, count);
    }

    /** Returns letters that other images, scribbles or masks hardly share. */
    String fingerprint() {
        CRC32C sum = new CRC32C();
        for (List<ScribbledImage> images : List.of(train, validation, test)) {
            update(sum, images.size());
            for (ScribbledImage image : images) {
                update(sum, image.height());
                update(sum, bits(image.pixels()));
                update(sum, image.scribbles());
                image.mask().ifPresent(mask -> update(sum, mask));
            }
        }
        return Long.toHexString(sum.getValue());
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(values[i]);
        }
        return bits;
    }

    private static void update(CRC32C sum, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * values.length);
        bytes.asIntBuffer().put(values);
        sum.update(bytes);
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
