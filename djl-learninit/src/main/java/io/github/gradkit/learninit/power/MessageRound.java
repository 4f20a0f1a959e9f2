package io.github.gradkit.learninit.power;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * One round in which every user hears from every other one and changes its state.
 *
 * <p>The message of user {@code j} to user {@code k} is made of both gains between them and of both
 * states, by the same weights for every pair. A user takes the mean and the maximum of what it
 * hears, so that the order of users does not matter.
 *
 * <p>Input: states {@code (batch, users, width)}, gains {@code (batch, users, users, 2)} and a mask
 * {@code (1, users, users, 1)} that is 0 from a user to itself. Output: new states.
 */
final class MessageRound extends AbstractBlock {

    private static final byte VERSION = 1;

    private final int width;
    private final Block ofGains;
    private final Block ofListener;
    private final Block ofSpeaker;
    private final Block fromState;
    private final Block fromMean;
    private final Block fromMaximum;

    MessageRound(int width) {
        super(VERSION);
        this.width = width;
        ofGains = addChildBlock("gains", linear(width, true));
        ofListener = addChildBlock("listener", linear(width, false));
        ofSpeaker = addChildBlock("speaker", linear(width, false));
        fromState = addChildBlock("state", linear(width, true));
        fromMean = addChildBlock("mean", linear(width, false));
        fromMaximum = addChildBlock("maximum", linear(width, false));
    }

    static Block linear(int units, boolean bias) {
        return Linear.builder().setUnits(units).optBias(bias).build();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDArray states = inputs.get(0);
        NDArray mask = inputs.get(2);
        NDArray gains = apply(ofGains, store, inputs.get(1), training);
        NDArray listener = apply(ofListener, store, states, training).expandDims(2);
        NDArray speaker = apply(ofSpeaker, store, states, training).expandDims(1);
        NDArray messages = relu(gains.add(listener).add(speaker)).mul(mask);
        NDArray count = mask.sum(new int[] {2});
        NDArray mean = messages.sum(new int[] {2}).div(count.maximum(count.onesLike()));
        NDArray maximum = messages.max(new int[] {2});
        NDArray change =
                apply(fromState, store, states, training)
                        .add(apply(fromMean, store, mean, training))
                        .add(apply(fromMaximum, store, maximum, training));
        return new NDList(states.add(relu(change)));
    }

    static NDArray apply(Block block, ParameterStore store, NDArray input, boolean training) {
        return block.forward(store, new NDList(input), training).head();
    }

    static NDArray relu(NDArray x) {
        return Activation.relu(x);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        return new Shape[] {inputs[0]};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        ofGains.initialize(manager, type, inputs[1]);
        for (Block block : new Block[] {ofListener, ofSpeaker, fromState, fromMean, fromMaximum}) {
            block.initialize(manager, type, new Shape(inputs[0].get(0), width));
        }
    }
}
