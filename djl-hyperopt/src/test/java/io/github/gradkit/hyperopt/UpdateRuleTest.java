package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.ALPHA;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA1;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA2;
import static io.github.gradkit.hyperopt.Hyperparameter.EPSILON;
import static io.github.gradkit.hyperopt.Hyperparameter.GAMMA;
import static io.github.gradkit.hyperopt.Hyperparameter.MOMENTUM;
import static io.github.gradkit.hyperopt.Hyperparameter.WEIGHT_DECAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateRuleTest {

    private static HyperTower build(UpdateRule base) {
        return HyperTower.builder().setBase(base).tunedBy(UpdateRule.sgd(1e-3)).build();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void alphaMustBeFinite(double alpha) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateRule.adamW(alpha))
                .withMessage("The alpha of AdamW must be a finite number, but was " + alpha + ".");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, Double.NaN, Double.POSITIVE_INFINITY})
    void momentumMustBeFiniteAndNotZero(double momentum) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateRule.nesterov(.1, momentum))
                .withMessageContaining("The momentum of Nesterov")
                .withMessageContaining("use sgd")
                .withMessageContaining("but was " + momentum);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1, .9999999, Double.NaN})
    void decaysMustBeBelowOne(double decay) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateRule.adam(.1).with(BETA1, decay))
                .withMessageContaining("beta1 of Adam must be from 0 to 0.999999");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateRule.rmsProp(.1).with(GAMMA, decay))
                .withMessageContaining("gamma of RMSProp");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-300, Double.NaN, Double.POSITIVE_INFINITY})
    void epsilonAndWeightDecayMustNotBeNegative(double value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateRule.adam(.1).with(EPSILON, value))
                .withMessageContaining("The epsilon of Adam");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateRule.sgd(.1).with(WEIGHT_DECAY, value))
                .withMessageContaining("The weight-decay of SGD");
    }

    @Test
    void unknownHyperparameterIsRefusedEverywhere() {
        UpdateRule sgd = UpdateRule.sgd(.1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> sgd.with(BETA1, .9))
                .withMessage("SGD has no beta1. It has alpha, weight-decay.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sgd.learn(ALPHA, MOMENTUM))
                .withMessageStartingWith("SGD has no momentum");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sgd.bound(GAMMA, 0, 1))
                .withMessageStartingWith("SGD has no gamma");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sgd.parametrize(EPSILON, Parametrization.LOG))
                .withMessageStartingWith("SGD has no epsilon");
    }

    @Test
    void whatHasNoClosedFormCannotBeLearned() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateRule.rmsProp(.1).learn(ALPHA, EPSILON))
                .withMessage("The epsilon of RMSProp can't be learned. Choose among alpha, gamma.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateRule.adaGrad(.1).learn(WEIGHT_DECAY))
                .withMessageEndingWith("Choose among alpha.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateRule.adam(.1).learn())
                .withMessageContaining("at least one hyperparameter of Adam");
    }

    @Test
    void boundsMustBeARange() {
        UpdateRule rule = UpdateRule.sgd(.1);
        for (double[] range : new double[][] {{1, 1}, {2, 1}, {Double.NaN, 1}, {0, Double.NaN}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> rule.bound(ALPHA, range[0], range[1]))
                    .withMessageContaining("The bounds of alpha")
                    .withMessageContaining(range[0] + " and " + range[1]);
        }
    }

    @Test
    void tunedHyperparameterMustStartInItsBounds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> build(UpdateRule.sgd(.1).bound(ALPHA, .2, 1)))
                .withMessageContaining("0.2 to 1.0, but was 0.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> build(UpdateRule.adam(.1).with(BETA2, 0)))
                .withMessageContaining("The first beta2 of Adam");
        // Not tuned, so it may.
        build(UpdateRule.adam(.1).with(BETA2, 0).learn(ALPHA)).close();
    }

    @ParameterizedTest
    @EnumSource(names = {"LOG", "LOG10", "SOFTPLUS", "SIGMOID"})
    void tunedHyperparameterMustBeReachable(Parametrization form) {
        for (double alpha : new double[] {0, -.1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> build(UpdateRule.sgd(alpha).parametrize(ALPHA, form)))
                    .withMessageContaining("can't be " + alpha)
                    .withMessageContaining(form.name());
        }
    }

    @Test
    void alphaOfTheReferencesRmsPropIsASquare() {
        HyperTower.Builder builder =
                HyperTower.builder()
                        .setBase(UpdateRule.rmsProp(-.1))
                        .tunedBy(UpdateRule.sgd(1e-3))
                        .optSemantics(Semantics.REFERENCE);

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageContaining("can't be -0.1 with the parametrization SQUARE");
    }

    @Test
    void everyMethodReturnsACopy() {
        UpdateRule rule = UpdateRule.adam(.1);
        rule.with(ALPHA, .2);
        rule.learn(EPSILON);
        rule.bound(ALPHA, 1, 2);
        rule.parametrize(ALPHA, Parametrization.LOG);

        assertThat(rule).hasToString("Adam(alpha=0.1)");
        try (HyperTower tower = build(rule)) {
            assertThat(tower.learned())
                    .extracting(LearnedValue::hyperparameter)
                    .containsExactly(ALPHA, BETA1, BETA2);
            assertThat(tower.learned().get(0).value()).isEqualTo(.1);
        }
    }
}
