package io.github.gradkit.examples.adacomp;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import io.github.gradkit.adacomp.train.GradientCompressionListener;
import io.github.gradkit.adacomp.train.InProcessLearners;
import io.github.gradkit.adacomp.train.InitialWeights;
import io.github.gradkit.adacomp.train.Learner;
import io.github.gradkit.adacomp.train.ShardedDataset;
import io.github.gradkit.examples.cli.ProgressListener;
import io.github.gradkit.examples.data.ImageData;
import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.examples.model.Classifier;
import io.github.gradkit.examples.model.SmallCnn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Several learners in this process that train one network. */
final class LearnerGroup {

    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private final Settings settings;
    private final ImageData data;
    private final Progress progress;

    LearnerGroup(Settings settings, ImageData data, Progress progress) {
        this.settings = settings;
        this.data = data;
        this.progress = progress;
    }

    /** Trains with one compressor; all trainings start from the same weights. */
    Outcome train(CompressorKind kind, double computeMillis) throws Exception {
        long start = System.nanoTime();
        Tally tally = new Tally();
        List<Double> accuracy = new ArrayList<>();
        List<Classifier> classifiers = new ArrayList<>();
        try {
            // One after the other, as the random state of the engine serves all threads.
            for (int rank = 0; rank < settings.learners(); rank++) {
                classifiers.add(classifier());
            }
            // One copy for all, as they only read it.
            ArrayDataset images = classifiers.get(0).dataset(data.train());
            InProcessLearners.run(
                    settings.learners(),
                    DEADLINE,
                    learner -> {
                        Classifier own = classifiers.get(learner.exchange().rank());
                        fit(learner, own, images, kind, tally, accuracy);
                    });
        } finally {
            classifiers.forEach(Classifier::close);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Outcome(kind, accuracy, tally, computeMillis, seconds);
    }

    private Classifier classifier() {
        Classifier classifier =
                new Classifier(
                        SmallCnn.block(data.train().format()),
                        settings.batchSize(),
                        settings.engineSeed());
        classifier
                .model()
                .getBlock()
                .initialize(classifier.model().getNDManager(), DataType.FLOAT32, shape());
        return classifier;
    }

    /** One image is enough to find the shapes of the weights, and a batch may be huge. */
    private Shape shape() {
        ImageSet.Format format = data.train().format();
        return new Shape(1, format.channels(), format.height(), format.width());
    }

    private void fit(
            Learner learner,
            Classifier classifier,
            ArrayDataset images,
            CompressorKind kind,
            Tally tally,
            List<Double> accuracy)
            throws IOException, TranslateException {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Classifier.loss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(settings.optimizer().make())
                        .addTrainingListeners(
                                listeners(learner, classifier, kind, tally, accuracy));
        try (Trainer trainer = learner.newTrainer(classifier.model(), config)) {
            trainer.initialize(shape());
            InitialWeights.broadcast(learner.exchange(), classifier.model().getBlock());
            ShardedDataset shard =
                    ShardedDataset.builder()
                            .setDataset(images)
                            .setLearner(learner.exchange())
                            .setBatchSize(settings.batchSize())
                            .optSeed(settings.seed())
                            .build();
            EasyTrain.fit(trainer, settings.epochs(), shard, null);
        }
    }

    private TrainingListener[] listeners(
            Learner learner,
            Classifier classifier,
            CompressorKind kind,
            Tally tally,
            List<Double> accuracy) {
        GradientCompressionListener.Builder builder =
                GradientCompressionListener.builder()
                        .setExchange(learner.exchange())
                        .optCompressor(kind.compressor())
                        .optTraceEvery(1);
        if (learner.exchange().rank() != 0) {
            return new TrainingListener[] {builder.build()};
        }
        GradientCompressionListener compression =
                builder.addObserver(tally::add).addTrace(tally.trace()).build();
        return new TrainingListener[] {
            compression,
            new SentBytes(compression, tally),
            new Accuracy(classifier, classifier.dataset(data.test()), data.test(), accuracy),
            new ProgressListener(progress, kind.title(), batches())
        };
    }

    private long batches() {
        int images = data.train().size();
        long global = (long) settings.learners() * settings.batchSize();
        // A rest with which some learners would get nothing is left out.
        long rest = images % global >= settings.learners() ? 1 : 0;
        return settings.epochs() * (images / global + rest);
    }

    /** Returns the milliseconds that a step of one learner takes that has nobody to talk to. */
    double computeMillis() throws IOException, TranslateException {
        StepTimes times = new StepTimes();
        try (Classifier classifier = classifier()) {
            long wanted = (long) StepTimes.STEPS * settings.batchSize();
            int images = (int) Math.min(data.train().size(), wanted);
            // Few images are gone through again and again.
            int epochs = (int) Math.min(StepTimes.STEPS, (wanted + images - 1) / images);
            ImageSet some = data.train().select(IntStream.range(0, images).toArray());
            classifier.fit(classifier.dataset(some), epochs, settings.optimizer().make(), times);
        }
        return times.median();
    }

    /** Takes down the size of each message, and what was sent of each layer. */
    private static final class SentBytes extends TrainingListenerAdapter {

        private final GradientCompressionListener compression;
        private final Tally tally;

        SentBytes(GradientCompressionListener compression, Tally tally) {
            this.compression = compression;
            this.tally = tally;
        }

        @Override
        public void onTrainingBatch(Trainer trainer, BatchData batchData) {
            tally.sent(compression.bytesSent());
        }

        @Override
        public void onEpoch(Trainer trainer) {
            tally.layers(compression.traffic());
        }
    }

    /** Tests after each epoch. */
    private static final class Accuracy extends TrainingListenerAdapter {

        private final Classifier classifier;
        private final ArrayDataset arrays;
        private final ImageSet test;
        private final List<Double> accuracy;

        Accuracy(Classifier classifier, ArrayDataset arrays, ImageSet test, List<Double> accuracy) {
            this.classifier = classifier;
            this.arrays = arrays;
            this.test = test;
            this.accuracy = accuracy;
        }

        @Override
        public void onEpoch(Trainer trainer) {
            try {
                accuracy.add(classifier.logits(arrays).accuracy(test.labels()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (TranslateException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
