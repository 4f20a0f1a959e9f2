package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.learninit.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a learned start.
 *
 * @param <B> the builder itself
 */
public abstract sealed class StartNetBuilder<B extends StartNetBuilder<B>>
        permits LearnedStart.Builder {

    /** The default width of the network. */
    public static final int HIDDEN_DEFAULT = 256;

    /** The default learning rate of Adam, which trains the network. */
    public static final double RATE_DEFAULT = 1e-3;

    /** The default number of finished attacks that are kept for refitting. */
    public static final int REPLAY_DEFAULT = 2048;

    @Nullable EpsilonBall ball;
    @Nullable Shape example;
    int classes;
    double rate = RATE_DEFAULT;
    long seed;
    int refitEvery;
    int replay = REPLAY_DEFAULT;
    private @Nullable Block block;
    private int hidden = HIDDEN_DEFAULT;

    StartNetBuilder() {}

    abstract B self();

    /**
     * Sets the shape of an input.
     *
     * @param shape without the axis of the batch
     * @return this builder
     */
    public B setExample(Shape shape) {
        example = Objects.requireNonNull(shape, "shape");
        return self();
    }

    /**
     * Sets the number of classes.
     *
     * @param number at least 2
     * @return this builder
     * @throws IllegalArgumentException if it is less than 2
     */
    public B setClasses(int number) {
        classes = Checks.atLeast(number, 2, "The number of classes");
        return self();
    }

    /**
     * Sets the network. Default: two hidden layers over the flat input and the label. One with
     * batch normalisation can't learn from a single example.
     *
     * @param network from the inputs {@code (batch, ...)} and the one-hot labels {@code (batch,
     *     classes)}, both float32, to a number for each feature; weights it has already stay as
     *     they are. In the linf norm epsilon times its tanh is proposed, in the others its
     *     direction at the length of epsilon. Owned by the start from then on
     * @return this builder
     */
    public B optBlock(Block network) {
        block = Objects.requireNonNull(network, "network");
        return self();
    }

    /**
     * Sets the width of both hidden layers of the default network. Default: {@value
     * #HIDDEN_DEFAULT}.
     *
     * @param units at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is less than 1
     */
    public B optHidden(int units) {
        hidden = Checks.atLeast(units, 1, "The width of the network");
        return self();
    }

    /**
     * Sets the learning rate of Adam, which trains the network. Default: {@value #RATE_DEFAULT}.
     *
     * @param learningRate positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive and finite
     */
    public B optRate(double learningRate) {
        rate = Checks.positive(learningRate, "The learning rate");
        return self();
    }

    /**
     * Sets what decides the first weights and the order of training. Default: 0.
     *
     * @param number any number
     * @return this builder
     */
    public B optSeed(long number) {
        seed = number;
        return self();
    }

    /**
     * Sets where perturbed inputs may lie.
     *
     * @param attacked the ball of the attack, of a positive radius and without a scale
     * @return this builder
     * @throws IllegalArgumentException if the ball has no radius, or a scale
     */
    public B setBall(EpsilonBall attacked) {
        StartNet.requireNoScale(attacked);
        Checks.positive(attacked.epsilon(), "The radius of the ball");
        ball = attacked;
        return self();
    }

    /**
     * Lets the network learn along from attacks for training: after every so many batches, one step
     * on changes that attacks have ended with lately. Default: 0, never.
     *
     * @param distance 1 or more, or 0 for never
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public B optRefitEvery(int distance) {
        refitEvery = Checks.atLeast(distance, 0, "The distance of refits");
        return self();
    }

    /**
     * Sets how many finished attacks are kept for refitting, of which the oldest go first. Each
     * takes two copies of an input in Java's heap. Default: {@value #REPLAY_DEFAULT}.
     *
     * @param examples at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is less than 1
     */
    public B optReplay(int examples) {
        replay = Checks.atLeast(examples, 1, "The number of kept attacks");
        return self();
    }

    Block network(Shape shape) {
        return block == null ? StartNetwork.of(shape, hidden) : block;
    }
}
