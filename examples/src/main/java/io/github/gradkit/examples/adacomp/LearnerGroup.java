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
import java.util.stream.Stream;

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
            // One copy for all learners, who only read it.
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

    private Shape shape() {
        ImageSet.Format format = data.train().format();
        return new Shape(settings.batchSize(), format.channels(), format.height(), format.width());
    }

    private void fit(
            Learner learner,
            Classifier classifier,
            ArrayDataset images,
            CompressorKind kind,
            Tally tally,
            List<Double> accuracy)
            throws IOException, TranslateException {
        GradientCompressionListener.Builder compression =
                GradientCompressionListener.builder()
                        .setExchange(learner.exchange())
                        .optCompressor(kind.compressor())
                        .optTraceEvery(1);
        List<TrainingListener> watching = List.of();
        if (learner.exchange().rank() == 0) {
            compression.addObserver(tally::add);
            watching =
                    List.of(
                            new Accuracy(classifier, data.test(), accuracy),
                            new ProgressListener(progress, kind.title(), batches()));
        }
        DefaultTrainingConfig config =
                config(Stream.concat(Stream.of(compression.build()), watching.stream()));
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

    private DefaultTrainingConfig config(Stream<TrainingListener> listeners) {
        return new DefaultTrainingConfig(Classifier.loss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(settings.optimizer().make())
                .addTrainingListeners(listeners.toArray(TrainingListener[]::new));
    }

    private long batches() {
        int global = settings.learners() * settings.batchSize();
        return (long) settings.epochs() * ((data.train().size() + global - 1) / global);
    }

    /** Returns the milliseconds that a step of one learner takes that has nobody to talk to. */
    double computeMillis() throws IOException, TranslateException {
        StepTimes times = new StepTimes();
        try (Classifier classifier = classifier()) {
            int images = Math.min(data.train().size(), StepTimes.STEPS * settings.batchSize());
            ImageSet some = data.train().select(IntStream.range(0, images).toArray());
            classifier.fit(classifier.dataset(some), 1, settings.optimizer().make(), times);
        }
        return times.median();
    }

    /** Tests after each epoch. */
    private static final class Accuracy extends TrainingListenerAdapter {

        private final Classifier classifier;
        private final ImageSet test;
        private final List<Double> accuracy;

        Accuracy(Classifier classifier, ImageSet test, List<Double> accuracy) {
            this.classifier = classifier;
            this.test = test;
            this.accuracy = accuracy;
        }

        @Override
        public void onEpoch(Trainer trainer) {
            try {
                accuracy.add(classifier.logits(classifier.dataset(test)).accuracy(test.labels()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (TranslateException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
