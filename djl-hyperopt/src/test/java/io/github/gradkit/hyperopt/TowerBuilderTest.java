package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TowerBuilderTest {

    private static HyperTower.Builder builder() {
        return HyperTower.builder().setBase(UpdateRule.sgd(.1));
    }

    @Test
    void baseIsRequired() {
        assertThatIllegalStateException()
                .isThrownBy(() -> HyperTower.builder().tunedBy(UpdateRule.sgd(1)).build())
                .withMessageContaining("call setBase");
    }

    @Test
    void nullIsNamed() {
        assertThatNullPointerException()
                .isThrownBy(() -> HyperTower.builder().setBase(null))
                .withMessage("base");
        assertThatNullPointerException()
                .isThrownBy(() -> builder().tunedBy(null))
                .withMessage("rule");
        assertThatNullPointerException()
                .isThrownBy(() -> builder().optSemantics(null))
                .withMessage("semantics");
        assertThatNullPointerException()
                .isThrownBy(() -> builder().optSafeguards(null))
                .withMessage("safeguards");
        assertThatNullPointerException()
                .isThrownBy(() -> builder().optBaseSchedule(null))
                .withMessage("schedule");
    }

    @ParameterizedTest
    @ValueSource(floats = {0, Float.NaN, Float.POSITIVE_INFINITY})
    void factorOfGradientsMustBeFiniteAndNotZero(float factor) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().optRescaleGrad(factor))
                .withMessageContaining("but was " + factor);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
    void limitOfGradientsMustBePositive(float limit) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().optClipGrad(limit))
                .withMessageContaining("but was " + limit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "others", "a/b"})
    void namesOfGroupsAreRestricted(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().addGroup(name, path -> true))
                .withMessageContaining("'" + name + "'");
    }

    @Test
    void namesOfGroupsDiffer() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> builder().addGroup("a", path -> true).addGroup("a", path -> false))
                .withMessageContaining("'a'");
    }

    @Test
    void groupsAreByNameOrByParameter() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> builder().addGroup("a", path -> true).optPerParameter(true).build())
                .withMessageContaining("not both");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void limitsMustBePositive(double limit) {
        Safeguards.Builder safeguards = Safeguards.builder();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> safeguards.optHypergradientClip(limit))
                .withMessageStartingWith("The hypergradient clip must be")
                .withMessageContaining("but was " + limit);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> safeguards.optMaxRelativeChange(limit))
                .withMessageStartingWith("The largest relative change must be")
                .withMessageContaining("but was " + limit);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void tuningLastsAStepAtLeast(long steps) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Safeguards.builder().optFreezeAfter(steps))
                .withMessageContaining("stop after " + steps);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, .5, Double.NaN, Double.POSITIVE_INFINITY})
    void spikeIsMoreThanUsual(double factor) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Safeguards.builder().optRevertOnLossSpike(factor, 1))
                .withMessageContaining("was " + factor);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Safeguards.builder().optRevertOnLossSpike(2, 0))
                .withMessageContaining("0 apart");
    }

    @Test
    void hypergradientsAreClippedButNotANumberStaysVisible() {
        Safeguards safeguards = Safeguards.builder().optHypergradientClip(.5).build();

        assertThat(safeguards.clip(.3)).isEqualTo(.3);
        assertThat(safeguards.clip(7)).isEqualTo(.5);
        assertThat(safeguards.clip(Double.NEGATIVE_INFINITY)).isEqualTo(-.5);
        assertThat(safeguards.clip(Double.NaN)).isNaN();
        assertThat(Safeguards.none().clip(1e300)).isEqualTo(1e300);
    }
}
