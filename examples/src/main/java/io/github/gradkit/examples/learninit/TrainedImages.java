package io.github.gradkit.examples.learninit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.examples.cli.CommonOptions;
import io.github.gradkit.examples.data.ImageData;
import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.examples.model.Classifier;
import io.github.gradkit.examples.model.SmallCnn;
import java.io.IOException;

/** A classifier of images that was trained for one seed. */
final class TrainedImages implements AutoCloseable {

    private static final int BATCH = 64;
    private static final float RATE = 1e-3f;

    private final ImageData data;
    private final Classifier classifier;
    private final NDManager manager;
    private final NDArray test;
    private final PerturbationStart previous = PerturbationStart.carriedOver();

    private TrainedImages(ImageData data, long seed) {
        this.data = data;
        classifier =
                new Classifier(
                        SmallCnn.block(data.train().format()),
                        BATCH,
                        CommonOptions.engineSeed(seed));
        manager = classifier.model().getNDManager().newSubManager();
        test = array(data.test());
    }

    /**
     * Trains a classifier. Test images are attacked before the last epoch, so that a start can
     * remember where the attacks ended.
     */
    static TrainedImages train(ImageData data, int epochs, long seed)
            throws IOException, TranslateException {
        TrainedImages images = new TrainedImages(data, seed);
        try {
            images.fit(epochs - 1);
            images.remember();
            images.fit(1);
            return images;
        } catch (IOException | TranslateException | RuntimeException | Error e) {
            images.close();
            throw e;
        }
    }

    private void fit(int epochs) throws IOException, TranslateException {
        Tracker fixed = Tracker.fixed(RATE);
        classifier.fit(
                classifier.dataset(data.train()),
                epochs,
                Optimizer.adam().optLearningRateTracker(fixed).build());
    }

    private void remember() {
        Pgd attack =
                Pgd.builder()
                        .setBall(AttackStudy.BALL)
                        .optSteps(AttackStudy.FULL_STEPS)
                        .optStart(previous)
                        .build();
        try (BlockScorer scorer = BlockScorer.of(classifier.model())) {
            attack.adversarial(scorer, testInput()).close();
        }
    }

    private NDArray array(ImageSet images) {
        Shape shape = new Shape(images.size()).addAll(shape(images));
        try (NDArray given = manager.create(images.features(), shape)) {
            return given.duplicate();
        }
    }

    private static Shape shape(ImageSet images) {
        ImageSet.Format format = images.format();
        return new Shape(format.channels(), format.height(), format.width());
    }

    Classifier classifier() {
        return classifier;
    }

    /** Owns the arrays. */
    NDManager manager() {
        return manager;
    }

    ImageSet train() {
        return data.train();
    }

    /** The shape of an image. */
    Shape shape() {
        return shape(data.train());
    }

    /** The test images, {@code (images, channels, height, width)}. */
    NDArray test() {
        return test;
    }

    AttackInput testInput() {
        return AttackInput.of(test, data.test().labels());
    }

    /** Starts where attacks on the same test images ended an epoch ago. */
    PerturbationStart previous() {
        return previous;
    }

    @Override
    public void close() {
        classifier.close();
    }
}
