package io.github.gradkit.examples.learninit;

import io.github.gradkit.examples.data.ImageSet;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Images with a little noise, and moved by up to a pixel: more examples to learn from. */
final class Variations {

    private final ImageSet.Format format;
    private final double noise;
    private final SplittableRandom random;

    /**
     * Makes variations.
     *
     * @param format the images
     * @param noise the largest change of a pixel, above 0
     * @param seed decides all that is drawn
     */
    Variations(ImageSet.Format format, double noise, long seed) {
        this.format = format;
        this.noise = noise;
        random = new SplittableRandom(seed);
    }

    /**
     * Makes copies of images.
     *
     * @param images the pixels from 0 to 1, image by image
     * @param copies how many of each
     * @return the images, followed by the copies of all, by other ones, and so on
     */
    float[] of(float[] images, int copies) {
        float[] all = Arrays.copyOf(images, images.length * (copies + 1));
        int size = format.size();
        for (int i = images.length / size; i < all.length / size; i++) {
            fill(all, i * size, images, i * size % images.length);
        }
        return all;
    }

    private void fill(float[] all, int to, float[] images, int from) {
        int height = format.height();
        int width = format.width();
        int down = random.nextInt(-1, 2);
        int right = random.nextInt(-1, 2);
        for (int i = 0; i < format.size(); i++) {
            int row = i / width % height - down;
            int column = i % width - right;
            boolean inside = row >= 0 && row < height && column >= 0 && column < width;
            double pixel = inside ? images[from + i - down * width - right] : 0;
            double noisy = pixel + random.nextDouble(-noise, noise);
            all[to + i] = (float) Math.max(0, Math.min(1, noisy));
        }
    }
}
