package io.github.gradkit.benchmarks;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.AttackResult;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.function.Supplier;

/**
 * A fresh model and one batch of random images, which are labelled with what the model predicts: so
 * that an attack has to work on all of them.
 */
final class AttackSetting implements AutoCloseable {

    private final Model model;
    private final Block block;
    private final NDManager manager;
    private final NDArray images;
    private final NDArray labels;

    AttackSetting(Supplier<Block> blocks, Shape input) {
        Engine.getInstance().setRandomSeed(11);
        model = Model.newInstance("attacked", Device.cpu());
        block = blocks.get();
        model.setBlock(block);
        manager = model.getNDManager().newSubManager();
        block.initialize(model.getNDManager(), DataType.FLOAT32, input);
        images = manager.randomUniform(0, 1, input);
        labels = predictions();
    }

    private NDArray predictions() {
        try (NDManager scope = manager.newSubManager()) {
            NDArray scores = forward(scope, images);
            NDArray best = scores.argMax(1).toType(DataType.FLOAT32, false);
            best.attach(manager);
            return best;
        }
    }

    private NDArray forward(NDManager scope, NDArray inputs) {
        NDArray handle = inputs.stopGradient();
        handle.attach(scope);
        return block.forward(new ParameterStore(scope, false), new NDList(handle), false)
                .singletonOrThrow();
    }

    /**
     * The least that k steps of an attack take: a forward pass and a backward pass to the inputs,
     * written with DJL alone. Weights collect no gradients, which is a third cheaper than a
     * training pass.
     */
    void barePasses(int count) {
        setCollecting(false);
        Loss loss = Loss.softmaxCrossEntropyLoss();
        for (int i = 0; i < count; i++) {
            try (NDManager scope = manager.newSubManager()) {
                NDArray leaf = images.stopGradient();
                leaf.attach(scope);
                leaf.setRequiresGradient(true);
                try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                    NDList scores =
                            block.forward(
                                    new ParameterStore(scope, false), new NDList(leaf), false);
                    collector.backward(loss.evaluate(new NDList(labels), scores));
                }
                leaf.getGradient().close();
            }
        }
        setCollecting(true);
    }

    private void setCollecting(boolean collecting) {
        for (Parameter parameter : ParameterPaths.of(block).values()) {
            parameter.getArray().setRequiresGradient(collecting && parameter.requiresGradient());
        }
    }

    /** Perturbs the batch as training does. */
    void adversarial(Attack attack) {
        try (BlockScorer scorer = BlockScorer.of(block)) {
            attack.adversarial(scorer, AttackInput.of(images, labels)).close();
        }
    }

    /** Perturbs the batch as an evaluation does, and returns the share of broken examples. */
    double perturb(Attack attack) {
        try (BlockScorer scorer = BlockScorer.of(block);
                AttackResult result = attack.perturb(scorer, AttackInput.of(images, labels))) {
            return (double) result.successCount() / images.getShape().get(0);
        }
    }

    @Override
    public void close() {
        manager.close();
        model.close();
    }
}
