package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.internal.Checks;
import io.github.gradkit.advtrain.internal.Predictions;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Random perturbations, in turn anywhere in the ball and at its edge. The weakest attack there is:
 * what it breaks every other attack should break as well.
 *
 * <p>It needs no gradient. The cost is one forward pass per draw and example that still stands.
 */
public final class RandomNoise extends RestartedAttack {

    private RandomNoise(EpsilonBall ball, int draws, long seed) {
        super(ball, draws, seed, "noise x" + draws);
    }

    /**
     * Returns the attack.
     *
     * @param ball where perturbed inputs may lie
     * @param draws how many perturbations to try; 1 or more
     * @param seed decides them
     * @return the attack
     * @throws IllegalArgumentException if there is not at least one draw
     */
    public static RandomNoise of(EpsilonBall ball, int draws, long seed) {
        return new RandomNoise(ball, Checks.atLeastOne(draws, "The number of draws"), seed);
    }

    @Override
    AttackLoss loss() {
        return StandardLoss.MARGIN;
    }

    @Override
    void attempt(AttackTask task, int attempt, Predictions clean, Worst worst) {
        List<RandomGenerator> random = task.random(seed(), attempt);
        BallBox box = task.region().box();
        try (NDArray u = attempt % 2 == 0 ? box.uniform(random) : box.onSurface(random);
                Evaluation evaluation = task.query(u, loss())) {
            worst.offer(task, u, evaluation);
        }
    }
}
