package io.github.gradkit.adm.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.util.Progress;
import io.github.gradkit.adm.cut.Neighbourhood;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Images with scribbles, as batches for the losses of this module.
 *
 * <p>The data of a record is the image, {@code (channels, height, width)} float32 from 0 to 1. Its
 * labels are those of {@link SegmentationLabels}: scribbles {@code (height, width)} uint8, {@link
 * ContrastWeights} {@code (directions, height, width)} float32, and the index {@code ()} int64 in
 * the whole data set, also in parts that {@code randomSplit} and the like return. A pipeline
 * changes the data only: it may normalise images, but not move their pixels.
 *
 * <p>Images are mirrored and cropped by chance if that is asked for, each time they are read, and
 * their weights are then computed from the pixels that come out: about a millisecond for 64 x 64
 * pixels. What is drawn depends on the seed, the image's index and how many times it was read
 * before; not on threads, nor on the engine's random numbers. A crop may hold no scribble at all.
 *
 * <p>Memory: by default images are kept once they have been read, and without random changes their
 * weights too. For colour images and eight neighbours these are 14 and 16 bytes a pixel. Batches
 * are owned by the manager they are asked for with; the data set itself has nothing to close. It
 * may be read by several threads.
 *
 * <p>As with all arrays that DJL makes of Java's numbers, a batch goes to the engine through direct
 * memory, which only Java's garbage collection gives back. With large images several gigabytes may
 * wait for it; {@code -XX:MaxDirectMemorySize=1g} makes the virtual machine collect earlier.
 */
public final class ScribbleDataset extends RandomAccessDataset {

    private final ImageStore store;
    private final ContrastWeights contrast;
    private final Cutout.Augmentation augmentation;
    private final long seed;
    private final boolean withImages;
    private final boolean anySize;
    private final AtomicIntegerArray reads;
    private boolean prepared;

    private ScribbleDataset(Builder builder, ImageSource source) {
        super(builder);
        contrast = builder.contrast.build();
        store = new ImageStore(source, contrast, builder.caching, builder.masks, builder.labels);
        augmentation = builder.augmentation;
        seed = builder.seed;
        withImages = builder.withImages;
        anySize = augmentation.isCrop() || builder.getSampler().getBatchSize() == 1;
        reads = new AtomicIntegerArray(source.size());
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
     * Checks all images, and reads them unless they are not to be kept.
     *
     * @param progress is told of each image, or null
     * @throws IOException if a file can't be read
     * @throws IllegalArgumentException if an image doesn't fit
     */
    @Override
    public synchronized void prepare(@Nullable Progress progress) throws IOException {
        if (prepared) {
            return;
        }
        int used = Math.toIntExact(size());
        store.checkSizes(used, anySize);
        store.checkMemory(used, !augmentation.isAny());
        if (store.isKept()) {
            readAll(used, progress);
        }
        prepared = true;
    }

    private void readAll(int used, @Nullable Progress progress) throws IOException {
        if (progress != null) {
            progress.reset("Reading images", used);
        }
        for (int i = 0; i < used; i++) {
            store.image(i);
            if (progress != null) {
                progress.update(i);
            }
        }
    }

    /**
     * Reads a record.
     *
     * @param manager owns the arrays
     * @param index the index of the image, from 0
     * @return the image, and its labels as described above
     * @throws IOException if the image's files can't be read
     * @throws IllegalArgumentException if the image doesn't fit
     * @throws IndexOutOfBoundsException if there is no such image
     */
    @Override
    public Record get(NDManager manager, long index) throws IOException {
        ScribbledImage image = image(index);
        int number = Math.toIntExact(index);
        byte[] labels = store.labels(image);
        if (!augmentation.isAny()) {
            float[] weights = store.weights(number, image);
            Shape shape = new Shape(image.height(), image.width());
            return record(manager, index, image.values(), labels, weights, shape);
        }
        Cutout part =
                Cutout.draw(
                        Streams.of(seed, index, reads.getAndIncrement(number)),
                        image,
                        augmentation);
        float[] pixels = part.pixels(image);
        float[] weights =
                contrast.of(
                        pixels, image.channels(), part.height(), part.width(), part.valid(image));
        Shape shape = new Shape(part.height(), part.width());
        return record(manager, index, pixels, part.labels(labels, image), weights, shape);
    }

    private Record record(
            NDManager manager,
            long index,
            float[] pixels,
            byte[] scribbles,
            float[] weights,
            Shape size) {
        Shape all = new Shape(pixels.length / size.size()).addAll(size);
        NDArray drawn = manager.create(ByteBuffer.wrap(scribbles), size, DataType.UINT8);
        Shape pairs = new Shape(contrast.neighbourhood().directions()).addAll(size);
        NDList labels = new NDList(drawn, manager.create(weights, pairs), manager.create(index));
        if (withImages) {
            labels.add(manager.create(pixels, all));
        }
        return new Record(new NDList(manager.create(pixels, all)), labels);
    }

    /**
     * Returns an image as it is, without random changes.
     *
     * @param index the index of the image, from 0
     * @return the image
     * @throws IOException if its files can't be read
     * @throws IllegalArgumentException if the image doesn't fit
     * @throws IndexOutOfBoundsException if there is no such image
     */
    public ScribbledImage image(long index) throws IOException {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException(
                    "There is no image " + index + ": they are 0 to " + (size() - 1) + ".");
        }
        return store.image(Math.toIntExact(index));
    }

    /**
     * Returns the labels that are scribbled somewhere in an image, also outside the square that a
     * batch holds of it; those of its mask if masks take the place of scribbles.
     *
     * @param index the index of the image, from 0
     * @return the labels in ascending order, without {@link SegmentationLabels#UNLABELLED}
     * @throws UncheckedIOException if the image's files can't be read
     * @throws IllegalArgumentException if the image doesn't fit
     * @throws IndexOutOfBoundsException if there is no such image
     */
    public int[] scribbledLabels(int index) {
        byte[] drawn;
        try {
            drawn = store.labels(image(index));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        BitSet present = new BitSet();
        for (byte label : drawn) {
            present.set(Byte.toUnsignedInt(label));
        }
        present.clear(SegmentationLabels.UNLABELLED);
        return present.stream().toArray();
    }

    /**
     * Tells whether images change by chance each time they are read, so that what is kept for an
     * index does not fit the next time.
     *
     * @return whether they are mirrored or cropped
     */
    public boolean isAugmented() {
        return augmentation.isAny();
    }

    /**
     * Returns which pixels make pairs.
     *
     * @return as given to the builder
     */
    public Neighbourhood neighbourhood() {
        return contrast.neighbourhood();
    }

    @Override
    protected long availableSize() {
        return store.size();
    }

    /** Options of {@link ScribbleDataset}. */
    public static final class Builder extends BaseBuilder<Builder> {

        private final ContrastWeights.Builder contrast = ContrastWeights.builder();
        private @Nullable ImageSource source;
        private Cutout.Augmentation augmentation = new Cutout.Augmentation(false, 0, 0);
        private long seed;
        private boolean masks;
        private boolean withImages;
        private boolean caching = true;
        private int labels = SegmentationLabels.UNLABELLED;

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets the images.
         *
         * @param images at least one; all of one size, unless they are cropped or batches hold one
         *     image
         * @return this builder
         * @throws IllegalArgumentException if there is none
         */
        public Builder setImages(List<ScribbledImage> images) {
            Checks.require(
                    !images.isEmpty(), "There are no images, so there is nothing to train on.");
            this.source = ImageSource.of(images);
            return this;
        }

        /**
         * Sets the images.
         *
         * @param folder images with scribbles; all of one size, unless they are cropped or batches
         *     hold one image
         * @return this builder
         */
        public Builder setFolder(ImageFolder folder) {
            this.source = folder.source();
            return this;
        }

        /**
         * Sets the images to those of a folder, in colour. {@link ImageFolder} has more options.
         *
         * @param images the folder of PNG and JPEG files
         * @param scribbles the folder of scribbles of the same names, or of masks
         * @return this builder
         * @throws IOException if a folder can't be listed, is empty, or an image lacks its partner
         */
        public Builder setFolders(Path images, Path scribbles) throws IOException {
            return setFolder(
                    ImageFolder.builder().setImages(images).setScribbles(scribbles).build());
        }

        /**
         * Sets which pixels make pairs.
         *
         * @param pairs four or eight neighbours (default: {@link Neighbourhood#EIGHT})
         * @return this builder
         */
        public Builder optNeighbourhood(Neighbourhood pairs) {
            contrast.optNeighbourhood(pairs);
            return this;
        }

        /**
         * Fixes sigma of the weights for all images.
         *
         * @param sigma more than 0, in units of values from 0 to 1 (default: adapted to each image)
         * @return this builder
         * @throws IllegalArgumentException if it is not more than 0
         */
        public Builder optSigma(double sigma) {
            contrast.optSigma(sigma);
            return this;
        }

        /**
         * Sets whether left and right are swapped in half of all reads.
         *
         * @param flip whether to swap them (default: false)
         * @return this builder
         */
        public Builder optFlip(boolean flip) {
            this.augmentation =
                    new Cutout.Augmentation(
                            flip, augmentation.cropHeight(), augmentation.cropWidth());
            return this;
        }

        /**
         * Cuts a part of this size out of each image at a random place. Smaller images are padded
         * at the right and below (left if mirrored) with their mean colour; padding has no labels
         * and weights of 0.
         *
         * @param height the rows, at least 1
         * @param width the columns, at least 1
         * @return this builder (default: whole images)
         * @throws IllegalArgumentException if a side is less than 1
         */
        public Builder optCrop(int height, int width) {
            Checks.size("A crop", 1, height, width);
            this.augmentation = new Cutout.Augmentation(augmentation.flip(), height, width);
            return this;
        }

        /**
         * Sets the seed of mirroring and cropping. Shuffling is DJL's, and has the engine's seed.
         *
         * @param number any number (default: 0)
         * @return this builder
         */
        public Builder optSeed(long number) {
            this.seed = number;
            return this;
        }

        /**
         * Sets whether full masks take the place of scribbles, for validation and full supervision.
         *
         * @param full whether to use masks (default: false)
         * @return this builder
         */
        public Builder optMasks(boolean full) {
            this.masks = full;
            return this;
        }

        /**
         * Sets whether the images are added to the labels as a fourth array {@code (channels,
         * height, width)}, as they are before the pipeline, for losses that need them. They show
         * the padding of small crops too, but weights of 0 tell where it is.
         *
         * @param add whether to add them (default: false)
         * @return this builder
         */
        public Builder optImages(boolean add) {
            this.withImages = add;
            return this;
        }

        /**
         * Sets how many labels there are. Images with higher ones are refused.
         *
         * @param count from 2 to 255 (default: 255)
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder optLabels(int count) {
            Checks.require(
                    count >= 2 && count <= SegmentationLabels.UNLABELLED,
                    "There are 2 to 255 labels, not " + count + ": 255 stands for none.");
            this.labels = count;
            return this;
        }

        /**
         * Sets whether weights, and images read from files, are kept in memory. If not, files are
         * read and weights computed anew each time.
         *
         * @param keep whether to keep them (default: true)
         * @return this builder
         */
        public Builder optCache(boolean keep) {
            this.caching = keep;
            return this;
        }

        /**
         * Makes the data set. Images are checked when it is prepared.
         *
         * @return the data set
         * @throws IllegalStateException if there are no images
         * @throws NullPointerException if there is no sampling
         */
        public ScribbleDataset build() {
            if (source == null) {
                throw new IllegalStateException(
                        "A data set needs images. Call setImages or setFolder.");
            }
            return new ScribbleDataset(this, source);
        }
    }
}
