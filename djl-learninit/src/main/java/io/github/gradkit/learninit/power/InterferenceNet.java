package io.github.gradkit.learninit.power;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.support.gradient.CollectorConstants;
import org.jspecify.annotations.Nullable;

/**
 * Predicts powers from the gains of a channel.
 *
 * <pre>{@code
 * Block block = InterferenceNet.builder().setProblem(problem).build();
 * }</pre>
 *
 * <p>Users send each other messages about the gains between them for some rounds, with the same
 * weights for every pair of users; then the state of each user becomes its power. Users in another
 * order get the same powers in that order, and once trained the block works for any number of
 * users.
 *
 * <p>Input: what {@link PowerAllocation#known} gives, gains {@code (batch, users, users)} and
 * weights {@code (batch, users)}, float32. Output: powers {@code (batch, users)}, or {@code (batch,
 * heads, users)} with several heads; between 0 and the maximum power, float32. Time and memory are
 * of the order of batch x users x users x width x rounds.
 *
 * <p>The design is our own; that a network for this task should not depend on the order of users is
 * well known.
 */
public final class InterferenceNet extends AbstractBlock {

    /** The numbers in the state of a user unless given. */
    public static final int DEFAULT_WIDTH = 32;

    /** The rounds of messages unless given. */
    public static final int DEFAULT_ROUNDS = 3;

    private static final byte VERSION = 1;

    /** Powers begin near the middle: saturated ones have no gradient to leave their end with. */
    private static final float FIRST_SHARE = 0.1f;

    /** How much the last head begins with strong users on and weak ones off. */
    private static final double PREFERENCE = 8;

    private final double maxPower;
    private final int heads;
    private final boolean unbounded;
    private final UserStates states;
    private final Block last;

    private InterferenceNet(Builder builder, UserStates states, double maxPower) {
        super(VERSION);
        this.maxPower = maxPower;
        heads = builder.heads;
        unbounded = builder.unbounded;
        this.states = addChildBlock("states", states);
        last = addChildBlock("last", MessageRound.linear(heads, true));
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
        NDList users = states.forward(store, inputs, training);
        NDArray learned = MessageRound.apply(last, store, users.get(0), training);
        try (CollectorConstants constants = CollectorConstants.of(learned.getManager())) {
            NDArray scores =
                    heads == 1 ? learned : learned.add(preference(users.get(1), constants));
            NDArray powers =
                    unbounded ? scores : constants.mul(Activation.sigmoid(scores), maxPower);
            return new NDList(heads == 1 ? powers.squeeze(2) : powers.swapAxes(1, 2));
        }
    }

    /**
     * What heads begin with, {@code (batch, users, heads)}: the later, the more for strong users.
     */
    private NDArray preference(NDArray own, CollectorConstants constants) {
        NDArray strength = own.sub(own.mean(new int[] {1}, true)).expandDims(2);
        NDArray numbers = own.getManager().arange(0f, heads, 1f);
        return strength.mul(constants.mul(numbers, PREFERENCE / (heads - 1)));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        long batch = inputs[0].get(0);
        long users = inputs[0].get(1);
        return new Shape[] {heads == 1 ? new Shape(batch, users) : new Shape(batch, heads, users)};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        states.initialize(manager, type, inputs);
        last.initialize(manager, type, states.getOutputShapes(inputs)[0]);
        for (Parameter parameter : last.getParameters().values()) {
            parameter.getArray().muli(FIRST_SHARE);
        }
    }

    /** Builds an {@link InterferenceNet}. */
    public static final class Builder {

        private @Nullable PowerAllocation problem;
        private int width = DEFAULT_WIDTH;
        private int rounds = DEFAULT_ROUNDS;
        private int heads = 1;
        private boolean unbounded;

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
         * Sets how many powers are predicted for each user, so that a channel may have several
         * solutions. The first head begins with all users alike, the last one with strong users on
         * and weak ones off: alike heads would be caught in the same local minimum.
         *
         * @param heads 1 or more; 1 by default
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optHeads(int heads) {
            this.heads = Checks.atLeast(heads, 1, "The number of heads");
            return this;
        }

        /**
         * Sets whether outputs are numbers of any size instead of powers.
         *
         * @param unbounded true for {@link io.github.gradkit.learninit.predict.ArgInit}, which fits
         *     to standardised powers; false by default
         * @return this builder
         */
        public Builder optUnbounded(boolean unbounded) {
            this.unbounded = unbounded;
            return this;
        }

        /**
         * Builds the network.
         *
         * @return the network, not initialised
         * @throws IllegalStateException if the problem is not set
         */
        public InterferenceNet build() {
            PowerAllocation set = Checks.required(problem, "setProblem");
            return new InterferenceNet(
                    this, new UserStates(set, width, rounds, false), set.maxPower());
        }
    }
}
