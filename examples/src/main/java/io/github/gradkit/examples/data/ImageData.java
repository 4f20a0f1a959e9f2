package io.github.gradkit.examples.data;

/**
 * A data set for training and testing.
 *
 * @param train the images to train with
 * @param test the images to test with
 */
public record ImageData(ImageSet train, ImageSet test) {

    /**
     * Keeps only some of the images, chosen at random.
     *
     * @param limit the largest number of training and of test images to keep, at least 1
     * @param seed decides which ones
     * @return the smaller data set
     */
    public ImageData limit(int limit, long seed) {
        return new ImageData(limit(train, limit, seed), limit(test, limit, seed + 1));
    }

    private static ImageSet limit(ImageSet images, int limit, long seed) {
        return limit >= images.size()
                ? images
                : images.select(Sampling.choose(images.size(), limit, seed));
    }

    /**
     * Keeps a part of the test images.
     *
     * @param limit how many to keep at most
     * @param seed decides which
     * @return the data with fewer images for testing, or as many
     */
    public ImageData limitTest(int limit, long seed) {
        return limit >= test.size()
                ? this
                : new ImageData(train, test.select(Sampling.choose(test.size(), limit, seed)));
    }
}
