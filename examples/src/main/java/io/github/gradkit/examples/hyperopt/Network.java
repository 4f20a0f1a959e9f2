package io.github.gradkit.examples.hyperopt;

import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.TranslateException;
import io.github.gradkit.examples.data.ImageData;
import io.github.gradkit.examples.model.Classifier;
import io.github.gradkit.examples.model.Logits;
import io.github.gradkit.hyperopt.TowerDivergedException;
import java.io.IOException;
import java.util.Arrays;

/**
 * The network of the paper's experiments: one hidden layer of 128 tanh units. Every training starts
 * from the same weights and sees the images in the same order.
 *
 * @param data the images
 * @param epochs passes over the training images
 * @param batchSize images per step
 * @param tanhOutput whether the outputs go through tanh as well, as in the paper's program
 */
record Network(ImageData data, int epochs, int batchSize, boolean tanhOutput) {

    static final int HIDDEN = 128;

    /** Returns how many steps one training makes. */
    long steps() {
        return (long) epochs * ((data.train().size() + batchSize - 1) / batchSize);
    }

    int classes() {
        return data.train().format().classes();
    }

    String describe() {
        return "MLP "
                + data.train().format().size()
                + "-"
                + HIDDEN
                + "-"
                + classes()
                + ", tanh"
                + (tanhOutput ? ", also on the output" : "");
    }

    private Block block() {
        SequentialBlock block =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(HIDDEN).build())
                        .add(Activation.tanhBlock())
                        .add(Linear.builder().setUnits(classes()).build());
        return tanhOutput ? block.add(Activation.tanhBlock()) : block;
    }

    /** Trains a fresh network; an optimizer that is to be closed is closed by the caller. */
    Trained train(Optimizer optimizer, int seed, TrainingListener... listeners)
            throws IOException, TranslateException {
        try (Classifier classifier = new Classifier(block(), batchSize, seed)) {
            ArrayDataset train = classifier.dataset(data.train());
            try {
                classifier.fit(train, epochs, optimizer, listeners);
            } catch (TowerDivergedException e) {
                return Trained.guessing(classes(), true);
            }
            Logits trained = classifier.logits(train);
            if (!trained.areFinite()) {
                return Trained.guessing(classes(), true);
            }
            Logits tested = classifier.logits(classifier.dataset(data.test()));
            return new Trained(
                    1 - tested.accuracy(data.test().labels()),
                    Arrays.stream(trained.losses(data.train().labels())).average().orElseThrow(),
                    false);
        }
    }
}
