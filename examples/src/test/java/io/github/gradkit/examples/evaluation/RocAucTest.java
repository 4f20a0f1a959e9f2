package io.github.gradkit.examples.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RocAucTest {

    private static final Offset<Double> ROUNDING = Offset.offset(1e-12);
    private static final double[] HUNDRED = IntStream.range(0, 100).asDoubleStream().toArray();

    private static boolean[] positives(int size, int from, int to) {
        boolean[] positive = new boolean[size];
        for (int i = from; i < to; i++) {
            positive[i] = true;
        }
        return positive;
    }

    @Test
    void perfectRankingHasAreaOne() {
        assertThat(RocAuc.of(HUNDRED, positives(100, 90, 100))).isEqualTo(1.0);
    }

    @Test
    void reversedRankingHasAreaZero() {
        assertThat(RocAuc.of(HUNDRED, positives(100, 0, 10))).isZero();
    }

    @Test
    void tenBetterNegativesOfNinetyCostOneNinth() {
        assertThat(RocAuc.of(HUNDRED, positives(100, 80, 90))).isCloseTo(8.0 / 9, ROUNDING);
    }

    @Test
    void equalScoresAreChance() {
        assertThat(RocAuc.of(new double[100], positives(100, 3, 20))).isCloseTo(.5, ROUNDING);
    }

    @Test
    void zeroAndMinusZeroAreEqual() {
        assertThat(RocAuc.of(new double[] {0.0, -0.0}, new boolean[] {true, false})).isEqualTo(.5);
    }

    @Test
    void infiniteScoresAreRanked() {
        double[] scores = {Double.POSITIVE_INFINITY, 1, Double.NEGATIVE_INFINITY};
        assertThat(RocAuc.of(scores, new boolean[] {true, false, false})).isEqualTo(1.0);
    }

    @Test
    void agreesWithComparisonOfAllPairsAlsoWithTies() {
        Random random = new Random(5);
        for (int trial = 0; trial < 50; trial++) {
            double[] scores = random.ints(40, 0, 12).asDoubleStream().toArray();
            boolean[] positive = positives(40, 0, 1 + random.nextInt(38));
            assertThat(RocAuc.of(scores, positive)).isCloseTo(allPairs(scores, positive), ROUNDING);
        }
    }

    private static double allPairs(double[] scores, boolean[] positive) {
        double won = 0;
        long pairs = 0;
        for (int i = 0; i < scores.length; i++) {
            for (int j = 0; j < scores.length; j++) {
                if (positive[i] && !positive[j]) {
                    won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? .5 : 0;
                    pairs++;
                }
            }
        }
        return won / pairs;
    }

    @Test
    void hundredThousandExamplesAreNoProblem() {
        double[] scores = new Random(1).doubles(100_000).toArray();
        double area = RocAuc.of(scores, positives(100_000, 0, 50_000));
        assertThat(area).isCloseTo(.5, Offset.offset(.01));
    }

    @Test
    void oneClassAloneIsRejected() {
        assertThatThrownBy(() -> RocAuc.of(HUNDRED, new boolean[100]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 positive of 100");
        assertThatThrownBy(() -> RocAuc.of(HUNDRED, positives(100, 0, 100)))
                .hasMessageContaining("100 positive of 100");
    }

    @Test
    void nanIsRejected() {
        assertThatThrownBy(
                        () -> RocAuc.of(new double[] {1, Double.NaN}, new boolean[] {true, false}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NaN");
    }

    @Test
    void differentLengthsAreRejected() {
        assertThatThrownBy(() -> RocAuc.of(HUNDRED, new boolean[3]))
                .hasMessageContaining("100 scores and 3 examples");
    }
}
