package io.github.gradkit.adm.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {

    @Test
    void scoresAreThoseCountedByHand() {
        ConfusionMatrix matrix = new ConfusionMatrix(4);
        add(matrix, 0, 0, 3);
        add(matrix, 0, 1, 1);
        add(matrix, 1, 1, 2);
        add(matrix, 1, 0, 2);
        add(matrix, 255, 1, 9);
        add(matrix, 1, 255, 1);

        assertThat(matrix.count(1, 0)).isEqualTo(2);
        assertThat(matrix.total()).isEqualTo(9);
        assertThat(matrix.intersectionOverUnion(0)).isEqualTo(3.0 / 6);
        assertThat(matrix.intersectionOverUnion(1)).isEqualTo(2.0 / 6);
        assertThat(matrix.intersectionOverUnion(2)).isNaN();
        assertThat(matrix.meanIntersectionOverUnion()).isCloseTo(5.0 / 12, within(1e-15));
        assertThat(matrix.pixelAccuracy()).isCloseTo(5.0 / 9, within(1e-15));
    }

    @Test
    void labelThatIsOnlyPredictedCountsAsMissed() {
        ConfusionMatrix matrix = new ConfusionMatrix(3);
        matrix.add(0, 0);
        matrix.add(0, 2);

        assertThat(matrix.intersectionOverUnion(2)).isZero();
        assertThat(matrix.meanIntersectionOverUnion()).isEqualTo(0.25);
    }

    @Test
    void sumOfMatricesHasTheCountsOfBoth() {
        ConfusionMatrix all = new ConfusionMatrix(2);
        ConfusionMatrix first = new ConfusionMatrix(2);
        ConfusionMatrix second = new ConfusionMatrix(2);
        for (int i = 0; i < 12; i++) {
            int prediction = i % 3 == 2 ? 255 : i % 3;
            all.add(i % 2, prediction);
            (i < 5 ? first : second).add(i % 2, prediction);
        }

        first.add(second);

        assertThat(first.total()).isEqualTo(12);
        assertThat(first.count(1, 1)).isEqualTo(all.count(1, 1));
        assertThat(first.meanIntersectionOverUnion()).isEqualTo(all.meanIntersectionOverUnion());
        assertThat(first.pixelAccuracy()).isEqualTo(all.pixelAccuracy());
    }

    @Test
    void nothingCountedHasNoScore() {
        ConfusionMatrix matrix = new ConfusionMatrix(2);
        matrix.add(255, 0);

        assertThat(matrix.meanIntersectionOverUnion()).isNaN();
        assertThat(matrix.pixelAccuracy()).isNaN();
        assertThat(matrix.total()).isZero();
    }

    @Test
    void labelsOutOfRangeAreRefused() {
        ConfusionMatrix matrix = new ConfusionMatrix(2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> matrix.add(2, 0))
                .withMessageContaining("true label 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> matrix.add(0, -1))
                .withMessageContaining("predicted label -1");
        assertThatIllegalArgumentException().isThrownBy(() -> new ConfusionMatrix(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new ConfusionMatrix(256));
        assertThatIllegalArgumentException().isThrownBy(() -> matrix.add(new ConfusionMatrix(3)));
    }

    private static void add(ConfusionMatrix matrix, int truth, int prediction, int times) {
        for (int i = 0; i < times; i++) {
            matrix.add(truth, prediction);
        }
    }
}
