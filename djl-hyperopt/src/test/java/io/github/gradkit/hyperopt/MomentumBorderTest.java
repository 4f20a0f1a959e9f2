package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.MOMENTUM;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MomentumBorderTest {

    /** A momentum that has been pressed to 0 must be able to grow again. */
    @ParameterizedTest
    @EnumSource
    void momentumPressedToItsBorderComesBack(Semantics semantics) {
        UpdateRule base =
                UpdateRule.momentum(.01, .1)
                        .learn(MOMENTUM)
                        .parametrize(MOMENTUM, Parametrization.IDENTITY)
                        .bound(MOMENTUM, 0, .99);
        try (NDManager manager = NDManager.newBaseManager();
                HyperTower tower =
                        HyperTower.builder()
                                .setBase(base)
                                .tunedBy(UpdateRule.sgd(10))
                                .optSemantics(semantics)
                                .build()) {
            NDArray weight = manager.create(new float[] {1});
            weight.setRequiresGradient(true);
            // Where gradients change their sign, momentum hurts.
            float[] gradients = {1, 1, -1, 1, -1, 1, 1, 1, 1, 1};
            double least = 1;
            for (float gradient : gradients) {
                tower.update("w", weight, manager.create(new float[] {gradient}));
                least = Math.min(least, tower.learned().get(0).value());
            }
            assertThat(least).isLessThan(1e-3);
            assertThat(tower.learned().get(0).value()).isGreaterThan(.05);
        }
    }

    /** Where gradients point one way for long, ever more momentum would help, for one more step. */
    @ParameterizedTest
    @EnumSource
    void momentumIsAShareUnlessThePapersFormIsAskedFor(Semantics semantics) {
        UpdateRule base = UpdateRule.momentum(1e-3, .9).learn(MOMENTUM);
        try (NDManager manager = NDManager.newBaseManager();
                HyperTower tower =
                        HyperTower.builder()
                                .setBase(base)
                                .tunedBy(UpdateRule.adam(.3))
                                .optSemantics(semantics)
                                .build()) {
            NDArray weight = manager.create(new float[] {1});
            weight.setRequiresGradient(true);
            for (int step = 1; step <= 40; step++) {
                tower.update("w", weight, manager.create(new float[] {1}));
            }
            double momentum = tower.learned().get(0).value();
            if (semantics == Semantics.DJL) {
                assertThat(momentum).isEqualTo(.999);
            } else {
                assertThat(momentum).isGreaterThan(1);
            }
        }
    }
}
