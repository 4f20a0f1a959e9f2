package io.github.gradkit.adm.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Draws scribbles into full masks, as a person might: one stroke for each region.
 *
 * <p>A region is a connected set of pixels of one label. Its stroke is a random walk one pixel wide
 * that stays two pixels inside the region, or as far inside as its shape allows. With ratio 1 it
 * takes {@code min(40 s, 1.5 sqrt(area))} steps of one pixel, where {@code s = sqrt(height * width)
 * / 64}, so that an image drawn twice as large has strokes twice as long. It labels the pixels it
 * passes: fewer than its steps, since a walk crosses its own way and turns at edges. Other ratios
 * multiply the steps, and ratio 0 is a click, one pixel for each region. The pixels of a smaller
 * ratio are among those of a larger one.
 *
 * <p>The strokes depend on the seed, the image's number and its mask only. An image takes time in
 * its pixels. Instances hold no memory and may be shared by threads.
 */
public final class ScribbleGenerator {

    /** How much a stroke turns at each step, in radians. */
    private static final double TURN = 0.4;

    private final double ratio;
    private final long seed;
    private final int minimumArea;
    private final int margin;

    private ScribbleGenerator(Builder builder) {
        ratio = builder.ratio;
        seed = builder.seed;
        minimumArea = builder.minimumArea;
        margin = builder.margin;
    }

    /**
     * Makes a builder.
     *
     * @return a builder with all options at their defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Draws scribbles into images that have masks.
     *
     * @param images the images; the number of each is its place in the list
     * @return the same images with new scribbles
     * @throws IllegalArgumentException if an image has no mask
     */
    public List<ScribbledImage> scribble(List<ScribbledImage> images) {
        List<ScribbledImage> drawn = new ArrayList<>(images.size());
        for (ScribbledImage image : images) {
            drawn.add(scribble(image, drawn.size()));
        }
        return drawn;
    }

    /**
     * Draws scribbles into an image that has a mask.
     *
     * @param image the image
     * @param number tells this image's random numbers from those of others
     * @return the same image with new scribbles
     * @throws IllegalArgumentException if the image has no mask
     */
    public ScribbledImage scribble(ScribbledImage image, long number) {
        int[] mask =
                image.mask()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "Image '"
                                                        + image.name()
                                                        + "' has no mask, so there is nothing to"
                                                        + " draw scribbles from. Give it one with"
                                                        + " withMask."));
        return image.withScribbles(scribbles(mask, image.height(), image.width(), number));
    }

    /**
     * Draws scribbles into a mask.
     *
     * @param mask {@code (height, width)}, for each pixel its label or {@link
     *     SegmentationLabels#UNLABELLED}
     * @param height the number of rows, at least 1
     * @param width the number of columns, at least 1
     * @param number tells this image's random numbers from those of others
     * @return {@code (height, width)}, the mask's label where there is a stroke, and {@link
     *     SegmentationLabels#UNLABELLED} elsewhere
     * @throws IllegalArgumentException if the size is wrong
     */
    public int[] scribbles(int[] mask, int height, int width, long number) {
        Checks.size("The mask", 1, height, width);
        Checks.length("The mask", mask.length, height * width, "labels");
        int[] scribbles = new int[mask.length];
        Arrays.fill(scribbles, SegmentationLabels.UNLABELLED);
        boolean[] allowed = new boolean[mask.length];
        Regions regions = new Regions(mask, height, width);
        double scale = Math.sqrt((double) height * width) / 64;
        for (int[] region : regions.all()) {
            if (region.length >= minimumArea) {
                double full = Math.min(40 * scale, 1.5 * Math.sqrt(region.length));
                int length = (int) Math.max(1, Math.round(ratio * full));
                int[] inside = regions.eroded(region, margin);
                // Named by its first pixel, a region keeps its stroke when others change.
                Random random = Streams.of(seed, number, region[0]);
                int start = inside[random.nextInt(inside.length)];
                fill(allowed, inside, true);
                draw(start, allowed, length, width, mask[start], scribbles, random);
                fill(allowed, inside, false);
            }
        }
        return scribbles;
    }

    private static void fill(boolean[] allowed, int[] pixels, boolean value) {
        for (int pixel : pixels) {
            allowed[pixel] = value;
        }
    }

    private static void draw(
            int start,
            boolean[] allowed,
            int length,
            int width,
            int label,
            int[] scribbles,
            Random random) {
        scribbles[start] = label;
        double x = start % width;
        double y = Math.floorDiv(start, width);
        double heading = random.nextDouble() * 2 * Math.PI;
        for (int step = 1; step < length; step++) {
            heading += TURN * random.nextGaussian();
            double nextX = x + StrictMath.cos(heading);
            double nextY = y + StrictMath.sin(heading);
            int pixel = pixel(nextX, nextY, width, allowed.length);
            if (pixel >= 0 && allowed[pixel]) {
                x = nextX;
                y = nextY;
                scribbles[pixel] = label;
            } else {
                heading = random.nextDouble() * 2 * Math.PI;
            }
        }
    }

    private static int pixel(double x, double y, int width, int pixels) {
        long column = Math.round(x);
        long pixel = Math.round(y) * width + column;
        return column < 0 || column >= width || pixel < 0 || pixel >= pixels ? -1 : (int) pixel;
    }

    /** Options of {@link ScribbleGenerator}. */
    public static final class Builder {

        private double ratio = 1;
        private long seed;
        private int minimumArea = 16;
        private int margin = 2;

        private Builder() {}

        /**
         * Sets how long strokes are.
         *
         * @param share what their length is multiplied by, 0 or more; 0 makes clicks (default: 1)
         * @return this builder
         * @throws IllegalArgumentException if it is negative or not finite
         */
        public Builder optRatio(double share) {
            Checks.require(
                    share >= 0 && Double.isFinite(share),
                    "Strokes can't be " + share + " times as long: give 0 for clicks, or more.");
            this.ratio = share;
            return this;
        }

        /**
         * Sets the seed.
         *
         * @param number any number (default: 0)
         * @return this builder
         */
        public Builder optSeed(long number) {
            this.seed = number;
            return this;
        }

        /**
         * Sets the size of the smallest region that gets a stroke.
         *
         * @param pixels at least 1 (default: 16)
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optMinimumArea(int pixels) {
            Checks.require(
                    pixels >= 1,
                    "A region has a pixel or more, so the least area can't be " + pixels + ".");
            this.minimumArea = pixels;
            return this;
        }

        /**
         * Sets how far strokes keep off other labels.
         *
         * @param pixels 0 or more (default: 2)
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder optMargin(int pixels) {
            Checks.require(
                    pixels >= 0, "A margin of " + pixels + " pixels is none: give 0 or more.");
            this.margin = pixels;
            return this;
        }

        /**
         * Makes the generator.
         *
         * @return a generator with these options
         */
        public ScribbleGenerator build() {
            return new ScribbleGenerator(this);
        }
    }
}
