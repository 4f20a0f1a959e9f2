package io.github.gradkit.advtrain.train;

import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import java.util.Objects;
import java.util.function.Function;

/**
 * The attack of a training, and how to make it for other radii.
 *
 * @param ball where perturbed inputs may lie in the end
 * @param attacks makes the attack for a ball
 * @param changeable whether it can make one for any ball
 */
record AttackPlan(EpsilonBall ball, Function<EpsilonBall, Attack> attacks, boolean changeable) {

    static AttackPlan of(Attack attack) {
        return new AttackPlan(attack.ball(), ball -> attack, false);
    }

    static AttackPlan of(EpsilonBall ball, Function<EpsilonBall, Attack> attacks) {
        Objects.requireNonNull(ball, "ball");
        return new AttackPlan(ball, Objects.requireNonNull(attacks, "attacks"), true);
    }

    /** Makes the attack for a radius. */
    Attack attack(double epsilon) {
        EpsilonBall wanted = ball.withEpsilon(epsilon);
        Attack attack = attacks.apply(wanted);
        if (!wanted.equals(attack.ball())) {
            throw new IllegalStateException(
                    "The function given to setAttack was asked for an attack within "
                            + wanted
                            + " but made one within "
                            + attack.ball()
                            + ", so the schedule of epsilon would have no effect. Use the ball"
                            + " that it is called with.");
        }
        return attack;
    }
}
