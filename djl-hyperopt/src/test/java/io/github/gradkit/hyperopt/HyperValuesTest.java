package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.ALPHA;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA1;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA2;
import static io.github.gradkit.hyperopt.Hyperparameter.GAMMA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HyperValuesTest {

    private static final double FREE = Double.POSITIVE_INFINITY;

    private static HyperValues values(UpdateRule rule) {
        return new HyperValues(rule.resolve(Semantics.DJL, true));
    }

    @Test
    void unmovedNumberKeepsItsValueExactly() {
        HyperValues values = values(UpdateRule.adam(.001).parametrize(ALPHA, Parametrization.LOG));
        values.move(values.raw(), FREE);

        assertThat(values.values()).containsExactly(.001, .9, .999);
    }

    @ParameterizedTest
    @EnumSource
    void valueFollowsTheRawNumber(Parametrization form) {
        HyperValues values = values(UpdateRule.sgd(.3).parametrize(ALPHA, form));
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            double wanted = random.nextGaussian();
            values.move(new double[] {wanted}, FREE);

            assertThat(values.raw()).containsExactly(wanted);
            assertThat(values.alpha()).isEqualTo(form.toValue(wanted));
            assertThat(values.derivative(0)).isEqualTo(form.derivative(wanted));
        }
    }

    @ParameterizedTest
    @EnumSource
    void boundsHoldForAnyMove(Parametrization form) {
        HyperValues values =
                values(UpdateRule.sgd(.3).parametrize(ALPHA, form).bound(ALPHA, .2, .5));
        Random random = new Random(2);
        for (int i = 0; i < 500; i++) {
            double raw = values.raw()[0];
            values.move(new double[] {raw + Math.exp(6 * random.nextGaussian()) - 1}, FREE);
            values.move(new double[] {raw - Math.exp(6 * random.nextGaussian())}, FREE);

            assertThat(values.alpha()).isBetween(.2, .5);
            assertThat(form.toValue(values.raw()[0])).isCloseTo(values.alpha(), within(1e-12));
        }
    }

    @ParameterizedTest
    @EnumSource
    void noMoveIsLargerThanTheLargestChange(Parametrization form) {
        HyperValues values = values(UpdateRule.sgd(.3).parametrize(ALPHA, form));
        Random random = new Random(3);
        for (int i = 0; i < 500; i++) {
            double before = values.alpha();
            values.move(new double[] {values.raw()[0] + random.nextGaussian()}, .1);

            assertThat(Math.abs(values.alpha() - before))
                    .isLessThanOrEqualTo(.1 * Math.abs(before) * (1 + 1e-12));
            assertThat(form.toValue(values.raw()[0]))
                    .isCloseTo(values.alpha(), within(1e-12 * Math.abs(values.alpha())));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e3, -1e3, 1e9, -1e9})
    void decaysStayWithinZeroAndOne(double push) {
        HyperValues adam = values(UpdateRule.adam(.001).learn(BETA1, BETA2));
        HyperValues rmsProp = values(UpdateRule.rmsProp(.001).learn(GAMMA));
        for (int i = 0; i < 3; i++) {
            adam.move(new double[] {adam.raw()[0] + push, adam.raw()[1] + push}, FREE);
            rmsProp.move(new double[] {rmsProp.raw()[0] + push}, FREE);
            for (double decay : List.of(adam.beta1(), adam.beta2(), rmsProp.gamma())) {
                assertThat((float) decay).isGreaterThan(0).isLessThan(1);
            }
        }
        // And they can come back.
        adam.move(new double[] {0, 0}, FREE);
        assertThat(adam.values()).containsExactly(.5, .5);
    }

    @ParameterizedTest
    @EnumSource(names = {"ADAM", "ADAMW", "RMSPROP"})
    void decaysSurviveHugeHypergradientsInAWholeTower(RuleKind kind) {
        Random random = new Random(4);
        UpdateRule base = TowerCase.rule(kind).with(ALPHA, 1e-4).bound(ALPHA, 1e-6, 1);
        try (NDManager manager = NDManager.newBaseManager();
                HyperTower tower =
                        HyperTower.builder().setBase(base).tunedBy(UpdateRule.sgd(1)).build()) {
            NDArray weight = manager.create(new float[] {1, -2, 3});
            weight.setRequiresGradient(true);
            for (int t = 0; t < 40; t++) {
                float size = 1e6f * (float) random.nextGaussian();
                tower.update("w", weight, manager.create(new float[] {size, -size, 2 * size}));
                for (LearnedValue one : tower.learned()) {
                    assertThat(one.value()).as("%s", one).isGreaterThan(0);
                    assertThat((float) one.value()).isLessThanOrEqualTo(1);
                    if (one.hyperparameter() != ALPHA) {
                        assertThat((float) one.value()).isLessThan(1);
                    }
                }
            }
            for (float one : weight.toFloatArray()) {
                assertThat(one).isFinite();
            }
        }
    }

    private static Levels levels(UpdateRule base, UpdateRule parent, Safeguards safeguards) {
        return new Levels(
                List.of(values(base)), List.of(parent.resolve(Semantics.DJL, false)), safeguards);
    }

    /** The exponential of the step overflows, but the bounds are there for such steps. */
    @ParameterizedTest
    @EnumSource(names = {"LOG", "LOG10", "IDENTITY", "SQUARE"})
    void boundsHoldWhereTheValueItselfOverflows(Parametrization form) {
        Levels levels =
                levels(
                        UpdateRule.sgd(.1).parametrize(ALPHA, form).bound(ALPHA, 1e-6, .5),
                        UpdateRule.sgd(1),
                        Safeguards.none());
        levels.update(List.of(new double[] {-1e200}));

        assertThat(levels.base().get(0).alpha()).isEqualTo(.5);
    }

    @Test
    void largestChangeHoldsWhereTheValueItselfOverflows() {
        Levels levels =
                levels(
                        UpdateRule.sgd(.1).parametrize(ALPHA, Parametrization.LOG),
                        UpdateRule.sgd(1),
                        Safeguards.recommended());
        levels.update(List.of(new double[] {-1e6}));

        assertThat(levels.base().get(0).alpha()).isCloseTo(.11, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -1e6})
    void valueThatIsNotFiniteIsReported(double hypergradient) {
        Levels levels =
                levels(
                        UpdateRule.sgd(.1).parametrize(ALPHA, Parametrization.LOG),
                        UpdateRule.sgd(1),
                        Safeguards.none());

        assertThatExceptionOfType(TowerDivergedException.class)
                .isThrownBy(() -> levels.update(List.of(new double[] {hypergradient})))
                .withMessageContaining("alpha of level 0");
        assertThat(levels.base().get(0).alpha()).isEqualTo(.1);
    }

    /** NaN is in no range, so bounds are no help against it. */
    @Test
    void boundsDoNotHideNotANumber() {
        Levels levels =
                levels(
                        UpdateRule.sgd(.1).bound(ALPHA, 1e-6, .5),
                        UpdateRule.sgd(1),
                        Safeguards.none());

        assertThatExceptionOfType(TowerDivergedException.class)
                .isThrownBy(() -> levels.update(List.of(new double[] {Double.NaN})));
    }
}
