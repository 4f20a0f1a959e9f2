package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A hypergradient is the slope of the next loss, when the last step is made again. */
class CentralDifferenceTest {

    private static final double NUDGE = 1e-6;
    private static final int SIZE = 5;

    private record Case(RuleKind kind, Hyperparameter hyperparameter, Semantics semantics) {}

    static Stream<Case> cases() {
        return Arrays.stream(RuleKind.values())
                .flatMap(
                        kind ->
                                TowerCase.learnable(kind).stream()
                                        .flatMap(
                                                h ->
                                                        Arrays.stream(Semantics.values())
                                                                .map(s -> new Case(kind, h, s))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void hypergradientIsTheSlopeOfTheLoss(Case one) {
        UpdateRule rule =
                TowerCase.rule(one.kind())
                        .with(Hyperparameter.WEIGHT_DECAY, .1)
                        .learn(one.hyperparameter());
        HostLevel level = new HostLevel(rule.resolve(one.semantics(), true), SIZE);
        Quadratic loss = Quadratic.random(SIZE, 7);
        double[] weights = loss.start().clone();
        double largest = 0;
        for (int step = 1; step <= 8; step++) {
            LevelState before = level.state();
            double[] start = weights.clone();
            level.update(weights, loss.gradient(weights));
            double slope = slope(level, before, start, loss);
            double hypergradient = level.hypergradient(loss.gradient(weights))[0];

            largest = Math.max(largest, Math.abs(slope));
            assertThat(hypergradient)
                    .as("step %d", step)
                    .isCloseTo(slope, within(1e-6 * Math.abs(slope) + 1e-11));
        }
        assertThat(largest).isGreaterThan(1e-6);
    }

    private static double slope(
            HostLevel level, LevelState before, double[] start, Quadratic loss) {
        double[] up = replay(level, before, start, loss, NUDGE);
        double[] down = replay(level, before, start, loss, -NUDGE);
        // The difference of the losses, without that of two close numbers.
        double rise =
                IntStream.range(0, SIZE)
                        .mapToDouble(
                                i -> loss.curvature()[i] * (up[i] - down[i]) * (up[i] + down[i]))
                        .sum();
        return rise / 2 / (2 * NUDGE);
    }

    private static double[] replay(
            HostLevel level, LevelState before, double[] start, Quadratic loss, double nudge) {
        RuleSpec spec = level.hypers().spec();
        HostLevel other = new HostLevel(spec, SIZE);
        double[] raw = {before.raw()[0] + nudge};
        double value = spec.of(spec.learned().get(0)).parametrization().toValue(raw[0]);
        other.restore(
                new LevelState(
                        before.step(),
                        raw,
                        new double[] {value},
                        before.memory(),
                        before.directions()));
        double[] weights = start.clone();
        other.update(weights, loss.gradient(start));
        return weights;
    }
}
