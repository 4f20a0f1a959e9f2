package io.github.gradkit.examples.adm;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.translate.TranslateException;
import io.github.gradkit.adm.data.ScribbleDataset;
import io.github.gradkit.adm.data.ScribbledImage;
import io.github.gradkit.adm.loss.PartialCrossEntropy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All trainings of one seed, from one checkpoint. Those on record are not made again. */
final class Repetition {

    private static final float FIRST_RATE = 1e-3f;
    private static final float RATE = 5e-4f;

    /** Measuring takes a third of the time of an epoch, more with crops. */
    private static final int POINTS = 4;

    private static final int EPOCHS_BETWEEN = 3;

    private final Settings settings;
    private final long seed;
    private final SegmentationData data;
    private final List<ScribbledImage> shown;
    private final TrialRecord record;
    private @Nullable Examiners examiners;
    private @Nullable Checkpoint checkpoint;
    private @Nullable String fingerprint;

    /** Keep the weights of all their images in memory. */
    private record Examiners(Examiner train, Examiner validation, Examiner test) {}

    /** A network that has learned the scribbles alone, from which all methods go on. */
    private static final class Checkpoint {

        final byte[] weights;
        final Assessment assessment;

        Checkpoint(byte[] weights, Assessment assessment) {
            this.weights = weights;
            this.assessment = assessment;
        }
    }

    /**
     * Makes a repetition, without any training yet.
     *
     * @param shown the images whose labellings are kept
     */
    Repetition(
            Settings settings,
            long seed,
            SegmentationData data,
            List<ScribbledImage> shown,
            TrialRecord record) {
        this.settings = settings;
        this.seed = seed;
        this.data = data;
        this.shown = List.copyOf(shown);
        this.record = record;
    }

    /** Returns the grid energy of the training images' masks, as {@link Examiner} does. */
    double maskEnergy() throws IOException, TranslateException {
        return examiners().train.maskEnergy();
    }

    private Examiners examiners() {
        if (examiners == null) {
            examiners =
                    new Examiners(
                            examiner(data.train()),
                            examiner(data.validation()),
                            examiner(data.test()));
        }
        return examiners;
    }

    /** Lets go of memory while other seeds are trained. */
    void rest() {
        examiners = null;
    }

    private Examiner examiner(List<ScribbledImage> images) {
        return new Examiner(images, data.labels(), SegmentationData.haveMasks(images));
    }

    private Segmenter network() {
        return new Segmenter(data.train().get(0).channels(), data.labels(), seed);
    }

    /** Makes the data set anew for each training, so that all see the same crops. */
    private ScribbleDataset images(boolean full) {
        ScribbleDataset.Builder builder =
                ScribbleDataset.builder()
                        .setImages(data.train())
                        .optMasks(full)
                        .optLabels(data.labels())
                        .optSeed(seed)
                        .setSampling(Settings.BATCH, true);
        if (settings.crop() > 0) {
            builder.optCrop(settings.crop(), settings.crop());
        }
        return builder.build();
    }

    private Checkpoint checkpoint() throws IOException, TranslateException {
        if (checkpoint == null) {
            try (Segmenter network = network()) {
                network.fit(
                        images(false),
                        settings.pretrainEpochs(),
                        Objective.of(new PartialCrossEntropy()),
                        FIRST_RATE);
                checkpoint = new Checkpoint(network.save(), examiners().train.assess(network));
            }
        }
        return checkpoint;
    }

    /** Goes on with a method, or returns the training on record. */
    Trial train(Method method, double lambda)
            throws IOException, TranslateException, MalformedModelException {
        if (!record.isKept()) {
            return trained(method, lambda, checkpoint());
        }
        TrialRecord.Key key = key(method, lambda);
        Optional<Trial> known = record.find(key, shown.size());
        if (known.isPresent()) {
            return known.get();
        }
        Trial trial = trained(method, lambda, checkpoint());
        record.add(key, trial);
        return trial;
    }

    private TrialRecord.Key key(Method method, double lambda) {
        return new TrialRecord.Key(
                fingerprint(),
                data.labels(),
                settings.pretrainEpochs(),
                settings.epochs(),
                settings.crop(),
                seed,
                method,
                lambda,
                method.cuts() ? settings.cuts() : null);
    }

    /** Takes a look at every pixel, so it is asked for once, and with a record only. */
    private String fingerprint() {
        if (fingerprint == null) {
            fingerprint = data.fingerprint();
        }
        return fingerprint;
    }

    private Trial trained(Method method, double lambda, Checkpoint from)
            throws IOException, TranslateException, MalformedModelException {
        ScribbleDataset images = images(method == Method.FULL);
        try (Segmenter network = network();
                Objective objective =
                        Objective.of(method, lambda, images, data.labels(), settings)) {
            network.load(from.weights);
            Curve curve = new Curve(network, from.assessment);
            long begin = System.nanoTime();
            network.fit(images, settings.epochs(), objective, RATE, curve);
            long nanos = System.nanoTime() - begin - curve.nanos;
            return new Trial(
                    method,
                    lambda,
                    seed,
                    curve.last(),
                    examiners().validation.miou(network),
                    examiners().test.miou(network),
                    nanos / 1e9,
                    curve.points,
                    shown.stream().map(image -> labels(network, image)).toList());
        }
    }

    private static int[] labels(Segmenter network, ScribbledImage image) {
        try (NDManager manager = network.manager().newSubManager()) {
            Shape shape = new Shape(1, image.channels(), image.height(), image.width());
            NDArray pixels = manager.create(image.pixels(), shape);
            long[] best = network.score(new NDList(pixels)).head().argMax(1).toLongArray();
            int[] labels = new int[best.length];
            for (int i = 0; i < best.length; i++) {
                labels[i] = (int) best[i];
            }
            return labels;
        }
    }

    /** Measures how the training images are labelled as the epochs go by. */
    private final class Curve extends TrainingListenerAdapter {

        private final Segmenter network;
        private final List<Trial.Point> points;
        private final int every =
                Math.max(EPOCHS_BETWEEN, (settings.epochs() + POINTS - 1) / POINTS);
        private long nanos;
        private int epoch;

        Curve(Segmenter network, Assessment start) {
            this.network = network;
            points = new ArrayList<>(List.of(new Trial.Point(0, start)));
        }

        @Override
        public void onEpoch(Trainer trainer) {
            epoch++;
            if (epoch % every != 0 && epoch != settings.epochs()) {
                return;
            }
            long begin = System.nanoTime();
            try {
                points.add(new Trial.Point(epoch, examiners().train.assess(network)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (TranslateException e) {
                throw new IllegalStateException(e);
            }
            nanos += System.nanoTime() - begin;
        }

        Assessment last() {
            return points.get(points.size() - 1).assessment();
        }
    }
}
