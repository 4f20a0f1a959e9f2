package io.github.gradkit.adm.train;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.util.Progress;
import io.github.gradkit.adm.data.ScribbleDataset;
import io.github.gradkit.adm.data.SegmentationLabels;
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
 * pass over the data set and a {@link LatentStep} for each image in every round, and a look-up for
 * each batch in between. Memory is a byte a pixel of the data set, twice that during a round, and
 * three times while its file is written.
 *
 * <p>Add it to the listeners of the training and give it to the loss. The first round is after
 * {@code optEvery} epochs; until then the loss is the cross entropy of the scribbles alone, as it
 * should be for a network that was not trained before. For one that was, call {@link #refresh}
 * before the first epoch. Examples need an index of their own in the labels and must come out of
 * the data set alike each time: an image that is flipped or cropped by chance has no labelling. A
 * labelling is served only with the scribbles it was made for; images without scribbles are not
 * told apart by more than their size and index.
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
    private int rounds;
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
        return rounds;
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
     * @param index the image's index in the labels of the data set
     * @return its labels row by row, a copy; empty before the first round, or if there is no such
     *     image
     */
    public Optional<int[]> labelling(int index) {
        return Optional.ofNullable(store)
                .map(present -> present.entry(index))
                .map(LabelStore.Entry::labelling);
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
     * @throws IllegalArgumentException if the data set is empty, the labels of an example are not
     *     those of {@link SegmentationLabels}, or two have the same index
     * @throws UncheckedIOException if the data set can't be read, or the file not written
     */
    public void refresh(Trainer trainer) {
        ExampleReader reader = ExampleReader.of(dataset);
        if (progress != null) {
            progress.reset("Labelling", reader.size());
        }
        Round round = new Round();
        SameSizeBatches.read(
                reader,
                trainer.getManager(),
                batchSize,
                (data, labels, working) -> {
                    label(trainer, data, labels, working, round);
                    if (progress != null) {
                        progress.update(round.energy.images() - 1);
                    }
                });
        LatentEnergy mean = round.energy.mean();
        if (mean == null) {
            throw new IllegalArgumentException(
                    "The data set is empty, so there is nothing to label.");
        }
        keep(round.made, trainer.getManager());
        records.add(
                new AdmRecord(
                        records.size(),
                        round.energy.images(),
                        Double.NaN,
                        Double.NaN,
                        mean,
                        round.milliseconds));
        logger.info(
                "Labelled {} images: grid energy {} to {}, {} of the pixels changed.",
                round.energy.images(),
                mean.pottsBefore(),
                mean.pottsAfter(),
                mean.changed());
    }

    /** What a round has come to so far. */
    private static final class Round {
        private final LabelStore made = new LabelStore();
        private final MeanEnergy energy = new MeanEnergy();
        private double milliseconds;
    }

    private void label(
            Trainer trainer, NDList data, NDList labels, NDManager working, Round round) {
        SegmentationLabels view = SegmentationLabels.of(labels);
        Device device = trainer.getDevices()[0];
        NDList predictions = trainer.evaluate(data.toDevice(device, false));
        predictions.attach(working);
        long begin = System.nanoTime();
        ScoredImages images = ScoredImages.copy(view, view.scores(predictions));
        Labelled labelled = step.label(images);
        round.milliseconds += (System.nanoTime() - begin) / 1e6;
        round.made.add(ScoredImages.ints(view.indices()), images, labelled);
        round.energy.add(labelled.mean(), view.batch());
    }

    private void keep(LabelStore made, NDManager manager) {
        if (file != null) {
            LabelStore.Clock clock = new LabelStore.Clock(rounds + 1, epochs, step.trained() + 1);
            try {
                made.write(file, manager, clock);
            } catch (StateFileException e) {
                throw new UncheckedIOException(e);
            }
        }
        store = made;
        rounds++;
        step.advance();
    }

    /** Returns the labellings of some images, or nothing if there are none yet. */
    @Nullable List<int[]> labellings(int[] indices, ScoredImages images) {
        LabelStore present = store;
        if (present == null) {
            return null;
        }
        List<int[]> found = new ArrayList<>();
        for (int i = 0; i < indices.length; i++) {
            LabelStore.Entry entry = present.entry(indices[i]);
            if (entry == null) {
                throw new IllegalArgumentException(
                        "The batch holds image "
                                + indices[i]
                                + ", which is not among the "
                                + present.size()
                                + " that were labelled. Train on the data set that the cache was"
                                + " given.");
            }
            requireSame(entry, indices[i], images, i);
            found.add(known(entry.labelling(), indices[i], images.labels));
        }
        return found;
    }

    private static void requireSame(
            LabelStore.Entry entry, int index, ScoredImages images, int place) {
        boolean sameSize = entry.height == images.height && entry.width == images.width;
        if (sameSize
                && entry.scribbles == LabelStore.checksum(images.scribbles, place, images.pixels)) {
            return;
        }
        throw new IllegalArgumentException(
                "Image "
                        + index
                        + " was labelled "
                        + (sameSize
                                ? "with other scribbles than it has in this batch"
                                : "at "
                                        + entry.height
                                        + " x "
                                        + entry.width
                                        + " pixels, but the batch has "
                                        + images.height
                                        + " x "
                                        + images.width)
                        + ". A labelling that is kept does not fit an image that is flipped,"
                        + " cropped or scaled by chance, nor one of another data set: leave that"
                        + " out, or label each batch with a step.");
    }

    private static int[] known(int[] labelling, int index, int labels) {
        for (int label : labelling) {
            if (label >= labels) {
                throw new IllegalArgumentException(
                        "Image "
                                + index
                                + " was given label "
                                + label
                                + ", but the network scores labels 0 to "
                                + (labels - 1)
                                + ". Use the network that the labellings were made for.");
            }
        }
        return labelling;
    }

    /**
     * Takes the labellings of an earlier training from the file, and goes on counting epochs, and
     * the batches of the step's schedule, where that training was when they were made.
     *
     * @param manager any open manager
     * @throws StateFileException if the file is missing, damaged or of another kind
     * @throws IllegalStateException if this cache has no file
     */
    public void load(NDManager manager) throws StateFileException {
        if (file == null) {
            throw new IllegalStateException(
                    "This cache has no file to load. Set one with optFile.");
        }
        LabelStore read = new LabelStore();
        LabelStore.Clock clock = read.read(file, manager);
        store = read;
        rounds = clock.rounds();
        epochs = clock.epochs();
        step.resume(clock.trained());
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
         * Sets how many images go through the network at once; fewer where the next one has another
         * size. The labellings don't depend on it.
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
         * @throws IllegalArgumentException if the data set flips or crops by chance
         */
        public PseudoLabelCache build() {
            if (step == null || dataset == null) {
                throw new IllegalStateException(
                        "A cache needs a step and a data set. Call setStep and setDataset.");
            }
            if (dataset instanceof ScribbleDataset scribbled && scribbled.isAugmented()) {
                throw new IllegalArgumentException(
                        "The data set flips or crops its images by chance, so a labelling that is"
                                + " kept would not fit. Leave out optFlip and optCrop, or label"
                                + " each batch with a step.");
            }
            return new PseudoLabelCache(this, step, dataset);
        }
    }
}
