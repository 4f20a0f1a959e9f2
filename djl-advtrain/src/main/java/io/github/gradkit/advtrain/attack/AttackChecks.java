package io.github.gradkit.advtrain.attack;

import org.jspecify.annotations.Nullable;

/** The rules for the settings of attacks. */
final class AttackChecks {

    private AttackChecks() {}

    static EpsilonBall ball(@Nullable EpsilonBall ball) {
        if (ball == null) {
            throw new IllegalStateException(
                    "An attack needs to know how far it may go. Call setBall.");
        }
        return ball;
    }
}
