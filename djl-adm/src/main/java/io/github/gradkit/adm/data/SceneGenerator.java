package io.github.gradkit.adm.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Makes small images with full masks: objects of odd shapes on a background, in uneven light.
 *
 * <p>Label 0 is the background, and one to three objects have labels from 1 on. An object's colour
 * differs from the background's, but is no matter of its label: only its texture, of a period of
 * about four pixels, tells what it is. So edges can be seen in single pixels, while labels need a
 * network that looks around. Objects may overlap and leave the image.
 *
 * <p>Values are red, green and blue from 0 to 1. Image {@code i} depends on the seed, {@code i} and
 * the options only, so a longer list begins with a shorter one, and it is the same on all machines.
 * An image of 64 x 64 pixels takes a few milliseconds and 56 kB. Instances hold no memory and may
 * be shared by threads.
 */
public final class SceneGenerator {

    private static final int CHANNELS = 3;
    private static final double TEXTURE = 0.09;

    private final int height;
    private final int width;
    private final int labels;
    private final double smallest;
    private final double largest;
    private final @Nullable ScribbleGenerator scribbles;

    private SceneGenerator(Builder builder) {
        height = builder.height;
        width = builder.width;
        labels = builder.labels;
        double side = Math.min(height, width);
        smallest = builder.largest > 0 ? builder.smallest : side / 8;
        largest = builder.largest > 0 ? builder.largest : side * 17 / 64;
        scribbles = builder.scribbles;
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
     * Makes images.
     *
     * @param count how many, 0 or more
     * @param seed any number
     * @return images with masks, and scribbles if a generator for them was given; else nothing is
     *     scribbled
     * @throws IllegalArgumentException if the count is negative
     */
    public List<ScribbledImage> scenes(int count, long seed) {
        Checks.require(count >= 0, "Can't make " + count + " images: give 0 or more.");
        List<ScribbledImage> scenes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            scenes.add(scene(i, seed));
        }
        return scenes;
    }

    /**
     * Makes one image.
     *
     * @param number which of the images with this seed, from 0
     * @param seed any number
     * @return an image with a mask, and scribbles if a generator for them was given
     */
    public ScribbledImage scene(int number, long seed) {
        Random random = Streams.of(seed, number);
        double[] base = new double[CHANNELS];
        Arrays.setAll(base, c -> 0.45 + 0.12 * random.nextGaussian());
        Light[] lights = new Light[CHANNELS];
        Arrays.setAll(lights, c -> new Light(random));
        int[] mask = new int[height * width];
        double[][] differences = new double[CHANNELS][mask.length];
        int objects = 1 + random.nextInt(3);
        for (int object = 0; object < objects; object++) {
            paint(random, mask, differences);
        }
        float[] pixels = new float[CHANNELS * mask.length];
        double noise = Streams.uniform(random, 0.05, 0.09);
        for (int i = 0; i < pixels.length; i++) {
            int c = i / mask.length;
            int pixel = i % mask.length;
            double light = lights[c].at(pixel % width, Math.floorDiv(pixel, width));
            double value = base[c] + light + differences[c][pixel] + noise * random.nextGaussian();
            pixels[i] = (float) Math.min(1, Math.max(0, value));
        }
        return image("scene " + number, pixels, mask, number);
    }

    /** Paints an object over what is there. */
    private void paint(Random random, int[] mask, double[][] differences) {
        Blob blob = new Blob(random, height, width, smallest, largest);
        int label = 1 + random.nextInt(labels - 1);
        double[] colour = colour(random);
        for (int pixel = 0; pixel < mask.length; pixel++) {
            int x = pixel % width;
            int y = pixel / width;
            if (blob.holds(x, y)) {
                mask[pixel] = label;
                for (int c = 0; c < CHANNELS; c++) {
                    differences[c][pixel] = colour[c] + TEXTURE * Texture.at(label, x, y);
                }
            }
        }
    }

    /** Returns how the colour of an object differs from the background's: a random direction. */
    private static double[] colour(Random random) {
        double[] direction = new double[CHANNELS];
        Arrays.setAll(direction, c -> random.nextGaussian());
        double norm = Math.sqrt(Arrays.stream(direction).map(d -> d * d).sum());
        double contrast = 1.7 * Streams.uniform(random, 0.10, 0.26);
        Arrays.setAll(direction, c -> direction[c] * contrast / norm);
        return direction;
    }

    private ScribbledImage image(String name, float[] pixels, int[] mask, int number) {
        byte[] none = new byte[mask.length];
        Arrays.fill(none, (byte) SegmentationLabels.UNLABELLED);
        ScribbledImage image =
                new ScribbledImage(name, CHANNELS, height, width, pixels, none, null)
                        .withMask(mask);
        return scribbles == null ? image : scribbles.scribble(image, number);
    }

    /** Light that varies smoothly over the image: four waves. */
    private static final class Light {

        private static final int WAVES = 4;
        private static final double AMPLITUDE = 0.25;
        private static final double FREQUENCY = 0.05;

        private final double[] across = new double[WAVES];
        private final double[] down = new double[WAVES];
        private final double[] phase = new double[WAVES];

        Light(Random random) {
            for (int i = 0; i < WAVES; i++) {
                across[i] = FREQUENCY * random.nextGaussian();
                down[i] = FREQUENCY * random.nextGaussian();
                phase[i] = random.nextDouble() * 2 * Math.PI;
            }
        }

        double at(int x, int y) {
            double sum = 0;
            for (int i = 0; i < WAVES; i++) {
                sum += StrictMath.sin(across[i] * x + down[i] * y + phase[i]);
            }
            return AMPLITUDE * sum / WAVES;
        }
    }

    /** Options of {@link SceneGenerator}. */
    public static final class Builder {

        private int height = 64;
        private int width = 64;
        private int labels = 4;
        private double smallest;
        private double largest;
        private @Nullable ScribbleGenerator scribbles;

        private Builder() {}

        /**
         * Sets the size of the images.
         *
         * @param rows at least 8 (default: 64)
         * @param columns at least 8 (default: 64)
         * @return this builder
         * @throws IllegalArgumentException if a side is too short or too long
         */
        public Builder optSize(int rows, int columns) {
            Checks.require(
                    rows >= 8 && columns >= 8,
                    "Images of "
                            + rows
                            + " x "
                            + columns
                            + " pixels have no room for objects: give sides of 8 or more.");
            Checks.size("An image", CHANNELS, rows, columns);
            this.height = rows;
            this.width = columns;
            return this;
        }

        /**
         * Sets the number of labels, that of the background too.
         *
         * @param count from 2 to 6, since there are five textures (default: 4)
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder optLabels(int count) {
            Checks.require(
                    count >= 2 && count <= 1 + Texture.COUNT,
                    "There are 2 to "
                            + (1 + Texture.COUNT)
                            + " labels, not "
                            + count
                            + ": each object needs a texture of its own, besides the background.");
            this.labels = count;
            return this;
        }

        /**
         * Sets how large objects are.
         *
         * @param least the smallest mean radius, at least 1 pixel (default: an eighth of the
         *     shorter side)
         * @param most the largest mean radius in pixels (default: 17/64 of the shorter side)
         * @return this builder
         * @throws IllegalArgumentException if they are out of range or order
         */
        public Builder optRadius(double least, double most) {
            Checks.require(
                    least >= 1 && most >= least && Double.isFinite(most),
                    "Radii from "
                            + least
                            + " to "
                            + most
                            + " pixels are none: give 1 or more, the smallest first.");
            this.smallest = least;
            this.largest = most;
            return this;
        }

        /**
         * Sets what draws scribbles.
         *
         * @param generator the generator (default: nothing is scribbled)
         * @return this builder
         */
        public Builder optScribbles(ScribbleGenerator generator) {
            this.scribbles = generator;
            return this;
        }

        /**
         * Makes the generator.
         *
         * @return a generator with these options
         */
        public SceneGenerator build() {
            return new SceneGenerator(this);
        }
    }
}
