package io.github.gradkit.advtrain.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SignedDataTest {

    private static final double[][] X = {{1, 2}, {3, 4}};

    @Test
    void examplesAreMultipliedByTheirLabels() {
        for (int negative : new int[] {-1, 0}) {
            SignedData data = SignedData.of(X, new int[] {1, negative});
            assertThat(data.point(0)).containsExactly(1, 2);
            assertThat(data.point(1)).containsExactly(-3, -4);
            assertThat(data.margins(2, 1)).containsExactly(4, -10);
            assertThat(data.minMargin(2, 1)).isEqualTo(-10);
            assertThat(data.size()).isEqualTo(2);
            assertThat(data.dimension()).isEqualTo(2);
        }
    }

    @Test
    void onlyOneClassIsAllowed() {
        assertThat(SignedData.of(X, new int[] {0, 0}).point(0)).containsExactly(-1, -2);
        assertThat(SignedData.of(X, new int[] {1, 1}).point(0)).containsExactly(1, 2);
    }

    @Test
    void laterChangesOfTheInputDoNoHarm() {
        double[] row = {1, 2};
        SignedData data = SignedData.ofSigned(row);
        row[0] = 9;
        data.point(0)[1] = 9;
        assertThat(data.point(0)).containsExactly(1, 2);
    }

    @Test
    void scaledToUnitTheLongestHasNormOne() {
        SignedData unit =
                SignedData.ofSigned(new double[] {3, 4}, new double[] {0, 1}).scaleToUnit();
        assertThat(unit.maxNorm()).isCloseTo(1, within(1e-15));
        assertThat(unit.point(1)).containsExactly(0, .2);
    }

    @Test
    void allZerosCannotBeScaled() {
        SignedData zeros = SignedData.ofSigned(new double[] {0, 0});
        assertThatThrownBy(zeros::scaleToUnit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("All 1 examples are 0");
    }

    @Test
    void mixedOrOtherLabelsAreRefused() {
        assertThatThrownBy(() -> SignedData.of(X, new int[] {-1, 0}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1 and 1, or 0 and 1, but label 1 is 0");
        assertThatThrownBy(() -> SignedData.of(X, new int[] {1, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("label 1 is 2");
    }

    @Test
    void missingPartsAreRefused() {
        assertThatThrownBy(() -> SignedData.of(X, new int[] {1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 examples and 1 labels");
        assertThatThrownBy(SignedData::ofSigned)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one example");
        assertThatThrownBy(() -> SignedData.ofSigned(new double[] {1}, new double[] {1, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Example 1")
                .hasMessageContaining("1 features, but has 2");
        assertThatThrownBy(() -> SignedData.ofSigned(X).margins(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 features, but has 1");
    }

    @Test
    void notANumberIsRefused() {
        assertThatThrownBy(() -> SignedData.ofSigned(new double[] {1, Double.NaN}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Example 0")
                .hasMessageContaining("value 1 is NaN");
    }
}
