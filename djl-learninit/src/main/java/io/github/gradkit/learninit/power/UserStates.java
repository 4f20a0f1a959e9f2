package io.github.gradkit.learninit.power;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.gradkit.support.gradient.CollectorConstants;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a channel, as one state for each user.
 *
 * <p>Input: gains {@code (batch, users, users)}, weights {@code (batch, users)} and, with a start,
 * powers {@code (batch, users)}. Output: states {@code (batch, users, width)} and how well each
 * user is received without others, {@code (batch, users)}, from 0 to about 1. Users in another
 * order give the same states in that order.
 */
final class UserStates extends AbstractBlock {

    private static final byte VERSION = 1;

    private final int width;
    private final double maxPower;
    private final double topRatio;
    private final boolean withStart;
    private final Block first;
    private final List<Block> rounds = new ArrayList<>();

    UserStates(PowerAllocation problem, int width, int depth, boolean withStart) {
        super(VERSION);
        this.width = width;
        maxPower = problem.maxPower();
        topRatio = problem.maxPower() / problem.noise();
        this.withStart = withStart;
        first = addChildBlock("first", MessageRound.linear(width, true));
        for (int i = 0; i < depth; i++) {
            rounds.add(addChildBlock("round" + i, new MessageRound(width)));
        }
    }

    int width() {
        return width;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDManager manager = inputs.head().getManager();
        try (CollectorConstants constants = CollectorConstants.of(manager)) {
            NDArray diagonal = manager.eye((int) inputs.head().getShape().get(1));
            NDArray gains = logRatios(inputs.head(), constants);
            NDArray own = gains.mul(diagonal).sum(new int[] {2});
            NDList user = new NDList(own, inputs.get(1));
            if (withStart) {
                user.add(constants.div(inputs.get(2), maxPower));
            }
            NDArray states = MessageRound.apply(first, store, NDArrays.stack(user, 2), training);
            NDList pair = new NDList(gains, gains.swapAxes(1, 2));
            NDArray gainsBothWays = NDArrays.stack(pair, 3);
            NDArray mask = constants.sub(diagonal, 1).neg().expandDims(0).expandDims(3);
            states = MessageRound.relu(states);
            for (Block round : rounds) {
                NDList message = new NDList(states, gainsBothWays, mask);
                states = round.forward(store, message, training).head();
            }
            return new NDList(states, own);
        }
    }

    /**
     * Ratios of signal to noise at full power span decades, so as logarithms, from 0 to about 1.
     */
    private NDArray logRatios(NDArray gains, CollectorConstants constants) {
        NDArray ratios = constants.mul(gains.square(), topRatio);
        return constants.div(constants.add(ratios, 1).log(), Math.log1p(topRatio));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        Shape users = new Shape(inputs[0].get(0), inputs[0].get(1));
        return new Shape[] {users.add(width), users};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        long batch = inputs[0].get(0);
        long users = inputs[0].get(1);
        first.initialize(manager, type, new Shape(batch, users, withStart ? 3 : 2));
        for (Block round : rounds) {
            round.initialize(
                    manager,
                    type,
                    new Shape(batch, users, width),
                    new Shape(batch, users, users, 2),
                    new Shape(1, users, users, 1));
        }
    }
}
