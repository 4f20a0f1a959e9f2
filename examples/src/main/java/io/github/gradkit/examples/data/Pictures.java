package io.github.gradkit.examples.data;

import io.github.gradkit.report.Picture;

/** Images as pictures of a report. */
public final class Pictures {

    private Pictures() {}

    /**
     * Makes a picture of an image.
     *
     * @param format the format of the image
     * @param values its values channel by channel and row by row, from 0 to 255
     * @return the picture, grey or in colour
     */
    public static Picture of(ImageSet.Format format, int[] values) {
        if (format.channels() == 1) {
            return Picture.ofGrey(values, format.width(), format.height());
        }
        int[] pixels = new int[format.width() * format.height()];
        for (int channel = 0; channel < format.channels(); channel++) {
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = pixels[i] << 8 | values[channel * pixels.length + i];
            }
        }
        return Picture.ofRgb(pixels, format.width(), format.height());
    }
}
