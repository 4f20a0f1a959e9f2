package io.github.gradkit.adm.data;

import java.io.IOException;
import java.util.List;

/** Where a data set has its images from. Safe for use by several threads. */
interface ImageSource {

    /** What can be told of an image without reading its pixels. */
    record Frame(String name, int channels, int height, int width) {

        /** Returns the name and size for messages. */
        String text() {
            return "'" + name + "' (" + height + " x " + width + ")";
        }
    }

    int size();

    Frame frame(int index) throws IOException;

    ScribbledImage read(int index) throws IOException;

    /** Says where the scribbles or the mask of an image are, for messages. */
    String labels(int index, boolean masks);

    /** Tells whether images are in memory anyway. */
    boolean isInMemory();

    /** Returns a source of images that are in memory. */
    static ImageSource of(List<ScribbledImage> images) {
        List<ScribbledImage> copy = List.copyOf(images);
        return new ImageSource() {
            @Override
            public int size() {
                return copy.size();
            }

            @Override
            public Frame frame(int index) {
                ScribbledImage image = copy.get(index);
                return new Frame(image.name(), image.channels(), image.height(), image.width());
            }

            @Override
            public ScribbledImage read(int index) {
                return copy.get(index);
            }

            @Override
            public String labels(int index, boolean masks) {
                return "Image '" + copy.get(index).name() + "'";
            }

            @Override
            public boolean isInMemory() {
                return true;
            }
        };
    }
}
