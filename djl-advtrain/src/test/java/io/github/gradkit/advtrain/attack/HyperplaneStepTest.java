package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The shortest way to a hyperplane inside a box, against slow twins. */
class HyperplaneStepTest {

    private static final double INFINITE = Double.POSITIVE_INFINITY;

    private final SplittableRandom random = new SplittableRandom(7);

    private static double[] all(int features, double value) {
        double[] values = new double[features];
        Arrays.fill(values, value);
        return values;
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(j -> a[j] * b[j]).sum();
    }

    private double[] draw(int features, double low, double high) {
        return random.doubles(features, low, high).toArray();
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void isAsLongAsTheDualNormSaysWithoutABox(Norm norm) {
        double[] slope = {3, -4, 0};
        double[] at = {0.1, 0.2, 0.3};
        double[] step =
                new HyperplaneStep(norm, 3).of(slope, 10, at, all(3, -INFINITE), all(3, INFINITE));
        double[] expected =
                switch (norm) {
                    case L1 -> new double[] {0, -2.5, 0};
                    case L2 -> new double[] {1.2, -1.6, 0};
                    case LINF -> new double[] {10.0 / 7, -10.0 / 7, 0};
                };
        assertThat(step).containsExactly(expected, within(1e-12));
    }

    /** The shared length that a search by halving finds, or the greedy choice in the l1 norm. */
    private static double[] twin(Norm norm, double[] slope, double rise, double[] room) {
        double[] step = new double[room.length];
        if (norm == Norm.L1) {
            double[] left = {rise};
            IntStream.range(0, room.length)
                    .boxed()
                    .sorted((a, b) -> Double.compare(Math.abs(slope[b]), Math.abs(slope[a])))
                    .forEach(
                            j -> {
                                double size = Math.abs(slope[j]);
                                step[j] = size == 0 ? 0 : Math.min(room[j], left[0] / size);
                                left[0] -= step[j] * size;
                            });
            return step;
        }
        double low = 0;
        double high = 1e6;
        for (int halving = 0; halving < 200; halving++) {
            double length = (low + high) / 2;
            double reached = 0;
            for (int j = 0; j < room.length; j++) {
                double size = Math.abs(slope[j]);
                double wanted = length * (norm == Norm.L2 ? size : size > 0 ? 1 : 0);
                step[j] = Math.min(wanted, room[j]);
                reached += size * step[j];
            }
            low = reached < rise ? length : low;
            high = reached < rise ? high : length;
        }
        return step;
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void agreesWithItsTwinInABox(Norm norm) {
        HyperplaneStep hyperplane = new HyperplaneStep(norm, 6);
        for (int round = 0; round < 2000; round++) {
            double[] slope = draw(6, -2, 2);
            slope[round % 6] = round % 4 == 0 ? 0 : slope[round % 6];
            double[] at = draw(6, 0, 1);
            at[(round + 1) % 6] = round % 3 == 0 ? 1 : at[(round + 1) % 6];
            double rise = random.nextDouble(-4, 4);
            double[] step = hyperplane.of(slope, rise, at, all(6, 0), all(6, 1));
            double[] room = new double[6];
            for (int j = 0; j < 6; j++) {
                room[j] = slope[j] * rise > 0 ? 1 - at[j] : at[j];
            }
            double[] twin = twin(norm, slope, Math.abs(rise), room);
            for (int j = 0; j < 6; j++) {
                double expected = Math.signum(slope[j]) * Math.signum(rise) * twin[j];
                assertThat(step[j]).as("round %d", round).isCloseTo(expected, within(1e-9));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void isShorterThanAnyOtherWay(Norm norm) {
        double[] lower = all(5, -0.5);
        double[] upper = all(5, 0.7);
        double[] zero = new double[5];
        HyperplaneStep hyperplane = new HyperplaneStep(norm, 5);
        int compared = 0;
        for (int round = 0; round < 3000; round++) {
            double[] slope = draw(5, -1, 1);
            double[] other = draw(5, -0.5, 0.7);
            double[] step = hyperplane.of(slope, dot(slope, other), zero, lower, upper);
            assertThat(dot(slope, step)).isCloseTo(dot(slope, other), within(1e-9));
            assertThat(FabRow.size(norm, step)).isLessThanOrEqualTo(FabRow.size(norm, other));
            compared += dot(slope, other) != 0 ? 1 : 0;
        }
        assertThat(compared).isEqualTo(3000);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void goesToTheCornerIfTheHyperplaneIsOutOfReach(Norm norm) {
        double[] step =
                new HyperplaneStep(norm, 3)
                        .of(new double[] {1, -2, 0}, 1e9, all(3, 0.25), all(3, 0), all(3, 1));
        assertThat(step).containsExactly(0.75, -0.25, 0);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void staysWhereNothingCanBeDone(Norm norm) {
        HyperplaneStep hyperplane = new HyperplaneStep(norm, 2);
        double[] zero = new double[2];
        double[] one = all(2, 1);
        assertThat(hyperplane.of(zero, 1, zero, zero, one)).containsOnly(0);
        assertThat(hyperplane.of(one, 0, zero, zero, one)).containsOnly(0);
        assertThat(hyperplane.of(one, 1, zero, zero, zero)).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void staysFiniteOnSlopesOfAnySize(Norm norm) {
        HyperplaneStep hyperplane = new HyperplaneStep(norm, 2);
        double[] zero = new double[2];
        for (double size : new double[] {1e-300, 1e-30, 1e30, 1e150}) {
            double[] step =
                    hyperplane.of(
                            new double[] {size, -size / 2}, 1, zero, all(2, -INFINITE), all(2, 9));
            assertThat(Arrays.stream(step).allMatch(Double::isFinite)).isTrue();
        }
    }
}
