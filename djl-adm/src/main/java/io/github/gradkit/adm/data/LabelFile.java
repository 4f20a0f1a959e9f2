package io.github.gradkit.adm.data;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;

/**
 * Labels of pixels as PNG files: the value of a pixel is its label, and {@link
 * SegmentationLabels#UNLABELLED} stands for none.
 *
 * <p>Files are written with a palette, so that they can be looked at: label 0 is dark grey, other
 * labels are colourful, and what is unlabelled is white. Files with another palette, or grey ones,
 * are read all the same, since colours don't count.
 */
public final class LabelFile {

    private final int height;
    private final int width;
    private final byte[] labels;

    private LabelFile(int height, int width, byte[] labels) {
        this.height = height;
        this.width = width;
        this.labels = labels;
    }

    /**
     * Reads labels.
     *
     * @param file a PNG with a palette, or a grey one
     * @return the labels
     * @throws IOException if the file can't be read or holds no labels
     */
    public static LabelFile read(Path file) throws IOException {
        BufferedImage image = PictureFile.read(file);
        Raster raster = image.getRaster();
        if (raster.getNumBands() != 1) {
            throw new IOException(
                    file
                            + " has "
                            + raster.getNumBands()
                            + " channels, so it holds colours and not labels. Save it as grey PNG"
                            + " or with a palette, the label as the value of each pixel.");
        }
        int width = raster.getWidth();
        int[] row = new int[width];
        byte[] labels = new byte[Math.multiplyExact(raster.getHeight(), width)];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(0, y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                if (row[x] > SegmentationLabels.UNLABELLED) {
                    throw new IOException(
                            file
                                    + " has label "
                                    + row[x]
                                    + " at row "
                                    + y
                                    + ", column "
                                    + x
                                    + ", but labels go from 0 to 254, and 255 stands for none.");
                }
                labels[y * width + x] = (byte) row[x];
            }
        }
        return new LabelFile(raster.getHeight(), width, labels);
    }

    /**
     * Writes labels. An older file is replaced.
     *
     * @param file the PNG to write, in a folder that exists
     * @param labels {@code (height, width)}, for each pixel its label or {@link
     *     SegmentationLabels#UNLABELLED}
     * @param height the number of rows, at least 1
     * @param width the number of columns, at least 1
     * @throws IOException if the file can't be written
     * @throws IllegalArgumentException if the size or a label is out of range
     */
    public static void write(Path file, int[] labels, int height, int width) throws IOException {
        Checks.size(file.toString(), 1, height, width);
        byte[] bytes = ScribbledImage.bytes(file.toString(), labels, height * width, "labels");
        BufferedImage image =
                new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, palette());
        image.getRaster().setDataElements(0, 0, width, height, bytes);
        writePng(file, image);
    }

    static void writePng(Path file, BufferedImage image) throws IOException {
        try (OutputStream stream = Files.newOutputStream(file)) {
            if (!ImageIO.write(image, "png", stream)) {
                throw new IOException(
                        file + " can't be written: Java has no writer for PNG files.");
            }
        }
    }

    /**
     * Returns the colour in which files show a label.
     *
     * @param label from 0 to 255, which stands for none
     * @return red, green and blue, as {@code 0xRRGGBB}
     * @throws IllegalArgumentException if there is no such label
     */
    public static int colour(int label) {
        Checks.require(
                label >= 0 && label <= SegmentationLabels.UNLABELLED,
                "There is no colour for label "
                        + label
                        + ": labels go from 0 to 254, and 255"
                        + " stands for none.");
        if (label == 0) {
            return 0x303030;
        }
        if (label == SegmentationLabels.UNLABELLED) {
            return 0xffffff;
        }
        // Steps by the golden ratio keep hues of close labels apart.
        return Color.HSBtoRGB(label * 0.618034f, 0.7f, 0.9f) & 0xffffff;
    }

    private static IndexColorModel palette() {
        int[] colours = new int[256];
        Arrays.setAll(colours, LabelFile::colour);
        return new IndexColorModel(
                8, colours.length, colours, 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE);
    }

    /**
     * Returns the number of rows.
     *
     * @return at least 1
     */
    public int height() {
        return height;
    }

    /**
     * Returns the number of columns.
     *
     * @return at least 1
     */
    public int width() {
        return width;
    }

    /**
     * Returns the labels.
     *
     * @return {@code (height, width)}, for each pixel its label or {@link
     *     SegmentationLabels#UNLABELLED}; a copy
     */
    public int[] labels() {
        return ScribbledImage.ints(labels);
    }

    /** Returns the labels themselves, which must not be changed. */
    byte[] bytes() {
        return labels;
    }
}
