package io.github.gradkit.advtrain.train;

import ai.djl.nn.Block;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Collects how training batches are attacked.
 *
 * @param <T> the builder itself
 */
abstract class AttackingBuilder<T extends AttackingBuilder<T>> {

    private @Nullable AttackPlan plan;
    private @Nullable Tracker epsilon;

    AttackingBuilder() {}

    abstract T self();

    /**
     * Sets the attack.
     *
     * @param attack perturbs each training batch
     * @return this builder
     */
    public T setAttack(Attack attack) {
        plan = AttackPlan.of(attack);
        return self();
    }

    /**
     * Sets the attack in a form that allows for {@link #optEpsilonTracker}.
     *
     * @param ball the ball, whose epsilon the schedule replaces
     * @param attacks makes the attack for a ball, such as {@code b ->
     *     Pgd.builder().setBall(b).build()}; called again when epsilon has changed, but never for
     *     an epsilon of 0 that the schedule asks for
     * @return this builder
     */
    public T setAttack(EpsilonBall ball, Function<EpsilonBall, Attack> attacks) {
        plan = AttackPlan.of(ball, attacks);
        return self();
    }

    /**
     * Sets a schedule of epsilon, for a warm-up such as {@code
     * Tracker.warmUp().optWarmUpBeginValue(0).optWarmUpSteps(1000)
     * .setMainTracker(Tracker.fixed(0.3f)).build()}. As long as it tells 0, inputs are clean.
     * Default: always the epsilon of the ball.
     *
     * @param epsilon tells epsilon from the number of batches before
     * @return this builder
     */
    public T optEpsilonTracker(Tracker epsilon) {
        this.epsilon = Objects.requireNonNull(epsilon, "epsilon");
        return self();
    }

    /** Makes what attacks the batches of a model in training. */
    final BatchPerturbation perturbation(Block block) {
        return new BatchPerturbation(
                block, TrainChecks.set(plan, "an attack", "setAttack"), epsilon);
    }
}
