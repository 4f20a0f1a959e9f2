package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.gradkit.advtrain.attack.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an explanation asks: a classifier, as a network or by its scores alone, and an autoencoder
 * if there is one.
 */
final class ExplainedModel {

    private final @Nullable Block classifier;
    private final @Nullable Scorer scorer;
    private final @Nullable Block autoencoder;

    /** Either the classifier or the scorer is null. */
    ExplainedModel(
            @Nullable Block classifier, @Nullable Scorer scorer, @Nullable Block autoencoder) {
        this.classifier = classifier;
        this.scorer = scorer;
        this.autoencoder = autoencoder;
    }

    boolean isWhiteBox() {
        return classifier != null;
    }

    boolean hasAutoencoder() {
        return autoencoder != null;
    }

    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        if (classifier != null) {
            blocks.add(classifier);
        }
        if (autoencoder != null) {
            blocks.add(autoencoder);
        }
        return blocks;
    }

    /** The networks as a text; all classifiers of which only scores are known are alike. */
    String identity() {
        return "classifier "
                + (classifier == null ? "unknown" : BlockDigest.of(classifier))
                + ", autoencoder "
                + (autoencoder == null ? "none" : BlockDigest.of(autoencoder));
    }

    /** The scores of inputs, {@code (instances, classes)}. */
    NDArray scores(NDArray inputs) {
        NDArray scores =
                classifier == null
                        ? Objects.requireNonNull(scorer).score(inputs)
                        : run(classifier, inputs);
        Shape found = scores.getShape();
        if (found.dimension() != 2 || found.get(1) < 2) {
            throw new IllegalArgumentException(
                    "The classifier gives "
                            + found
                            + ", but an explanation needs scores (instances, classes) of 2 or more"
                            + " classes.");
        }
        return scores;
    }

    /** What the autoencoder makes of inputs. */
    NDArray decoded(NDArray inputs) {
        return run(Objects.requireNonNull(autoencoder), inputs);
    }

    private static NDArray run(Block block, NDArray inputs) {
        ParameterStore store = new ParameterStore(inputs.getManager(), false);
        return block.forward(store, new NDList(inputs), false).singletonOrThrow();
    }
}
