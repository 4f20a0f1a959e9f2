package io.github.gradkit.learninit.attack;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AttackLoss;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.StandardLoss;
import io.github.gradkit.advtrain.attack.StartRequest;
import io.github.gradkit.learninit.internal.Checks;

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
 * <p>Many different examples to learn from help more than many passes over a few: copies with a
 * little noise, or moved by a pixel, are examples too. Imitation of attacks has led to higher
 * losses after a few steps than raising the loss at the start.
 *
 * <p>A call costs one pass through the network, and no gradient of the model. An attack in a
 * smaller or larger ball of the same norm starts in proportion. Owns the network; not safe for
 * several threads.
 *
 * <p>Source: that starts can be learned from the known data of an instance is the idea of K. Ahuja,
 * A. Dhurandhar, K. R. Varshney, <em>Learning to Initialize Gradient Descent Using Gradient
 * Descent</em>, 2020. Network, losses and refitting are ours.
 */
public final class LearnedStart implements PerturbationStart, AutoCloseable {

    private final StartNet net;
    private final StartTraining training;
    private final int refitEvery;
    private final Replay replay;
    private int batches;

    private LearnedStart(Builder builder, Shape example, EpsilonBall ball) {
        net = new StartNet(builder.network(example), example, builder.classes, ball, builder.seed);
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
     * Trains the network to raise the cross-entropy of the model where it starts. Each pass takes
     * one gradient of the model for each example, see {@link #gradients()}.
     *
     * @param scorer the model, which stays as it is
     * @param inputs the unperturbed inputs, {@code (examples, ...)}, of floating type; not changed
     * @param labels the true classes, one for each example
     * @param passes how often each example is seen, at least 1
     * @throws IllegalArgumentException if shapes don't fit, a label is out of range, or there are
     *     no examples or no passes
     * @throws IllegalStateException if the gradient of the model is not finite
     */
    public void fit(GradientScorer scorer, NDArray inputs, int[] labels, int passes) {
        fit(scorer, inputs, labels, passes, StandardLoss.CROSS_ENTROPY);
    }

    /**
     * Trains the network to raise a loss of the model where it starts. Each pass takes one gradient
     * of the model for each example.
     *
     * @param scorer the model, which stays as it is
     * @param inputs the unperturbed inputs, {@code (examples, ...)}, of floating type; not changed
     * @param labels the true classes, one for each example
     * @param passes how often each example is seen, at least 1
     * @param loss what is raised; one that needs no scores of the unperturbed inputs
     * @throws IllegalArgumentException if shapes don't fit, a label is out of range, there are no
     *     examples or no passes, or the loss needs the scores of the unperturbed inputs
     * @throws IllegalStateException if the gradient of the model is not finite
     */
    public void fit(
            GradientScorer scorer, NDArray inputs, int[] labels, int passes, AttackLoss loss) {
        LessonChecks.require(net, inputs, labels, passes);
        LessonChecks.requireFree(loss);
        training.raise(scorer, inputs, labels, passes, loss);
    }

    /**
     * Trains the network to propose what attacks on other examples have ended with: the mean of
     * what they do where that can't be told from the example.
     *
     * @param inputs the unperturbed inputs, {@code (examples, ...)}, of floating type; not changed
     * @param labels the true classes, one for each example
     * @param changes the changes that attacks have ended with, of the shape of the inputs, in the
     *     ball of this start
     * @param passes how often each example is seen, at least 1
     * @throws IllegalArgumentException if shapes don't fit, a label is out of range, there are no
     *     examples or no passes, or a change is not finite or outside the ball by more than
     *     rounding
     */
    public void fit(NDArray inputs, int[] labels, NDArray changes, int passes) {
        LessonChecks.require(net, inputs, labels, passes);
        LessonChecks.requireSame(inputs, changes);
        LessonChecks.requireInside(net.ball(), changes);
        training.imitate(inputs, labels, changes, passes);
    }

    /**
     * Attacks examples, and trains the network to propose what the attack ends with. The attack
     * takes its gradients of the model once, whatever the number of passes.
     *
     * @param scorer the model, which stays as it is
     * @param attack what is imitated, such as {@link io.github.gradkit.advtrain.attack.Pgd} with
     *     many steps, in the ball of this start
     * @param inputs the unperturbed inputs, {@code (examples, ...)}, of floating type; not changed
     * @param labels the true classes, one for each example
     * @param passes how often each example is seen, at least 1
     * @throws IllegalArgumentException if shapes don't fit, a label is out of range, there are no
     *     examples or no passes, or the attack is in another ball
     */
    public void fit(
            GradientScorer scorer, Attack attack, NDArray inputs, int[] labels, int passes) {
        LessonChecks.require(net, inputs, labels, passes);
        LessonChecks.requireSame(net.ball(), attack.ball());
        CountingScorer counting = new CountingScorer(scorer);
        try (NDArray changes = FinishedAttack.changes(counting, attack, inputs, labels)) {
            training.count(counting.gradients());
            training.imitate(inputs, labels, changes, passes);
        }
    }

    @Override
    public NDArray start(StartRequest request) {
        if (request.attempt() > 0) {
            return request.uniform();
        }
        return net.propose(request.inputs(), request.labels(), request.ball());
    }

    /**
     * Learns from where an attack for training has ended, if refitting is switched on.
     *
     * @param request the batch
     * @param change where the attack ended
     */
    @Override
    public void finished(StartRequest request, NDArray change) {
        double relative = net.relative(request.ball());
        if (refitEvery == 0 || relative == 0) {
            return;
        }
        replay.add(request.inputs(), request.labels(), change, 1 / relative);
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
     * @return 0 or more; learning from attacks that others have finished takes none
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

    /** Closes the network and forgets what was kept for refitting. */
    @Override
    public void close() {
        training.close();
        net.close();
        replay.clear();
    }

    /** Collects the settings of a learned start. */
    public static final class Builder extends StartNetBuilder<Builder> {

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Makes the start, with random weights unless the block has some.
         *
         * @return the start, to be closed by the caller
         * @throws IllegalStateException if the ball, the shape or the number of classes is missing
         */
        public LearnedStart build() {
            Checks.required(classes == 0 ? null : classes, "setClasses");
            return new LearnedStart(
                    this, Checks.required(example, "setExample"), Checks.required(ball, "setBall"));
        }
    }
}
