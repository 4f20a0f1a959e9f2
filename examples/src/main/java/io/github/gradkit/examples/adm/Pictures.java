package io.github.gradkit.examples.adm;

import io.github.gradkit.adm.data.LabelFile;
import io.github.gradkit.adm.data.ScribbledImage;
import io.github.gradkit.adm.data.SegmentationLabels;
import io.github.gradkit.report.Picture;

/** Images and labellings to look at. */
final class Pictures {

    private Pictures() {}

    static Picture image(ScribbledImage image) {
        return Picture.ofRgb(colours(image, 1), image.width(), image.height());
    }

    /** Draws the scribbles on a paler image. */
    static Picture scribbles(ScribbledImage image) {
        int[] colours = colours(image, 0.35f);
        int[] scribbles = image.scribbles();
        for (int i = 0; i < colours.length; i++) {
            if (scribbles[i] != SegmentationLabels.UNLABELLED) {
                colours[i] = LabelFile.colour(scribbles[i]);
            }
        }
        return Picture.ofRgb(colours, image.width(), image.height());
    }

    static Picture labels(int[] labels, ScribbledImage image) {
        int[] colours = new int[labels.length];
        for (int i = 0; i < colours.length; i++) {
            colours[i] = LabelFile.colour(labels[i]);
        }
        return Picture.ofRgb(colours, image.width(), image.height());
    }

    /** Returns RGB values, mixed with white. */
    private static int[] colours(ScribbledImage image, float strength) {
        float[] values = image.pixels();
        int pixels = image.height() * image.width();
        int[] colours = new int[pixels];
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < 3; c++) {
                float value = values[Math.min(c, image.channels() - 1) * pixels + i];
                int shade = Math.round(255 * (1 - strength * (1 - value)));
                colours[i] = colours[i] << 8 | shade;
            }
        }
        return colours;
    }
}
