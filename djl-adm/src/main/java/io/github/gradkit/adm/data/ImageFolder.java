package io.github.gradkit.adm.data;

import ai.djl.modality.cv.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Images, scribbles and perhaps masks in folders: {@code cat.jpg} among the images belongs to
 * {@code cat.png} among the scribbles and the masks.
 *
 * <p>Images are PNG or JPEG files, scribbles and masks PNG files as {@link LabelFile} reads them.
 * Other files are passed over. A JPEG file whose Exif orientation has viewers turn it is refused,
 * since its labels may have been drawn on the turned picture. Images are in the order of their
 * names. Nothing is kept in memory but the names, and a folder may be read by several threads.
 */
public final class ImageFolder {

    private static final List<String> IMAGES = List.of("png", "jpg", "jpeg");
    private static final List<String> LABELS = List.of("png");

    private final List<Entry> entries;
    private final boolean grey;

    private ImageFolder(List<Entry> entries, boolean grey) {
        this.entries = List.copyOf(entries);
        this.grey = grey;
    }

    private record Entry(String name, Path image, Path scribbles, @Nullable Path mask) {}

    /**
     * Makes a builder.
     *
     * @return a builder with all options at their defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the number of images.
     *
     * @return at least 1
     */
    public int size() {
        return entries.size();
    }

    /**
     * Returns the names of all images.
     *
     * @return the files' names without their ending, in order
     */
    public List<String> names() {
        return entries.stream().map(Entry::name).toList();
    }

    /**
     * Reads an image.
     *
     * @param index which one, from 0
     * @return the image, with a mask if there is a folder of masks
     * @throws IOException if a file can't be read, its size is not that of the image, or the
     *     image's Exif orientation is not 1
     * @throws IndexOutOfBoundsException if there is no such image
     */
    public ScribbledImage read(int index) throws IOException {
        Entry entry = entries.get(index);
        PictureFile.requireUpright(entry.image());
        var picture = PictureFile.read(entry.image());
        int height = picture.getHeight();
        int width = picture.getWidth();
        byte[] scribbles = labels(entry.scribbles(), entry.image(), height, width);
        Path mask = entry.mask();
        return new ScribbledImage(
                entry.name(),
                channels(),
                height,
                width,
                ImagePixels.of(picture, grey),
                scribbles,
                mask == null ? null : labels(mask, entry.image(), height, width));
    }

    private static byte[] labels(Path file, Path image, int height, int width) throws IOException {
        LabelFile labels = LabelFile.read(file);
        if (labels.height() != height || labels.width() != width) {
            throw new IOException(
                    file
                            + " has "
                            + labels.height()
                            + " x "
                            + labels.width()
                            + " pixels, but the image "
                            + image
                            + " has "
                            + height
                            + " x "
                            + width
                            + ". Each pixel needs its own label: don't scale one without the"
                            + " other.");
        }
        return labels.bytes();
    }

    private int channels() {
        return grey ? 1 : 3;
    }

    /** Returns the images for a data set. */
    ImageSource source() {
        return new ImageSource() {
            @Override
            public int size() {
                return entries.size();
            }

            @Override
            public Frame frame(int index) throws IOException {
                Entry entry = entries.get(index);
                PictureFile.requireUpright(entry.image());
                PictureFile.Size size = PictureFile.size(entry.image());
                return new Frame(entry.image().toString(), channels(), size.height(), size.width());
            }

            @Override
            public ScribbledImage read(int index) throws IOException {
                return ImageFolder.this.read(index);
            }

            @Override
            public String labels(int index, boolean masks) {
                Entry entry = entries.get(index);
                Path mask = entry.mask();
                return String.valueOf(masks && mask != null ? mask : entry.scribbles());
            }

            @Override
            public boolean isInMemory() {
                return false;
            }
        };
    }

    /**
     * Writes images, with 8 bits for each value, and their labels. The folders {@code images},
     * {@code scribbles} and, if all images have one, {@code masks} are made if need be; files of
     * the same names are replaced.
     *
     * @param root the folder for these folders
     * @param images the images, with one channel or three; their names become those of the files
     * @throws IOException if a file can't be written
     * @throws IllegalArgumentException if an image has another number of channels, two have one
     *     name, or it is not fit for a file
     */
    public static void write(Path root, List<ScribbledImage> images) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        for (ScribbledImage image : images) {
            String title = "Image '" + image.name() + "'";
            Checks.require(names.add(image.name()), title + " is there twice. Name one anew.");
            Checks.require(
                    image.name().matches("[^/\\\\]+"),
                    title + " can't be the name of a file. Name it without slashes.");
            Checks.require(
                    image.channels() == 1 || image.channels() == 3,
                    title + " has " + image.channels() + " channels, but PNG files 1 or 3.");
        }
        boolean masks = images.stream().allMatch(image -> image.maskBytes() != null);
        Path pixels = Files.createDirectories(root.resolve("images"));
        Path scribbles = Files.createDirectories(root.resolve("scribbles"));
        for (ScribbledImage image : images) {
            String file = image.name() + ".png";
            LabelFile.writePng(pixels.resolve(file), ImagePixels.picture(image));
            int height = image.height();
            LabelFile.write(scribbles.resolve(file), image.scribbles(), height, image.width());
            if (masks) {
                Path folder = Files.createDirectories(root.resolve("masks"));
                int[] mask = image.mask().orElseThrow();
                LabelFile.write(folder.resolve(file), mask, height, image.width());
            }
        }
    }

    /** Options of {@link ImageFolder}. */
    public static final class Builder {

        private @Nullable Path images;
        private @Nullable Path scribbles;
        private @Nullable Path masks;
        private @Nullable List<String> names;
        private boolean grey;

        private Builder() {}

        /**
         * Sets the folder of images.
         *
         * @param folder holds PNG and JPEG files
         * @return this builder
         */
        public Builder setImages(Path folder) {
            this.images = folder;
            return this;
        }

        /**
         * Sets the folder of scribbles. A folder of masks will do for full supervision.
         *
         * @param folder holds PNG files
         * @return this builder
         */
        public Builder setScribbles(Path folder) {
            this.scribbles = folder;
            return this;
        }

        /**
         * Sets the folder of full masks.
         *
         * @param folder holds PNG files (default: there are no masks)
         * @return this builder
         */
        public Builder optMasks(Path folder) {
            this.masks = folder;
            return this;
        }

        /**
         * Sets which images to use.
         *
         * @param chosen names without an ending, in the order wanted (default: all images, in the
         *     order of their names)
         * @return this builder
         * @throws IllegalArgumentException if there is none
         */
        public Builder optNames(List<String> chosen) {
            Checks.require(!chosen.isEmpty(), "There are no names, so there would be no images.");
            this.names = List.copyOf(chosen);
            return this;
        }

        /**
         * Sets whether images have three channels, red, green and blue, or one, their brightness.
         *
         * @param flag colour or grey (default: colour)
         * @return this builder
         */
        public Builder optFlag(Image.Flag flag) {
            this.grey = flag == Image.Flag.GRAYSCALE;
            return this;
        }

        /**
         * Lists the folders.
         *
         * @return the images found
         * @throws IOException if a folder can't be listed, is empty, or an image lacks its partner
         * @throws IllegalStateException if a folder is not set
         */
        public ImageFolder build() throws IOException {
            if (images == null || scribbles == null) {
                throw new IllegalStateException(
                        "Images and scribbles are both needed. Call setImages and setScribbles.");
            }
            FolderFiles pictures = FolderFiles.of(images, IMAGES);
            FolderFiles drawn = FolderFiles.of(scribbles, LABELS);
            FolderFiles full = masks == null ? null : FolderFiles.of(masks, LABELS);
            if (names == null) {
                pictures.requireSame(drawn);
            }
            List<Entry> entries = new ArrayList<>();
            for (String name : names == null ? pictures.names() : names) {
                Path mask = full == null ? null : full.get(name);
                entries.add(new Entry(name, pictures.get(name), drawn.get(name), mask));
            }
            return new ImageFolder(entries, grey);
        }
    }
}
