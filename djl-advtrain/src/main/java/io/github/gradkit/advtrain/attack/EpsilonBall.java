package io.github.gradkit.advtrain.attack;

/** The perturbations an attack may choose from. */
public final class EpsilonBall {
    private EpsilonBall() {}
}
