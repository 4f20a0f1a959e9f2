package io.github.gradkit.adm.train;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.util.Progress;
import io.github.gradkit.adm.data.SegmentationLabels;
import io.github.gradkit.support.data.ExampleBatch;
import io.github.gradkit.support.data.ExampleReader;
import io.github.gradkit.support.state.StateFileException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Labels a whole data set every few epochs, and keeps the labellings for an {@link AdmLoss}.
 *
 * <p>This is the slow clock of alternating directions (as in Marin and Boykov, Robust Trust Region
 * for Weakly Supervised Segmentation, ICCV 2021): the network is trained for some epochs towards
 * fixed labellings, then all images are labelled anew from its scores in inference mode. It costs a
 * pass over the data set and a {@link LatentStep} for each image in every round, and nothing in
 * between; memory is a byte a pixel of the data set.
 *
 * <p>Add it to the listeners of the training and give it to the loss. The first round is after
 * {@code optEvery} epochs; until then the loss is the cross entropy of the scribbles alone, as it
 * should be for a network that was not trained before. For one that was, call {@link #refresh}
 * before the first epoch. Examples need their index in the labels and must come out of the data set
 * alike each time: an image that is flipped or cropped by chance has no labelling.
 *
 * <p>A round that fails changes nothing: the labellings of the last one stay, in memory and in the
 * file. With a file, a training that was interrupted goes on from it with {@link #load}.
 */
public final class PseudoLabelCache extends TrainingListenerAdapter {

    private static final Logger logger = LoggerFactory.getLogger(PseudoLabelCache.class);

    private final LatentStep step;
    private final RandomAccessDataset dataset;
    private final int every;
    private final int batchSize;
    private final @Nullable Path file;
    private final @Nullable Progress progress;
    private final List<AdmRecord> records = new ArrayList<>();
    private @Nullable LabelStore store;
    private int epochs;

    private PseudoLabelCache(Builder builder, LatentStep step, RandomAccessDataset dataset) {
        this.step = step;
        this.dataset = dataset;
        this.every = builder.every;
        this.batchSize = builder.batchSize;
        this.file = builder.file;
        this.progress = builder.progress;
    }

    /**
     * Makes a builder.
     *
     * @return a builder with all options at their defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    LatentStep step() {
        return step;
    }

    /**
     * Returns how often the data set was labelled, rounds before {@link #load} included.
     *
     * @return 0 or more
     */
    public int rounds() {
        return store == null ? 0 : store.rounds();
    }

    /**
     * Returns how the rounds of this cache came out, those before {@link #load} not included.
     *
     * @return a record for each round; the list is a copy
     */
    public List<AdmRecord> records() {
        return List.copyOf(records);
    }

    /**
     * Returns the labelling of an image.
     *
     * @param index the number of the image in the data set
     * @return its labels row by row, a copy; empty before the first round
     * @throws IndexOutOfBoundsException if there is no such image
     */
    public Optional<int[]> labelling(int index) {
        return Optional.ofNullable(store).map(present -> present.labelling(index));
    }

    /**
     * Labels the data set when the epoch is one of those.
     *
     * @param trainer the trainer
     */
    @Override
    public void onEpoch(Trainer trainer) {
        epochs++;
        if (epochs % every == 0) {
            refresh(trainer);
        }
    }

    /**
     * Labels the whole data set now.
     *
     * @param trainer the trainer, initialised; its model is run in inference mode and not changed
     * @throws IllegalArgumentException if the labels of an example are not those of {@link
     *     SegmentationLabels}, or its index is not its place in the data set
     * @throws UncheckedIOException if the data set can't be read, or the file not written
     */
    public void refresh(Trainer trainer) {
        long begin = System.nanoTime();
        ExampleReader reader = ExampleReader.of(dataset);
        LabelStore.Gatherer gatherer = new LabelStore.Gatherer();
        LatentEnergy mean = null;
        int done = 0;
        if (progress != null) {
            progress.reset("Labelling", reader.size());
        }
        try (NDManager manager = trainer.getManager().newSubManager()) {
            for (ExampleBatch batch : reader.batches(manager, batchSize)) {
                try (batch;
                        NDManager working = manager.newSubManager()) {
                    LatentStep.Labelled labelled = label(trainer, batch, working, gatherer, done);
                    double share = labelled.labels().size();
                    done += labelled.labels().size();
                    LatentEnergy energy = labelled.mean();
                    mean = mean == null ? energy : mean.merge(energy, share / done);
                }
                if (progress != null) {
                    progress.update(done - 1);
                }
            }
            if (mean == null) {
                throw new IllegalArgumentException(
                        "The data set is empty, so there is nothing to label.");
            }
            keep(gatherer.store(rounds() + 1), manager);
        }
        double milliseconds = (System.nanoTime() - begin) / 1e6;
        records.add(
                new AdmRecord(records.size(), done, Double.NaN, Double.NaN, mean, milliseconds));
        logger.info(
                "Labelled {} images in {} ms: grid energy {} to {}, {} of the pixels changed.",
                done,
                Math.round(milliseconds),
                mean.pottsBefore(),
                mean.pottsAfter(),
                mean.changed());
    }

    private LatentStep.Labelled label(
            Trainer trainer,
            ExampleBatch batch,
            NDManager working,
            LabelStore.Gatherer gatherer,
            int from) {
        SegmentationLabels labels = SegmentationLabels.of(batch.labels());
        checkIndices(ScoredImages.ints(labels.indices()), from);
        Device device = trainer.getDevices()[0];
        NDList data = batch.data().toDevice(device, false);
        NDList predictions = trainer.evaluate(data);
        predictions.attach(working);
        ScoredImages images = ScoredImages.copy(labels, labels.scores(predictions));
        gatherer.addScribbles(images.scribbles, labels);
        LatentStep.Labelled labelled = step.label(images);
        gatherer.addLabellings(labelled.labels());
        return labelled;
    }

    private static void checkIndices(int[] indices, int from) {
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] != from + i) {
                throw new IllegalArgumentException(
                        "Example "
                                + (from + i)
                                + " of the data set has index "
                                + indices[i]
                                + " in its labels. Labellings are kept by index, so it must be the"
                                + " example's place in the data set, counted from 0.");
            }
        }
    }

    private void keep(LabelStore made, NDManager manager) {
        if (file != null) {
            try {
                made.write(file, manager);
            } catch (StateFileException e) {
                throw new UncheckedIOException(e);
            }
        }
        store = made;
    }

    /** Returns the labellings of some images, or nothing if there are none yet. */
    @Nullable List<int[]> labellings(int[] indices, SegmentationLabels labels, int classes) {
        LabelStore present = store;
        if (present == null) {
            return null;
        }
        List<int[]> found = new ArrayList<>();
        for (int index : indices) {
            found.add(fitting(present, index, labels, classes));
        }
        return found;
    }

    private static int[] fitting(
            LabelStore store, int index, SegmentationLabels labels, int classes) {
        if (index < 0 || index >= store.size()) {
            throw new IllegalArgumentException(
                    "The batch holds image "
                            + index
                            + ", but labellings were made for images 0 to "
                            + (store.size() - 1)
                            + ". Train on the data set that the cache was given.");
        }
        LabelStore.Size size = store.size(index);
        if (size.height() != labels.height() || size.width() != labels.width()) {
            throw new IllegalArgumentException(
                    "Image "
                            + index
                            + " was labelled at "
                            + size.height()
                            + " x "
                            + size.width()
                            + " pixels, but the batch has "
                            + labels.height()
                            + " x "
                            + labels.width()
                            + ". Labellings that are kept don't fit images that are cropped or"
                            + " scaled by chance: leave that out, or label each batch with a"
                            + " step.");
        }
        int[] labelling = store.labelling(index);
        for (int label : labelling) {
            if (label >= classes) {
                throw new IllegalArgumentException(
                        "Image "
                                + index
                                + " was given label "
                                + label
                                + ", but the network scores labels 0 to "
                                + (classes - 1)
                                + ". Use the network that the labellings were made for.");
            }
        }
        return labelling;
    }

    /**
     * Takes the labellings of an earlier training from the file.
     *
     * <p>The data set is read once to see that they are of the same images and scribbles.
     *
     * @param manager any open manager
     * @throws StateFileException if the file is missing, damaged, of another kind, or made for
     *     other images
     * @throws IllegalStateException if this cache has no file
     */
    public void load(NDManager manager) throws StateFileException {
        if (file == null) {
            throw new IllegalStateException(
                    "This cache has no file to load. Set one with optFile.");
        }
        LabelStore.Gatherer gatherer = new LabelStore.Gatherer();
        try (NDManager working = manager.newSubManager()) {
            for (ExampleBatch batch : ExampleReader.of(dataset).batches(working, batchSize)) {
                try (batch) {
                    SegmentationLabels labels = SegmentationLabels.of(batch.labels());
                    gatherer.addScribbles(ScoredImages.ints(labels.scribbles()), labels);
                }
            }
            store = LabelStore.read(file, working, gatherer.fingerprint());
        }
    }

    /** Options of {@link PseudoLabelCache}. */
    public static final class Builder {

        private @Nullable LatentStep step;
        private @Nullable RandomAccessDataset dataset;
        private int every = 5;
        private int batchSize = 16;
        private @Nullable Path file;
        private @Nullable Progress progress;

        private Builder() {}

        /**
         * Sets what labels the images.
         *
         * @param latentStep the step; not closed by the cache
         * @return this builder
         */
        public Builder setStep(LatentStep latentStep) {
            this.step = latentStep;
            return this;
        }

        /**
         * Sets the images to label: the data set of the training, without chance in it. Its own
         * sampling does not matter.
         *
         * @param images a data set with the labels of {@link SegmentationLabels}, all three
         * @return this builder
         */
        public Builder setDataset(RandomAccessDataset images) {
            this.dataset = images;
            return this;
        }

        /**
         * Sets after how many epochs the images are labelled again.
         *
         * @param epochCount 1 or more (default: 5)
         * @return this builder
         * @throws IllegalArgumentException if there are fewer
         */
        public Builder optEvery(int epochCount) {
            this.every = positive("Labelling every " + epochCount + " epochs", epochCount);
            return this;
        }

        /**
         * Sets how many images go through the network at once. The labellings don't depend on it.
         *
         * @param images 1 or more (default: 16)
         * @return this builder
         * @throws IllegalArgumentException if there are fewer
         */
        public Builder optBatch(int images) {
            this.batchSize = positive("A batch of " + images + " images", images);
            return this;
        }

        private static int positive(String what, int count) {
            if (count < 1) {
                throw new IllegalArgumentException(what + " is not possible. Give 1 or more.");
            }
            return count;
        }

        /**
         * Sets where the labellings of each round are kept, the newest only.
         *
         * @param path a file in a folder that exists (default: memory only)
         * @return this builder
         */
        public Builder optFile(Path path) {
            this.file = path;
            return this;
        }

        /**
         * Sets who is told how many images are labelled.
         *
         * @param listener told after each batch (default: nobody)
         * @return this builder
         */
        public Builder optProgress(Progress listener) {
            this.progress = listener;
            return this;
        }

        /**
         * Makes the cache, empty.
         *
         * @return a cache
         * @throws IllegalStateException if the step or the data set is not set
         */
        public PseudoLabelCache build() {
            if (step == null || dataset == null) {
                throw new IllegalStateException(
                        "A cache needs a step and a data set. Call setStep and setDataset.");
            }
            return new PseudoLabelCache(this, step, dataset);
        }
    }
}
