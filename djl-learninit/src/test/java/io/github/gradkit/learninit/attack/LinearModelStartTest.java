package io.github.gradkit.learninit.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.Pgd;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** On a linear model there is one best change, and every start must lead there. */
class LinearModelStartTest {

    private static final int EXAMPLES = 20;

    static Stream<Arguments> starts() {
        return Stream.of(
                Arguments.of("zero", (Supplier<?>) PerturbationStart::zero),
                Arguments.of("uniform", (Supplier<?>) PerturbationStart::uniform),
                Arguments.of("class mean", (Supplier<?>) ClassMeanStart::new),
                Arguments.of("logits", (Supplier<?>) () -> new LogitDirectionStart(2)),
                Arguments.of("untrained", (Supplier<?>) () -> learned(0)),
                Arguments.of("trained", (Supplier<?>) () -> learned(60)),
                Arguments.of("misled", (Supplier<?>) () -> learned(-60)));
    }

    /** Passes below 0 teach the opposite of the best change. */
    private static PerturbationStart learned(int passes) {
        LearnedStart start = Attacked.start().setClasses(2).optRate(0.05).build();
        try (Attacked attacked = Attacked.linear()) {
            NDArray inputs = attacked.inputs(EXAMPLES, 3);
            int[] labels = Attacked.labels(EXAMPLES, 2);
            if (passes > 0) {
                start.fit(attacked.scorer, inputs, labels, passes);
            } else if (passes < 0) {
                float[] best = best(attacked, inputs, labels);
                NDArray worst = attacked.manager.create(best, inputs.getShape()).sub(inputs).neg();
                start.fit(inputs, labels, worst, -passes);
            }
        }
        return start;
    }

    /** Each feature goes to the end of its interval that favours the other class. */
    private static float[] best(Attacked attacked, NDArray inputs, int[] labels) {
        float[] x = inputs.toFloatArray();
        float[] weights = attacked.weights();
        double epsilon = Attacked.BALL.epsilon();
        for (int i = 0; i < x.length; i++) {
            int feature = i % Attacked.FEATURES;
            float difference = weights[Attacked.FEATURES + feature] - weights[feature];
            boolean up = difference > 0 == (labels[i / Attacked.FEATURES] == 0);
            x[i] = (float) Math.max(0, Math.min(1, up ? x[i] + epsilon : x[i] - epsilon));
        }
        return x;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("starts")
    void everyStartReachesTheClosedForm(String name, Supplier<PerturbationStart> maker)
            throws Exception {
        double epsilon = Attacked.BALL.epsilon();
        PerturbationStart start = maker.get();
        try (Attacked attacked = Attacked.linear()) {
            NDArray inputs = attacked.inputs(EXAMPLES, 4);
            int[] labels = Attacked.labels(EXAMPLES, 2);
            float[] best = best(attacked, inputs, labels);
            for (double length : new double[] {2 * epsilon, epsilon, 0.7 * epsilon}) {
                int enough = (int) Math.ceil(2 * epsilon / length - 1e-9);
                Pgd attack =
                        Pgd.builder()
                                .setBall(Attacked.BALL)
                                .optSteps(enough)
                                .optStepSize(length)
                                .optStart(start)
                                .build();
                AttackInput input = AttackInput.of(inputs, labels);
                try (NDArray end = attack.adversarial(attacked.scorer, input)) {
                    assertThat(end.toFloatArray())
                            .as(name)
                            .usingComparatorWithPrecision(2e-6f)
                            .containsExactly(best);
                }
            }
        } finally {
            if (start instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("starts")
    void aTrainedStartIsNearerThanTheOthers(String name, Supplier<PerturbationStart> maker)
            throws Exception {
        PerturbationStart start = maker.get();
        try (Attacked attacked = Attacked.linear()) {
            NDArray inputs = attacked.inputs(EXAMPLES, 4);
            int[] labels = Attacked.labels(EXAMPLES, 2);
            float[] proposed = attacked.proposal(start, inputs, labels);
            float[] best = best(attacked, inputs, labels);
            float[] x = inputs.toFloatArray();
            int wrong = 0;
            for (int i = 0; i < x.length; i++) {
                wrong += (best[i] - x[i]) * proposed[i] < 0 ? 1 : 0;
            }
            double share = (double) wrong / x.length;
            if (name.equals("trained")) {
                assertThat(share).isLessThan(0.05);
            } else if (name.equals("misled")) {
                assertThat(share).isGreaterThan(0.9);
            } else if (name.equals("zero")) {
                assertThat(share).isEqualTo(0, within(0.0));
            } else {
                assertThat(share).isGreaterThan(0.2);
            }
        } finally {
            if (start instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }
}
