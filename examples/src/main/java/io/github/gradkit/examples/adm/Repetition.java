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

/** All trainings of one seed, from one checkpoint. */
final class Repetition {

    private static final float FIRST_RATE = 1e-3f;
    private static final float RATE = 5e-4f;

    /** Measuring takes a third of the time of an epoch. */
    private static final int EVERY = 2;

    private final Settings settings;
    private final long seed;
    private final SegmentationData data;
    private final List<ScribbledImage> shown;
    private final Examiner train;
    private final Examiner validation;
    private final Examiner test;
    private final byte[] checkpoint;
    private final Assessment start;

    /**
     * Learns the scribbles alone, from which all methods go on.
     *
     * @param shown the images whose labellings are kept
     */
    Repetition(Settings settings, long seed, SegmentationData data, List<ScribbledImage> shown)
            throws IOException, TranslateException {
        this.settings = settings;
        this.seed = seed;
        this.data = data;
        this.shown = List.copyOf(shown);
        train = examiner(data.train());
        validation = examiner(data.validation());
        test = examiner(data.test());
        try (Segmenter network = network()) {
            network.fit(
                    images(false),
                    settings.pretrainEpochs(),
                    new PartialCrossEntropy(),
                    FIRST_RATE);
            checkpoint = network.save();
            start = train.assess(network);
        }
    }

    /** Returns the grid energy of the training images' masks, as {@link Examiner} does. */
    double maskEnergy() throws IOException, TranslateException {
        return train.maskEnergy();
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

    /** Goes on with a method. */
    Trial train(Method method, double lambda)
            throws IOException, TranslateException, MalformedModelException {
        try (Segmenter network = network();
                Objective objective =
                        Objective.of(method, lambda, data.labels(), settings.threads())) {
            network.load(checkpoint);
            Curve curve = new Curve(network);
            long begin = System.nanoTime();
            network.fit(
                    images(method == Method.FULL),
                    settings.epochs(),
                    objective.loss(),
                    RATE,
                    curve);
            long nanos = System.nanoTime() - begin - curve.nanos;
            return new Trial(
                    method,
                    lambda,
                    seed,
                    curve.last(),
                    validation.miou(network),
                    test.miou(network),
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
        private final List<Trial.Point> points =
                new ArrayList<>(List.of(new Trial.Point(0, start)));
        private long nanos;
        private int epoch;

        Curve(Segmenter network) {
            this.network = network;
        }

        @Override
        public void onEpoch(Trainer trainer) {
            epoch++;
            if (epoch % EVERY != 0 && epoch != settings.epochs()) {
                return;
            }
            long begin = System.nanoTime();
            try {
                points.add(new Trial.Point(epoch, train.assess(network)));
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
