package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;

/** An attack as it is written first, without a thought for the training around it. */
final class NaiveAttack {

    private NaiveAttack() {}

    static void run(Block block, NDArray x, boolean training) {
        try (NDManager manager = x.getManager().newSubManager()) {
            NDArray leaf = x.duplicate();
            leaf.attach(manager);
            leaf.setRequiresGradient(true);
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDList out =
                        block.forward(
                                new ParameterStore(manager, false), new NDList(leaf), training);
                collector.backward(out.head().logSoftmax(1).sum());
            }
        }
    }
}
