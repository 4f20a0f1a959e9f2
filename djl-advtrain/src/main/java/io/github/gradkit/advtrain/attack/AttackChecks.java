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

    static int atLeastOne(int value, String what) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be 1 or more, but was " + value + ".");
        }
        return value;
    }

    static double positive(double value, String what) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    what + " must be positive and finite, but was " + value + ".");
        }
        return value;
    }
}
