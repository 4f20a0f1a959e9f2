package io.github.gradkit.learninit.power;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.gradkit.learninit.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the value that a solver reaches from a start, from the gains of a channel and the start.
 *
 * <p>The same network as {@link InterferenceNet}, but users also know their power at the start, and
 * their states are summed up to one number. So the order of users does not matter, and once trained
 * the block works for any number of users.
 *
 * <p>Input: gains {@code (batch, users, users)}, weights {@code (batch, users)} and the powers of
 * the start {@code (batch, users)}, float32. Output: values {@code (batch)}, float32, in bits. Time
 * and memory are of the order of batch x users x users x width x rounds. The design is our own.
 */
public final class InterferenceValue extends AbstractBlock {

    private static final byte VERSION = 1;

    private final UserStates states;
    private final Block last;

    private InterferenceValue(UserStates states) {
        super(VERSION);
        this.states = addChildBlock("states", states);
        last = addChildBlock("last", MessageRound.linear(1, true));
    }

    /**
     * Starts a network.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDArray users = states.forward(store, inputs, training).head();
        NDArray shares = MessageRound.apply(last, store, users, training);
        return new NDList(shares.sum(new int[] {1, 2}));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        return new Shape[] {new Shape(inputs[0].get(0))};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        states.initialize(manager, type, inputs);
        last.initialize(manager, type, states.getOutputShapes(inputs)[0]);
    }

    /** Builds an {@link InterferenceValue}. */
    public static final class Builder {

        private @Nullable PowerAllocation problem;
        private int width = InterferenceNet.DEFAULT_WIDTH;
        private int rounds = InterferenceNet.DEFAULT_ROUNDS;

        private Builder() {}

        /**
         * Sets the problem whose maximum power and noise the network is for.
         *
         * @param problem the problem; its number of users does not matter
         * @return this builder
         */
        public Builder setProblem(PowerAllocation problem) {
            this.problem = problem;
            return this;
        }

        /**
         * Sets the numbers in the state of a user.
         *
         * @param width 1 or more; {@value InterferenceNet#DEFAULT_WIDTH} by default
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optWidth(int width) {
            this.width = Checks.atLeast(width, 1, "The width");
            return this;
        }

        /**
         * Sets the rounds of messages.
         *
         * @param rounds 1 or more; {@value InterferenceNet#DEFAULT_ROUNDS} by default
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optRounds(int rounds) {
            this.rounds = Checks.atLeast(rounds, 1, "The number of rounds");
            return this;
        }

        /**
         * Builds the network.
         *
         * @return the network, not initialised
         * @throws IllegalStateException if the problem is not set
         */
        public InterferenceValue build() {
            PowerAllocation set = Checks.required(problem, "setProblem");
            return new InterferenceValue(new UserStates(set, width, rounds, true));
        }
    }
}
