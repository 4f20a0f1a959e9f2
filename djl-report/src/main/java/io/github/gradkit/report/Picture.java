package io.github.gradkit.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Objects;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A small picture, held as PNG. Its pixels are kept exactly. */
public final class Picture {

    private final int width;
    private final int height;
    private final byte[] png;

    private Picture(BufferedImage image) {
        width = image.getWidth();
        height = image.getHeight();
        png = encode(image);
    }

    /**
     * Makes a grey picture.
     *
     * @param pixels the brightness of each pixel, 0 (black) to 255 (white), row by row from the top
     *     left
     * @param width the width in pixels, at least 1
     * @param height the height in pixels, at least 1
     * @return the picture
     * @throws IllegalArgumentException if the number of pixels is not width times height or a value
     *     lies outside 0 to 255
     */
    public static Picture ofGrey(int[] pixels, int width, int height) {
        checkSize(pixels, width, height);
        for (int i = 0; i < pixels.length; i++) {
            checkRange(i, pixels[i], 0xFF, "a grey pixel must lie in 0 to 255");
        }
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        // Samples are set directly: setRGB would convert them to the linear grey colour space.
        image.getRaster().setPixels(0, 0, width, height, pixels);
        return new Picture(image);
    }

    /**
     * Makes a colour picture.
     *
     * @param pixels the pixels as {@code 0xRRGGBB}, row by row from the top left
     * @param width the width in pixels, at least 1
     * @param height the height in pixels, at least 1
     * @return the picture
     * @throws IllegalArgumentException if the number of pixels is not width times height or a value
     *     lies outside {@code 0} to {@code 0xFFFFFF}
     */
    public static Picture ofRgb(int[] pixels, int width, int height) {
        checkSize(pixels, width, height);
        for (int i = 0; i < pixels.length; i++) {
            checkRange(i, pixels[i], 0xFFFFFF, "an RGB pixel must lie in 0 to 16777215 (0xFFFFFF)");
        }
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, width, height, pixels, 0, width);
        return new Picture(image);
    }

    /**
     * Makes a picture of an image.
     *
     * @param image the image; copied
     * @return the picture
     */
    public static Picture of(BufferedImage image) {
        return new Picture(Objects.requireNonNull(image, "the image must not be null"));
    }

    /**
     * Returns the width.
     *
     * @return the width in pixels
     */
    public int width() {
        return width;
    }

    /**
     * Returns the height.
     *
     * @return the height in pixels
     */
    public int height() {
        return height;
    }

    /**
     * Returns the picture as a data URI.
     *
     * @return the PNG file as {@code data:image/png;base64,...}
     */
    public String dataUri() {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }

    private static void checkSize(int[] pixels, int width, int height) {
        if (width < 1 || height < 1 || pixels.length != (long) width * height) {
            throw new IllegalArgumentException(
                    String.format(
                            "a picture must have width times height pixels and at least one, but"
                                    + " has %d pixels, width %d and height %d",
                            pixels.length, width, height));
        }
    }

    private static void checkRange(int index, int value, int max, String rule) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(
                    rule + ", but pixel " + index + " is " + value + "; scale the values first");
        }
    }

    private static byte[] encode(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(image, "png", out)) {
                throw new IllegalArgumentException(
                        "an image must be of a type which can be written as PNG, but is "
                                + image
                                + "; copy it to a TYPE_INT_RGB image first");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot encode a picture as PNG in memory", e);
        }
        return bytes.toByteArray();
    }
}
