package io.github.gradkit.learninit.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mean sum rates against those of an independent program on 150 draws of its own. */
class ReferenceMeansTest {

    private static final int REFERENCE_DRAWS = 150;
    private static final int DRAWS = 600;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 1, 1.276, 1.283, 1.297, 1.144",
        "10, 1, 2.792, 2.786, 2.832, 1.383",
        "10, 0.1, 5.446, 5.396, 5.701, 1.523",
        "10, 0.01, 8.134, 8.090, 8.539, 1.630"
    })
    void meansAgreeWithinTheirStandardErrors(
            int users, double noise, double fromMaximum, double random, double best, double full) {
        PowerAllocation problem = PowerAllocation.builder().setUsers(users).optNoise(noise).build();
        NDList known = problem.known(manager, ChannelGenerator.of(users, 11).next(DRAWS));
        NDArray maximum = manager.ones(new Shape(DRAWS, users));
        Wmmse wmmse = Wmmse.builder().optTolerance(-1).build();
        double[] mean = new double[DRAWS];
        double[] highest = new double[DRAWS];
        for (int start = 0; start < 10; start++) {
            NDArray powers = Solved.random(manager, DRAWS, users, start);
            double[] rates = Solved.rates(wmmse.solve(problem, known, powers));
            for (int i = 0; i < DRAWS; i++) {
                mean[i] += rates[i] / 10;
                highest[i] = Math.max(highest[i], rates[i]);
            }
        }
        requireMean(Solved.rates(wmmse.solve(problem, known, maximum)), fromMaximum);
        requireMean(mean, random);
        requireMean(highest, best);
        float[] values = problem.value(known, maximum).toFloatArray();
        double[] rates = new double[DRAWS];
        Arrays.setAll(rates, i -> -values[i]);
        requireMean(rates, full);
    }

    /** Both means are of random draws: three standard errors of their difference. */
    private static void requireMean(double[] numbers, double reference) {
        double mean = Solved.mean(numbers);
        double variance = 0;
        for (double number : numbers) {
            variance += (number - mean) * (number - mean) / (DRAWS - 1);
        }
        double error = Math.sqrt(variance * (1.0 / DRAWS + 1.0 / REFERENCE_DRAWS));
        assertThat(mean).isCloseTo(reference, within(3 * error));
    }
}
