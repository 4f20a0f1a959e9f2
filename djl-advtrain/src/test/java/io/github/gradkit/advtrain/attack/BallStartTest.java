package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BallStartTest {

    private static final int DRAWS = 20_000;

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void normOfAUniformDrawAveragesDOverDPlusOne(Norm norm) {
        double[] norms = norms(norm, uniform(Boxes.open(manager, norm, 3, DRAWS, 10)));

        assertThat(mean(norms) / 3).isEqualTo(10.0 / 11, within(0.003));
        assertThat(Arrays.stream(norms).max().orElseThrow()).isLessThanOrEqualTo(3 * (1 + 1e-12));
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void ballOfHalfTheRadiusHoldsItsShareOfTheDraws(Norm norm) {
        double[] norms = norms(norm, uniform(Boxes.open(manager, norm, 1, DRAWS, 3)));

        double share = Arrays.stream(norms).filter(x -> x < 0.5).count() / (double) DRAWS;

        assertThat(share).isEqualTo(0.125, within(0.01));
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void featuresAreAlikeOnBothSidesOfZero(Norm norm) {
        double[][] draws = uniform(Boxes.open(manager, norm, 1, DRAWS, 4));
        for (int j = 0; j < 4; j++) {
            int feature = j;
            double[] column = Arrays.stream(draws).mapToDouble(row -> row[feature]).toArray();
            double variance = mean(Arrays.stream(column).map(x -> x * x).toArray());
            double expected =
                    switch (norm) {
                        case L1 -> 2.0 / 30;
                        case L2 -> 1.0 / 6;
                        case LINF -> 1.0 / 3;
                    };

            assertThat(mean(column)).isEqualTo(0, within(0.02));
            assertThat(variance).isEqualTo(expected, within(0.01));
        }
    }

    @Test
    void linfDrawIsUniformOnTheIntervalThatTheBoxLeaves() {
        BallBox box =
                new BallBox(
                        Norm.LINF,
                        0.3,
                        Boxes.matrix(manager, DataType.FLOAT64, Boxes.constant(DRAWS, 1, -0.1)),
                        Boxes.matrix(manager, DataType.FLOAT64, Boxes.constant(DRAWS, 1, 0.5)));
        double[] column = Arrays.stream(uniform(box)).mapToDouble(row -> row[0]).toArray();

        assertThat(mean(column)).isEqualTo(0.1, within(0.005));
        assertThat(Arrays.stream(column).min().orElseThrow()).isBetween(-0.1, -0.099);
        assertThat(Arrays.stream(column).max().orElseThrow()).isBetween(0.299, 0.3);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void immutableFeaturesDoNotCountAsDimensions(Norm norm) {
        double[][] limits = Boxes.constant(DRAWS, 10, Boxes.FREE);
        for (double[] row : limits) {
            Arrays.fill(row, 0, 8, 0);
        }
        double[][] draws = uniform(Boxes.box(manager, DataType.FLOAT64, norm, 1, limits));

        assertThat(mean(norms(norm, draws))).isEqualTo(2.0 / 3, within(0.006));
        assertThat(draws[7]).startsWith(new double[8]);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void surfaceDrawHasTheFullRadius(Norm norm) {
        BallBox box = Boxes.open(manager, norm, 2, 50, 6);

        double[] norms = norms(norm, Boxes.rows(box.onSurface(generators(50))));

        assertThat(norms).containsExactly(Boxes.constant(1, 50, 2)[0], within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void drawsLieInBallAndBox(Norm norm) {
        BallBox box = Boxes.pixels(manager, DataType.FLOAT32, norm, 0.9, new Random(4), 60, 9);
        for (NDArray draw :
                new NDArray[] {box.uniform(generators(60)), box.onSurface(generators(60))}) {
            double[][] rows = Boxes.rows(draw);
            for (int i = 0; i < 60; i++) {
                double[] lower = Boxes.rows(box.lower())[i];
                double[] upper = Boxes.rows(box.upper())[i];
                assertThat(rows[i]).containsExactly(RowTwins.clip(rows[i], lower, upper));
                assertThat(RowTwins.norm(norm, rows[i])).isLessThanOrEqualTo(0.9 * (1 + 1e-6));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void drawOfAnExampleDoesNotDependOnItsBatch(Norm norm) {
        BallBox box = Boxes.pixels(manager, DataType.FLOAT32, norm, 0.9, new Random(4), 8, 9);
        long[] examples = {100, 101, 102, 103, 104, 105, 106, 107};
        NDArray indices = manager.create(new long[] {5, 1});
        BallBox part = box.rows(indices);

        double[][] whole = Boxes.rows(box.uniform(SampleRandom.of(9, examples, 2)));
        double[][] some = Boxes.rows(part.uniform(SampleRandom.of(9, new long[] {105, 101}, 2)));
        double[][] wholeSurface = Boxes.rows(box.onSurface(SampleRandom.of(9, examples, 2)));
        double[][] someSurface =
                Boxes.rows(part.onSurface(SampleRandom.of(9, new long[] {105, 101}, 2)));

        assertThat(some).isDeepEqualTo(new double[][] {whole[5], whole[1]});
        assertThat(someSurface).isDeepEqualTo(new double[][] {wholeSurface[5], wholeSurface[1]});
    }

    @Test
    void seedExampleAndRestartEachChangeTheNumbers() {
        long first = SampleRandom.of(1, 2, 3).nextLong();

        assertThat(SampleRandom.of(1, 2, 3).nextLong()).isEqualTo(first);
        assertThat(
                        LongStream.of(
                                first,
                                SampleRandom.of(2, 2, 3).nextLong(),
                                SampleRandom.of(1, 3, 3).nextLong(),
                                SampleRandom.of(1, 2, 4).nextLong(),
                                SampleRandom.of(2, 1, 3).nextLong(),
                                SampleRandom.of(1, 3, 2).nextLong()))
                .doesNotHaveDuplicates();
    }

    @Test
    void streamsOfNeighboursAreNotCorrelated() {
        double[] products = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            double a = SampleRandom.of(1, i, 0).nextGaussian();
            double b = SampleRandom.of(1, i + 1, 0).nextGaussian();
            products[i] = a * b;
        }

        assertThat(mean(products)).isEqualTo(0, within(0.03));
    }

    private double[][] uniform(BallBox box) {
        return Boxes.rows(box.uniform(generators((int) box.lower().getShape().get(0))));
    }

    private static List<RandomGenerator> generators(int rows) {
        return SampleRandom.of(42, LongStream.range(0, rows).toArray(), 0);
    }

    private static double[] norms(Norm norm, double[][] rows) {
        return Arrays.stream(rows).mapToDouble(row -> RowTwins.norm(norm, row)).toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
