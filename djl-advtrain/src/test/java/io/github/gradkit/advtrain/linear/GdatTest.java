package io.github.gradkit.advtrain.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GdatTest {

    private static final double GAMMA = 1 / Math.sqrt(5);
    private static final long[] DECADES = {100, 1000, 10_000, 100_000};

    private static Gdat.Builder gdat(SignedData data, LqBall ball, long steps) {
        MixedMargin target = MarginSolver.ofDefaults().mixedMargin(data, ball);
        Gdat.Builder builder = Gdat.builder().setData(data).setBall(ball).setSteps(steps);
        return target.isSeparable() ? builder.optTarget(target) : builder;
    }

    private static LqBall l2(double radius) {
        return LqBall.of(LqNorm.L2, radius);
    }

    private static double tunedRadius(long steps) {
        return GAMMA - .5 * Math.log(steps) / Math.sqrt(steps);
    }

    private static GdatPoint tuned(long steps) {
        return gdat(Examples.two(), l2(tunedRadius(steps)), steps).build().run().last();
    }

    /** The formula, example by example. */
    private static double[] slowGdat(
            double[][] z, LqBall ball, LinearLoss loss, double eta, int steps) {
        double[] theta = new double[z[0].length];
        for (int t = 0; t < steps; t++) {
            double[] g = ball.norm().steepest(theta);
            double[] next = theta.clone();
            for (double[] point : z) {
                double[] moved = new double[theta.length];
                for (int j = 0; j < moved.length; j++) {
                    moved[j] = point[j] - ball.radius() * g[j];
                }
                double m = Vectors.dot(moved, theta);
                double weight =
                        loss == LinearLoss.EXPONENTIAL ? Math.exp(-m) : 1 / (1 + Math.exp(m));
                for (int j = 0; j < moved.length; j++) {
                    next[j] += eta / z.length * weight * moved[j];
                }
            }
            theta = next;
        }
        return theta;
    }

    @ParameterizedTest
    @EnumSource
    void iteratesAreThoseOfTheSlowTwin(LinearLoss loss) {
        SignedData data = Examples.separable(1, 20, 5);
        for (LqNorm norm : Examples.NORMS) {
            LqBall ball = LqBall.of(norm, .01);
            double[] fast =
                    gdat(data, ball, 300)
                            .optLoss(loss)
                            .optStepSize(.7)
                            .build()
                            .run()
                            .last()
                            .theta();
            double[] slow = slowGdat(Examples.rows(data), ball, loss, .7, 300);
            assertThat(fast).containsExactly(slow, within(1e-11));
        }
    }

    @Test
    void firstStepHasNoPerturbation() {
        GdatPoint point =
                gdat(Examples.three(), LqBall.of(LqNorm.LINF, .15), 1).build().run().last();
        assertThat(point.theta()).containsExactly(new double[] {.6, .4, .3}, within(1e-15));
        assertThat(point.step()).isEqualTo(1);
    }

    @Test
    void pointsHoldWhatTheirNamesSay() {
        SignedData data = Examples.three();
        LqBall ball = LqBall.of(LqNorm.L1, .2);
        GdatTrace trace = gdat(data, ball, 50).addRecordedSteps(10, 50, 20).build().run();
        assertThat(trace.points()).extracting(GdatPoint::step).containsExactly(10L, 20L, 50L);
        GdatPoint point = trace.points().get(1);
        assertThat(point.norm()).isCloseTo(Vectors.norm2(point.theta()), within(1e-15));
        double[] v = point.direction();
        assertThat(point.margin()).isCloseTo(ball.margin(data, v), within(1e-14));
        assertThat(point.gap()).isCloseTo(.596962 - point.margin(), within(1e-6));
        double[] u = MarginSolver.ofDefaults().mixedMargin(data, ball).direction();
        assertThat(point.oneMinusCosine()).isCloseTo(1 - Vectors.dot(u, v), within(1e-12));
        assertThat(Math.log(point.cleanLoss()))
                .isCloseTo(
                        LinearLoss.EXPONENTIAL.logMean(data.margins(point.theta())), within(1e-12));
        assertThat(point.logRobustLoss())
                .isCloseTo(
                        LinearLoss.EXPONENTIAL.logRisk(data, ball, point.theta()), within(1e-14));
        assertThat(point.robustLoss()).isGreaterThan(point.cleanLoss());
    }

    @Test
    void cleanConvergenceIsThatOfTheTable() {
        GdatTrace trace =
                gdat(Examples.two(), LqBall.none(), 100_000)
                        .addRecordedSteps(DECADES)
                        .build()
                        .run();
        double[] gaps = {3.55e-2, 2.01e-2, 1.39e-2, 1.06e-2};
        double[] angles = {2.93e-3, 9.67e-4, 4.69e-4, 2.75e-4};
        double[] gapTimesLog = {.164, .139, .128, .122};
        for (int i = 0; i < 4; i++) {
            GdatPoint point = trace.points().get(i);
            assertThat(point.gap()).isCloseTo(gaps[i], within(.005 * gaps[i]));
            assertThat(point.oneMinusCosine()).isCloseTo(angles[i], within(.005 * angles[i]));
            assertThat(point.gap() * Math.log(DECADES[i])).isCloseTo(gapTimesLog[i], within(.001));
        }
        assertThat(trace.riskIncreases()).isZero();
    }

    @Test
    void fixedRadiusConvergesAsInTheTable() {
        GdatTrace trace =
                gdat(Examples.two(), l2(.9 * GAMMA), 100_000)
                        .addRecordedSteps(DECADES)
                        .build()
                        .run();
        double[] gaps = {4.20e-2, 9.25e-3, 3.41e-3, 1.96e-3};
        double[] losses = {1.1e-1, 1.9e-5, 9.3e-14, 1.5e-23};
        for (int i = 0; i < 4; i++) {
            assertThat(trace.points().get(i).gap()).isCloseTo(gaps[i], within(.005 * gaps[i]));
            assertThat(trace.points().get(i).cleanLoss())
                    .isCloseTo(losses[i], within(.05 * losses[i]));
        }
    }

    @Test
    void radiusTunedToTheStepsConvergesAsInTheTable() {
        double[] gaps = {2.80e-2, 9.76e-3, 3.45e-3, 1.20e-3};
        double[] angles = {1.85e-3, 2.33e-4, 2.95e-5, 3.62e-6};
        double[] norms = {7.93, 23.1, 66.3, 191};
        double[] losses = {2.8e-2, 3.1e-5, 1.3e-13, 7.5e-38};
        for (int i = 0; i < 4; i++) {
            GdatPoint point = tuned(DECADES[i]);
            assertThat(point.gap()).isCloseTo(gaps[i], within(.005 * gaps[i]));
            assertThat(point.oneMinusCosine()).isCloseTo(angles[i], within(.005 * angles[i]));
            assertThat(point.norm()).isCloseTo(norms[i], within(.005 * norms[i]));
            assertThat(point.cleanLoss()).isCloseTo(losses[i], within(.05 * losses[i]));
        }
    }

    @Test
    void ratesAreThoseOfTheTheorem() {
        GdatPoint first = tuned(100);
        GdatPoint last = tuned(100_000);
        double slope = Math.log(last.gap() / first.gap()) / Math.log(1000);
        assertThat(slope).isBetween(-.55, -.40).isCloseTo(-.456, within(.002));
        double growth = first.norm() / 10 / (last.norm() / Math.sqrt(1e5));
        assertThat(growth).isBetween(1., 1.5);
        GdatTrace clean =
                gdat(Examples.two(), LqBall.none(), 100_000)
                        .addRecordedSteps(DECADES)
                        .build()
                        .run();
        for (int i = 1; i < 4; i++) {
            assertThat(tuned(DECADES[i]).gap()).isLessThan(clean.points().get(i).gap());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, .2, 1.35e-2, 8.41e-3, 5.77e-3, 2.21e-3",
        "Infinity, .15, 5.13e-3, 3.79e-3, 2.76e-3, 4.07e-3",
        "1, .2, 3.59e-2, 2.43e-2, 1.75e-2, 1.70e-3"
    })
    void mixedMarginIsApproachedAsInTheTable(
            double q, double c, double gap3, double gap4, double gap5, double angle) {
        GdatTrace trace =
                gdat(Examples.three(), LqBall.of(LqNorm.of(q), c), 100_000)
                        .optStepSize(.5)
                        .addRecordedSteps(1000, 10_000)
                        .build()
                        .run();
        double[] gaps = trace.points().stream().mapToDouble(GdatPoint::gap).toArray();
        assertThat(gaps[0]).isCloseTo(gap3, within(.01 * gap3)).isGreaterThan(gaps[1]);
        assertThat(gaps[1]).isCloseTo(gap4, within(.01 * gap4)).isGreaterThan(gaps[2]);
        assertThat(gaps[2]).isCloseTo(gap5, within(.01 * gap5)).isPositive();
        assertThat(trace.last().oneMinusCosine()).isCloseTo(angle, within(.01 * angle));
        assertThat(trace.certificateChecks()).isEqualTo(100_000);
        assertThat(trace.certificateViolations()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "Infinity, .3, .85702, .51528, 1e-3",
        "Infinity, .6, .999996, .00273, 5e-3",
        "1, .5, .707106, .707108, 1e-4"
    })
    void onePointIsApproached(double q, double c, double v0, double v1, double tolerance) {
        GdatPoint last =
                gdat(Examples.one(), LqBall.of(LqNorm.of(q), c), 20_000)
                        .optStepSize(.1)
                        .build()
                        .run()
                        .last();
        assertThat(last.direction()).containsExactly(new double[] {v0, v1}, within(tolerance));
    }

    @ParameterizedTest
    @EnumSource
    void noIterateBreaksTheCertificate(LinearLoss loss) {
        SignedData data = Examples.separable(9, 60, 8);
        for (LqNorm norm : Examples.NORMS) {
            double gamma = MarginSolver.ofDefaults().maxMargin(data, norm).lower();
            for (double share : new double[] {0, .5, .95}) {
                GdatTrace trace =
                        gdat(data, LqBall.of(norm, share * gamma), 2000)
                                .optLoss(loss)
                                .build()
                                .run();
                assertThat(trace.certificateChecks()).isEqualTo(2000);
                assertThat(trace.certificateViolations()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {.3, 1})
    void riskFallsInEveryStepAndOnceSmallAllMarginsArePositive(double eta) {
        SignedData data = Examples.three();
        double gamma = MarginSolver.ofDefaults().maxMargin(data, LqNorm.L2).lower();
        GdatTrace trace =
                gdat(data, l2(.7 * gamma), 5000)
                        .optStepSize(eta)
                        .addRecordedSteps(LongStream.rangeClosed(1, 5000).toArray())
                        .build()
                        .run();
        assertThat(trace.riskIncreases()).isZero();
        assertThat(trace.last().robustLoss()).isLessThan(1. / 3);
        for (GdatPoint point : trace.points()) {
            if (point.robustLoss() <= 1. / 3) {
                assertThat(point.margin()).isNotNegative();
                assertThat(point.oneMinusCosine()).isLessThanOrEqualTo(.3 + 1e-9);
            }
        }
    }

    @Test
    void riskStaysLargeIfTheRadiusIsTooLarge() {
        GdatTrace trace =
                gdat(Examples.two(), l2(1.1 * GAMMA), 5000)
                        .addRecordedSteps(LongStream.rangeClosed(1, 5000).toArray())
                        .build()
                        .run();
        assertThat(trace.points()).allSatisfy(p -> assertThat(p.robustLoss()).isGreaterThan(.5));
        assertThat(trace.certificateChecks()).isZero();
        assertThat(trace.last().gap()).isNaN();
    }

    @Test
    void lossesBelowTheSmallestNumberKeepTheirLogarithm() {
        GdatPoint last =
                gdat(SignedData.ofSigned(new double[] {30}), LqBall.none(), 3)
                        .optStepSize(1)
                        .build()
                        .run()
                        .last();
        assertThat(last.cleanLoss()).isZero();
        assertThat(last.logCleanLoss()).isEqualTo(-900);
    }

    @Test
    void explosionIsReported() {
        SignedData data = SignedData.ofSigned(new double[] {1000, 0}, new double[] {-900, .1});
        assertThatThrownBy(gdat(data, LqBall.none(), 100).build()::run)
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("After step 2 the weights are not finite")
                .hasMessageContaining("scaleToUnit");
    }

    @Test
    void zeroExamplesStayAtZero() {
        GdatPoint last =
                gdat(SignedData.ofSigned(new double[] {0, 0}), l2(.1), 3).build().run().last();
        assertThat(last.theta()).containsOnly(0);
        assertThat(last.margin()).isNaN();
        assertThat(last.cleanLoss()).isEqualTo(1);
    }

    @Test
    void missingOrWrongSettingsAreRefused() {
        Gdat.Builder empty = Gdat.builder();
        assertThatThrownBy(empty::build).hasMessageContaining("Call setData");
        empty.setData(Examples.two());
        assertThatThrownBy(empty::build).hasMessageContaining("Call setBall");
        empty.setBall(l2(.1));
        assertThatThrownBy(empty::build).hasMessageContaining("Call setSteps");
        assertThatThrownBy(() -> empty.setSteps(0)).hasMessageContaining("has 0");
        assertThatThrownBy(() -> empty.optStepSize(0)).hasMessageContaining("but is 0.0");
        assertThatThrownBy(() -> empty.optStepSize(Double.NaN)).hasMessageContaining("NaN");
        empty.setSteps(10).addRecordedSteps(11);
        assertThatThrownBy(empty::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("between 1 and the number of steps 10, but are [11]");
        MixedMargin other = MarginSolver.ofDefaults().mixedMargin(Examples.two(), l2(.2));
        Gdat.Builder mixedUp =
                Gdat.builder().setData(Examples.two()).setBall(l2(.1)).setSteps(1).optTarget(other);
        assertThatThrownBy(mixedUp::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Solve for the same ball");
    }
}
