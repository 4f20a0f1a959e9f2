package io.github.gradkit.benchmarks;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.optimizer.Optimizer;
import io.github.gradkit.adacomp.compress.Compressor;
import io.github.gradkit.adacomp.train.GradientCompressionListener;
import io.github.gradkit.adacomp.train.InProcessLearners;
import io.github.gradkit.adacomp.train.InitialWeights;
import io.github.gradkit.adacomp.train.Learner;
import io.github.gradkit.adacomp.train.ShardedDataset;
import io.github.gradkit.adacomp.train.StepReport;
import io.github.gradkit.examples.data.ImageData;
import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.examples.model.Classifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One training of a group of learners in this process.
 *
 * @param data the images
 * @param block makes the network, for images {@code (batch, channels, height, width)}
 * @param optimizer makes the optimizer of a learner
 * @param compressor what is sent
 * @param learners the number of learners
 * @param batch the examples of a step, of all learners together
 * @param epochs passes over the data
 * @param seed decides weights and order
 */
record LearnerTraining(
        ImageData data,
        Supplier<Block> block,
        Supplier<Optimizer> optimizer,
        Compressor compressor,
        int learners,
        int batch,
        int epochs,
        long seed) {

    private static final Duration DEADLINE = Duration.ofMinutes(5);

    /** Bits by kind of layer, of the learner of rank 0 over the whole training. */
    static final class Traffic {

        private double convolutionDense;
        private double convolutionPaper;
        private double linearDense;
        private double linearPaper;
        private double dense;
        private double bytes;

        private void add(StepReport report) {
            for (StepReport.Layer layer : report.layers()) {
                double bits = 32.0 * layer.size();
                dense += bits;
                bytes += layer.bytes();
                if (layer.path().endsWith("Conv2d_weight")) {
                    convolutionDense += bits;
                    convolutionPaper += layer.paperBits();
                } else if (layer.path().endsWith("Linear_weight")) {
                    linearDense += bits;
                    linearPaper += layer.paperBits();
                }
            }
        }

        /** Returns the rate of convolutions as in the paper, or NaN without any. */
        double convolutions() {
            return convolutionDense / convolutionPaper;
        }

        double linear() {
            return linearDense / linearPaper;
        }

        double inBytes() {
            return dense / 8 / bytes;
        }
    }

    /** What a training came to. */
    record Outcome(double accuracy, Traffic traffic) {}

    Outcome run() throws Exception {
        Traffic traffic = new Traffic();
        List<Classifier> classifiers = new ArrayList<>();
        try {
            for (int rank = 0; rank < learners; rank++) {
                classifiers.add(classifier());
            }
            Classifier first = classifiers.get(0);
            // One copy for all learners, who only read it.
            ArrayDataset images = first.dataset(data.train());
            InProcessLearners.run(
                    learners,
                    DEADLINE,
                    learner ->
                            train(
                                    learner,
                                    classifiers.get(learner.exchange().rank()).model(),
                                    images,
                                    traffic));
            double accuracy =
                    first.logits(first.dataset(data.test())).accuracy(data.test().labels());
            return new Outcome(accuracy, traffic);
        } finally {
            classifiers.forEach(Classifier::close);
        }
    }

    private Classifier classifier() {
        Classifier classifier = new Classifier(block.get(), ownBatch(), Math.toIntExact(seed));
        Model model = classifier.model();
        model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, shape(1));
        return classifier;
    }

    private int ownBatch() {
        return Math.max(1, batch / learners);
    }

    private Shape shape(int examples) {
        ImageSet.Format format = data.train().format();
        return new Shape(examples, format.channels(), format.height(), format.width());
    }

    private void train(Learner learner, Model model, ArrayDataset images, Traffic traffic)
            throws Exception {
        GradientCompressionListener.Builder listener =
                GradientCompressionListener.builder()
                        .setExchange(learner.exchange())
                        .optCompressor(compressor)
                        .optTraceEvery(1);
        if (learner.exchange().rank() == 0) {
            listener.addObserver(traffic::add);
        }
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Classifier.loss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(optimizer.get())
                        .addTrainingListeners(listener.build());
        try (Trainer trainer = learner.newTrainer(model, config)) {
            trainer.initialize(shape(1));
            InitialWeights.broadcast(learner.exchange(), model.getBlock());
            EasyTrain.fit(trainer, epochs, shard(learner, images), null);
        }
    }

    private ShardedDataset shard(Learner learner, ArrayDataset images) {
        return ShardedDataset.builder()
                .setDataset(images)
                .setLearner(learner.exchange())
                .setBatchSize(ownBatch())
                .optSeed(seed)
                .build();
    }
}
