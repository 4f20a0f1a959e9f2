package io.github.gradkit.advtrain.attack;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.gradkit.support.gradient.CollectionGuard;
import io.github.gradkit.support.gradient.CollectorConstants;
import io.github.gradkit.support.gradient.GradientIsolation;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Collection;

/**
 * A block of Deep Java Library under attack.
 *
 * <pre>{@code
 * try (BlockScorer scorer = BlockScorer.of(model)) {
 *     AttackResult result = attack.perturb(scorer, AttackInput.of(images, labels));
 * }
 * }</pre>
 *
 * <p>All passes are in inference mode: dropout is off and batch normalisation uses its running
 * statistics and leaves them alone. Until it is closed no parameter collects a gradient, which also
 * saves about a third of a backward pass. {@link #close()} restores gradients, flags and running
 * statistics bit for bit, also after an exception. Don't train the block in between.
 *
 * <p>The cost is one copy of the gradients of the parameters. One device; not safe for use by
 * several threads. The engine allows one gradient collector at a time, so none may be open around a
 * call of {@link #gradient}.
 */
public final class BlockScorer implements GradientScorer, AutoCloseable {

    private final Block block;
    private final NDManager manager;
    private final GradientIsolation isolation;
    private final CollectorConstants constants;
    private final ParameterStore parameters;
    private final Device device;

    private BlockScorer(Block block, Collection<Parameter> all) {
        this.block = block;
        isolation = GradientIsolation.of(block);
        NDManager owner = all.iterator().next().getArray().getManager();
        device = all.iterator().next().getArray().getDevice();
        manager = owner.newSubManager(device);
        manager.setName("block scorer");
        constants = CollectorConstants.of(manager);
        parameters = new ParameterStore(manager, false);
        for (Parameter parameter : all) {
            if (parameter.getArray().hasGradient()) {
                parameter.getArray().setRequiresGradient(false);
            }
        }
    }

    /**
     * Opens the block of a model.
     *
     * @param model the model; it stays owned by the caller and must outlive the scorer
     * @return the scorer, to be closed by the caller
     * @throws IllegalArgumentException if the block has no parameters
     * @throws IllegalStateException if a parameter has no array yet
     */
    public static BlockScorer of(Model model) {
        return of(model.getBlock());
    }

    /**
     * Opens a block.
     *
     * @param block from one input {@code (batch, ...)} to one output {@code (batch, classes)},
     *     {@code (batch, 1)} or {@code (batch)}, without a final softmax, with all parameters
     *     initialised
     * @return the scorer, to be closed by the caller
     * @throws IllegalArgumentException if the block has no parameters
     * @throws IllegalStateException if a parameter has no array yet
     */
    public static BlockScorer of(Block block) {
        Collection<Parameter> all = ParameterPaths.of(block).values();
        if (all.isEmpty()) {
            throw new IllegalArgumentException(
                    "The block has no parameters, so there is no model to attack. Pass the whole"
                            + " network, or a Scorer for one without parameters.");
        }
        return new BlockScorer(block, all);
    }

    @Override
    public NDArray score(NDArray inputs) {
        checkInputs(inputs);
        try (NDManager scope = inputs.getManager().newSubManager()) {
            NDArray leaf = leaf(inputs, scope);
            NDArray logits = LogitShape.twoOrMore(forward(leaf), inputs.getShape().get(0));
            logits.attach(inputs.getManager());
            return logits;
        }
    }

    @Override
    public InputGradient gradient(NDArray inputs, LossOfLogits loss) {
        checkInputs(inputs);
        // A model of others may multiply by Java numbers, which a garbage collection can spoil.
        return CollectionGuard.run(() -> pass(inputs, loss));
    }

    private InputGradient pass(NDArray inputs, LossOfLogits loss) {
        NDManager target = inputs.getManager();
        try (NDManager scope = target.newSubManager()) {
            NDArray leaf = leaf(inputs, scope);
            leaf.setRequiresGradient(true);
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDArray logits = LogitShape.twoOrMore(forward(leaf), inputs.getShape().get(0));
                NDArray losses = loss.of(logits, constants);
                NDArray gradient = gradient(collector, losses, leaf);
                gradient.attach(target);
                return new InputGradient(
                        detached(logits, target), detached(losses, target), gradient);
            }
        }
    }

    /** A model that turns its inputs into whole numbers has no gradient at all, not even zeros. */
    private static NDArray gradient(GradientCollector collector, NDArray losses, NDArray leaf) {
        try {
            collector.backward(losses.sum());
        } catch (EngineException e) {
            if (!String.valueOf(e.getMessage()).contains("does not require grad")) {
                throw e;
            }
            return leaf.stopGradient().zerosLike();
        }
        return leaf.getGradient();
    }

    private static NDArray detached(NDArray array, NDManager target) {
        NDArray plain = array.stopGradient();
        plain.attach(target);
        return plain;
    }

    private static NDArray leaf(NDArray inputs, NDManager scope) {
        NDArray leaf = inputs.stopGradient();
        leaf.attach(scope);
        return leaf;
    }

    private NDArray forward(NDArray inputs) {
        NDList outputs = block.forward(parameters, new NDList(inputs), false);
        if (outputs.size() != 1) {
            throw new IllegalArgumentException(
                    "The block has "
                            + outputs.size()
                            + " outputs, but an attack needs one, the logits (batch, classes)."
                            + " Attack a block that returns only the logits.");
        }
        return outputs.head();
    }

    private void checkInputs(NDArray inputs) {
        if (!manager.isOpen()) {
            throw new IllegalStateException(
                    "The scorer is closed. Run attacks inside the try block that opened it.");
        }
        if (!inputs.getDevice().equals(device)) {
            throw new IllegalArgumentException(
                    "The inputs are on "
                            + inputs.getDevice()
                            + ", the parameters on "
                            + device
                            + ". Copy the inputs with toDevice first.");
        }
    }

    /** Restores gradients, flags and running statistics. Closing again does nothing. */
    @Override
    public void close() {
        try {
            isolation.close();
        } finally {
            constants.close();
            manager.close();
        }
    }
}
