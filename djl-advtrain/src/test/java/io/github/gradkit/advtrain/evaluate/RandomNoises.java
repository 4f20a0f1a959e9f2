package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.RandomNoise;

/** An attack that is cheap and needs no gradient. */
final class RandomNoises {

    private RandomNoises() {}

    static Attack of(EpsilonBall ball) {
        return RandomNoise.of(ball, 5, 1);
    }
}
