package io.github.gradkit.adm.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads PNG and JPEG files, and only whole ones. All errors name the file. */
final class PictureFile {

    private static final Logger logger = LoggerFactory.getLogger(PictureFile.class);

    private PictureFile() {}

    /** A number of rows and columns. */
    record Size(int height, int width) {

        @Override
        public String toString() {
            return height + " x " + width;
        }
    }

    /** Reads the size, which takes the beginning of the file only. */
    static Size size(Path file) throws IOException {
        return with(file, reader -> new Size(reader.getHeight(0), reader.getWidth(0)));
    }

    static BufferedImage read(Path file) throws IOException {
        List<String> warnings = new ArrayList<>();
        BufferedImage image =
                with(
                        file,
                        reader -> {
                            reader.addIIOReadWarningListener(
                                    (source, warning) -> warnings.add(warning));
                            return reader.read(0);
                        });
        for (String warning : warnings) {
            if (tellsOfLoss(warning)) {
                throw damaged(file, warning, null);
            }
            logger.warn("The image {} may be damaged: {}.", file, warning);
        }
        return image;
    }

    /**
     * A JPEG that ends early is read all the same, and grey from there on; one with a hole is
     * shifted from there on. Bytes too many may come of a hole too, but some cameras add them.
     */
    private static boolean tellsOfLoss(String warning) {
        String lower = warning.toLowerCase(Locale.ROOT);
        return lower.contains("truncated")
                || lower.contains("premature end")
                || (lower.contains("corrupt jpeg data") && !lower.contains("extraneous bytes"));
    }

    /**
     * Checks that viewers show the pixels as they are stored. Labels drawn in a viewer that turns
     * the picture would be those of other pixels here.
     */
    static void requireUpright(Path file) throws IOException {
        int orientation = ExifOrientation.of(file);
        if (orientation != ExifOrientation.UPRIGHT) {
            throw new IOException(
                    "The image "
                            + file
                            + " has the Exif orientation "
                            + orientation
                            + ", so viewers show it turned or mirrored. Here it is read as stored,"
                            + " and labels drawn on what a viewer shows would be those of other"
                            + " pixels. If they were, turn the stored pixels, for instance with"
                            + " ImageMagick's -auto-orient; if not, set the orientation to 1.");
        }
    }

    private static <T> T with(Path file, Task<T> task) throws IOException {
        try (InputStream bytes = Files.newInputStream(file);
                ImageInputStream stream = new MemoryCacheImageInputStream(bytes)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw damaged(file, "it is in no known format", null);
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream);
                return task.run(reader);
            } catch (IOException | RuntimeException e) {
                // The readers of the JDK throw unchecked exceptions for some damaged files.
                throw damaged(file, String.valueOf(e.getMessage()), e);
            } finally {
                reader.dispose();
            }
        }
    }

    private static IOException damaged(Path file, String why, @Nullable Exception cause) {
        return new IOException(
                "The image "
                        + file
                        + " can't be read: "
                        + why
                        + ". It may be damaged; copy it anew.",
                cause);
    }

    /** What is done with a reader. */
    private interface Task<T> {

        T run(ImageReader reader) throws IOException;
    }
}
