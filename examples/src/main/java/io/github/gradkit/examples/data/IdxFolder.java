package io.github.gradkit.examples.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A folder with the four files of MNIST or of a data set in the same form. */
final class IdxFolder {

    private IdxFolder() {}

    static ImageData load(Path folder, List<String> classNames) throws IOException {
        DataFolder.check(folder, "IDX files");
        ImageSet train = part(folder, "train", classNames);
        ImageSet test = part(folder, "t10k", classNames);
        if (train.format().width() != test.format().width()
                || train.format().height() != test.format().height()) {
            throw new IOException(
                    String.format(
                            "The images in %s don't fit together: those for training have %d x %d"
                                    + " pixels, those for testing %d x %d",
                            folder,
                            train.format().width(),
                            train.format().height(),
                            test.format().width(),
                            test.format().height()));
        }
        return new ImageData(train, test);
    }

    private static ImageSet part(Path folder, String part, List<String> classNames)
            throws IOException {
        Path images = find(folder, part + "-images", "idx3-ubyte");
        Path labels = find(folder, part + "-labels", "idx1-ubyte");
        return imageSet(
                IdxFile.images(images),
                IdxFile.labels(labels),
                classNames,
                images + " and " + labels);
    }

    /** Both {@code train-images-idx3-ubyte} and {@code train-images.idx3-ubyte} are in use. */
    private static Path find(Path folder, String stem, String type) throws IOException {
        return DataFolder.find(folder, stem + "-" + type, stem + "." + type);
    }

    static ImageSet imageSet(
            IdxFile.Images images, int[] labels, List<String> classNames, String source)
            throws IOException {
        ImageSet.Format format =
                new ImageSet.Format(images.width(), images.height(), 255, classNames);
        try {
            return new ImageSet(format, images.pixels(), labels);
        } catch (IllegalArgumentException e) {
            throw new IOException(source + " don't fit: " + e.getMessage(), e);
        }
    }
}
