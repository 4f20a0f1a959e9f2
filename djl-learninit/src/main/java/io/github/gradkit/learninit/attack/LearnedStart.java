package io.github.gradkit.learninit.attack;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.gradkit.advtrain.attack.AttackLoss;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.StandardLoss;
import io.github.gradkit.advtrain.attack.StartRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Starts an attack where a network expects the loss to be high.
 *
 * <p>An attack is a problem that is solved again and again, for one example after the other. A
 * small network looks at the example and its label and proposes a change; the attack goes on from
 * there. It is trained beforehand by {@link #fit}, or in adversarial training along the way:
 *
 * <pre>{@code
 * try (LearnedStart start = LearnedStart.builder()
 *         .setBall(ball).setExample(new Shape(1, 28, 28)).setClasses(10).optRefitEvery(4).build()) {
 *     Attack attack = Pgd.builder().setBall(ball).optSteps(2).optStart(start).build();
 *     Dataset attacked = AdversarialDataset.builder()...setAttack(attack).build();
 *     EasyTrain.fit(trainer, 20, attacked, validationSet);
 * }
 * }</pre>
 *
 * <p>A model that is hard to attack from learned starts is not robust: only the first attempt of an
 * attack starts here, restarts are uniform, so let an attack that evaluates have restarts.
 *
 * <p>A call costs one pass through the network, and no gradient of the model. Owns the network; not
 * safe for several threads.
 *
 * <p>Source: that starts can be learned from the known data of an instance is the idea of K. Ahuja,
 * A. Dhurandhar, K. R. Varshney, <em>Learning to Initialize Gradient Descent Using Gradient
 * Descent</em>, 2020. Network, losses and refitting are ours.
 */
public final class LearnedStart implements PerturbationStart, AutoCloseable {

    /** The default width of the network. */
    public static final int HIDDEN_DEFAULT = 256;

    /** The type of all that the network sees. */
    static final DataType TYPE = DataType.FLOAT32;

    private final StartNet net;
    private final StartTraining training;
    private final int refitEvery;
    private final Replay replay;
    private int batches;

    private LearnedStart(Builder builder) {
        Shape example = Objects.requireNonNull(builder.example);
        Block block =
                builder.block == null ? StartNetwork.of(example, builder.hidden) : builder.block;
        net =
                new StartNet(
                        block,
                        example,
                        builder.classes,
                        Objects.requireNonNull(builder.ball),
                        builder.seed);
        training = new StartTraining(net, builder.rate, builder.seed);
        refitEvery = builder.refitEvery;
        replay = new Replay(builder.replay, builder.seed);
    }

    /**
     * Starts a learned start.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Trains the network to raise the loss of the model where it starts. Each pass takes one
     * gradient of the model for each example, see {@link #gradients()}.
     *
     * @param scorer the model, which stays as it is
     * @param inputs the unperturbed inputs, {@code (examples, ...)}, float32; not changed
     * @param labels the true classes, one for each example
     * @param passes how often each example is seen, at least 1
     * @throws IllegalArgumentException if shapes don't fit, there are no examples or no passes
     */
    public void fit(GradientScorer scorer, NDArray inputs, int[] labels, int passes) {
        fit(scorer, inputs, labels, passes, StandardLoss.CROSS_ENTROPY);
    }

    /**
     * Trains the network to raise a loss of the model where it starts.
     *
     * @param scorer the model, which stays as it is
     * @param inputs the unperturbed inputs, {@code (examples, ...)}, float32; not changed
     * @param labels the true classes, one for each example
     * @param passes how often each example is seen, at least 1
     * @param loss what is raised; one that needs no scores of the unperturbed inputs
     * @throws IllegalArgumentException if shapes don't fit, there are no examples or no passes
     */
    public void fit(
            GradientScorer scorer, NDArray inputs, int[] labels, int passes, AttackLoss loss) {
        net.requireBatch(inputs, labels.length);
        if (passes < 1 || labels.length == 0) {
            throw new IllegalArgumentException(
                    "There must be at least one example and one pass, but there are "
                            + labels.length
                            + " and "
                            + passes
                            + ". Without them the network proposes changes at random.");
        }
        training.fit(scorer, inputs, labels, passes, loss);
    }

    /**
     * Trains the network to propose what attacks on other examples have ended with: the mean of
     * what they do where that can't be told from the example.
     *
     * @param inputs the unperturbed inputs, {@code (examples, ...)}, float32; not changed
     * @param labels the true classes, one for each example
     * @param changes the changes that attacks have ended with, of the shape of the inputs
     * @param passes how often each example is seen, at least 1
     */
    public void fit(NDArray inputs, int[] labels, NDArray changes, int passes) {
        net.requireBatch(inputs, labels.length);
        training.fit(inputs, labels, changes, passes);
    }

    @Override
    public NDArray start(StartRequest request) {
        if (request.attempt() > 0) {
            return request.uniform();
        }
        return net.propose(request.inputs(), request.labels());
    }

    /**
     * Learns from where an attack for training has ended, if refitting is switched on.
     *
     * @param request the batch
     * @param change where the attack ended
     */
    @Override
    public void finished(StartRequest request, NDArray change) {
        if (refitEvery == 0) {
            return;
        }
        replay.add(request.inputs(), request.labels(), change);
        batches++;
        if (batches % refitEvery == 0) {
            try (NDManager scope = request.inputs().getManager().newSubManager()) {
                Replay.Drawn drawn = replay.draw(scope, net.example());
                training.imitate(drawn.inputs(), drawn.labels(), drawn.changes(), scope);
            }
        }
    }

    /**
     * Returns how many gradients of the model training has taken so far, one for each example.
     *
     * @return 0 or more; learning from finished attacks takes none
     */
    public long gradients() {
        return training.gradients();
    }

    /**
     * Returns the model that holds the network, to be saved or loaded.
     *
     * @return the model; owned by this start
     */
    public Model model() {
        return net.model();
    }

    /** Closes the network and what was kept for refitting. */
    @Override
    public void close() {
        training.close();
        net.close();
    }

    /** Collects the settings of a learned start. */
    public static final class Builder {

        private @Nullable EpsilonBall ball;
        private @Nullable Shape example;
        private @Nullable Block block;
        private int classes;
        private int hidden = HIDDEN_DEFAULT;
        private float rate = 1e-3f;
        private int refitEvery;
        private int replay = 2048;
        private long seed;

        private Builder() {}

        /**
         * Sets where perturbed inputs may lie.
         *
         * @param ball the ball of the attack, without a scale
         * @return this builder
         */
        public Builder setBall(EpsilonBall ball) {
            this.ball = Objects.requireNonNull(ball, "ball");
            return this;
        }

        /**
         * Sets the shape of an input.
         *
         * @param example without the axis of the batch
         * @return this builder
         */
        public Builder setExample(Shape example) {
            this.example = Objects.requireNonNull(example, "example");
            return this;
        }

        /**
         * Sets the number of classes.
         *
         * @param classes at least 2
         * @return this builder
         */
        public Builder setClasses(int classes) {
            this.classes = atLeast(2, classes, "The number of classes");
            return this;
        }

        /**
         * Sets the network. Default: one hidden layer over the flat input and the label.
         *
         * @param block from the inputs {@code (batch, ...)} and the one-hot labels {@code (batch,
         *     classes)} to a number for each feature, not yet initialised; in the linf norm epsilon
         *     times its tanh is proposed, in the others that direction at the length of epsilon
         * @return this builder
         */
        public Builder optBlock(Block block) {
            this.block = Objects.requireNonNull(block, "block");
            return this;
        }

        /**
         * Sets the width of the default network. Default: {@value #HIDDEN_DEFAULT}.
         *
         * @param hidden at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optHidden(int hidden) {
            this.hidden = atLeast(1, hidden, "The width of the network");
            return this;
        }

        /**
         * Sets the learning rate of Adam, which trains the network. Default: 0.001.
         *
         * @param rate positive
         * @return this builder
         * @throws IllegalArgumentException if it is not positive and finite
         */
        public Builder optRate(double rate) {
            if (!(rate > 0) || Double.isInfinite(rate)) {
                throw new IllegalArgumentException(
                        "The learning rate must be positive and finite, but was " + rate + ".");
            }
            this.rate = (float) rate;
            return this;
        }

        /**
         * Lets the network learn along from attacks for training: after every so many batches, one
         * step on changes that attacks have ended with lately. Default: 0, never.
         *
         * @param batches 1 or more, or 0 for never
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder optRefitEvery(int batches) {
            this.refitEvery = atLeast(0, batches, "The distance of refits");
            return this;
        }

        /**
         * Sets how many finished attacks are kept for refitting, of which the oldest go first. Each
         * takes two copies of an input in Java's heap. Default: 2048.
         *
         * @param examples at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optReplay(int examples) {
            this.replay = atLeast(1, examples, "The number of kept attacks");
            return this;
        }

        /**
         * Sets what decides the first weights and the order of training. Default: 0.
         *
         * @param seed any number
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed = seed;
            return this;
        }

        private static int atLeast(int least, int value, String what) {
            if (value < least) {
                throw new IllegalArgumentException(
                        what + " must be " + least + " or more, but was " + value + ".");
            }
            return value;
        }

        /**
         * Makes the start, with random weights.
         *
         * @return the start, to be closed by the caller
         * @throws IllegalStateException if the ball, the shape or the number of classes is missing
         * @throws IllegalArgumentException if the ball has a scale
         */
        public LearnedStart build() {
            if (ball == null || example == null || classes == 0) {
                throw new IllegalStateException(
                        "A learned start needs a ball, the shape of an input and the number of"
                                + " classes. Call setBall, setExample and setClasses.");
            }
            if (ball.scale() != null) {
                throw new IllegalArgumentException(
                        "The ball has a scale for each feature, which the network doesn't know."
                                + " Scale the inputs, or start uniformly.");
            }
            return new LearnedStart(this);
        }
    }
}
