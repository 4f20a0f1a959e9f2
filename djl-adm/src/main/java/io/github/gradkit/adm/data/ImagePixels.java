package io.github.gradkit.adm.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** The values of an image read from a file, from 0 to 1. Transparency is left out. */
final class ImagePixels {

    private ImagePixels() {}

    /** Returns the planes of red, green and blue, or one plane of their brightness. */
    static float[] of(BufferedImage image, boolean grey) {
        float[][] rgb = isGrey(image) ? greyPlanes(image) : colourPlanes(image);
        int plane = rgb[0].length;
        float[] pixels = new float[(grey ? 1 : 3) * plane];
        for (int i = 0; i < plane; i++) {
            if (grey) {
                // Brightness as in ITU-R BT.601.
                float sum = 0.299f * rgb[0][i] + 0.587f * rgb[1][i] + 0.114f * rgb[2][i];
                pixels[i] = Math.min(1, sum);
            } else {
                for (int c = 0; c < 3; c++) {
                    pixels[c * plane + i] = rgb[c][i];
                }
            }
        }
        return pixels;
    }

    private static boolean isGrey(BufferedImage image) {
        ColorModel model = image.getColorModel();
        return !(model instanceof IndexColorModel) && image.getRaster().getNumBands() <= 2;
    }

    /** Reads samples: getRGB would take them for linear light and change them. */
    private static float[][] greyPlanes(BufferedImage image) {
        Raster raster = image.getRaster();
        float highest = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
        float[] plane =
                raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), 0, (float[]) null);
        for (int i = 0; i < plane.length; i++) {
            plane[i] /= highest;
        }
        return new float[][] {plane, plane, plane};
    }

    private static float[][] colourPlanes(BufferedImage image) {
        int width = image.getWidth();
        int[] colours = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
        float[][] planes = new float[3][colours.length];
        for (int i = 0; i < colours.length; i++) {
            for (int c = 0; c < 3; c++) {
                planes[c][i] = ((colours[i] >> (16 - 8 * c)) & 0xff) / 255f;
            }
        }
        return planes;
    }

    /** Makes a picture of values of one channel or three. */
    static BufferedImage picture(ScribbledImage image) {
        int plane = image.height() * image.width();
        float[] values = image.values();
        BufferedImage picture =
                new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < plane; i++) {
            int rgb = 0;
            for (int c = 0; c < 3; c++) {
                float value = values[image.channels() == 1 ? i : c * plane + i];
                rgb = (rgb << 8) | Math.round(255 * value);
            }
            picture.setRGB(i % image.width(), i / image.width(), rgb);
        }
        return picture;
    }
}
