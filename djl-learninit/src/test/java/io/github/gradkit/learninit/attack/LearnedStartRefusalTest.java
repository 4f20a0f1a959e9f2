package io.github.gradkit.learninit.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.advtrain.attack.InputGradient;
import io.github.gradkit.advtrain.attack.Norm;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.attack.StandardLoss;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What learned starts refuse, and what they can't learn from. */
class LearnedStartRefusalTest {

    private static final int EXAMPLES = 60;

    private final Attacked attacked = Attacked.network();
    private final NDArray inputs = attacked.inputs(EXAMPLES, 3);
    private final int[] labels = Attacked.labels(EXAMPLES, 3);

    @AfterEach
    void close() {
        attacked.close();
    }

    @Test
    void aFlatModelTeachesNothing() {
        try (Attacked flat = Attacked.constant(0);
                LearnedStart start = Attacked.start().setClasses(2).build()) {
            NDArray x = flat.inputs(EXAMPLES, 3);
            int[] y = Attacked.labels(EXAMPLES, 2);
            float[] before = flat.proposal(start, x, y);
            start.fit(flat.scorer, x, y, 2);
            assertThat(flat.proposal(start, x, y)).isEqualTo(before);
        }
    }

    @Test
    void whatItProposesAlreadyTeachesNothing() {
        SequentialBlock linear =
                new SequentialBlock()
                        .add(list -> new NDList(list.head()))
                        .add(Linear.builder().setUnits(Attacked.FEATURES).build());
        try (LearnedStart start = Attacked.start().optBlock(linear).build()) {
            NDArray zeros = inputs.zerosLike();
            start.fit(zeros, labels, zeros, 2);
            assertThat(attacked.proposal(start, zeros, labels)).containsOnly(0);
            start.fit(inputs, labels, inputs.mul(0.2f), 2);
            assertThat(attacked.proposal(start, inputs, labels)).isNotEqualTo(zeros.toFloatArray());
        }
    }

    @Test
    void aBrokenModelIsNamed() {
        try (LearnedStart start = Attacked.start().build()) {
            GradientScorer broken =
                    new GradientScorer() {
                        @Override
                        public NDArray score(NDArray x) {
                            return attacked.scorer.score(x);
                        }

                        @Override
                        public InputGradient gradient(NDArray x, LossOfLogits loss) {
                            InputGradient seen = attacked.scorer.gradient(x, loss);
                            seen.gradient().set(new float[EXAMPLES * Attacked.FEATURES]);
                            seen.gradient().divi(seen.gradient());
                            return seen;
                        }
                    };
            int before = attacked.arrays();
            assertThatIllegalStateException()
                    .isThrownBy(() -> start.fit(broken, inputs, labels, 1))
                    .withMessageContaining("not finite");
            assertThat(attacked.arrays()).isEqualTo(before);
        }
    }

    @Test
    void aBlockOfTheWrongSizeIsRefused() {
        SequentialBlock narrow =
                new SequentialBlock()
                        .add(list -> new NDList(list.head()))
                        .add(Linear.builder().setUnits(2).build());
        try (LearnedStart start = Attacked.start().optBlock(narrow).build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> attacked.proposal(start, inputs, labels))
                    .withMessageContaining("a number for each feature");
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        NDArray changes = inputs.mul(0.2f);
        try (LearnedStart start = Attacked.start().build()) {
            NDArray wide = attacked.manager.zeros(new Shape(EXAMPLES, 7));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> start.fit(wide, labels, wide, 1))
                    .withMessageContaining("(60, 7)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> start.fit(inputs, labels, wide, 1))
                    .withMessageContaining("a change for each input");
            int[] far = labels.clone();
            far[3] = 3;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> start.fit(inputs, far, changes, 1))
                    .withMessageContaining("from 0 to 2");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> start.fit(inputs, labels, changes, 0))
                    .withMessageContaining("passes");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> start.fit(inputs, new int[0], changes, 1))
                    .withMessageContaining("examples");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> start.fit(inputs, new int[2], changes, 1))
                    .withMessageContaining("a label each");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> start.fit(attacked.scorer, inputs, labels, 1, StandardLoss.KL))
                    .withMessageContaining("unperturbed");
            Pgd wider = Pgd.builder().setBall(EpsilonBall.linf(0.3)).build();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> start.fit(attacked.scorer, wider, inputs, labels, 1))
                    .withMessageContaining("same ball");
            EpsilonBall round = EpsilonBall.l2(0.2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> attacked.proposals(start, round, inputs, labels, 1))
                    .withMessageContaining("L2");
        }
    }

    @ParameterizedTest
    @EnumSource
    void changesThatCanNotBeReachedAreRefused(Norm norm) {
        EpsilonBall ball = EpsilonBall.of(norm, 0.2);
        try (LearnedStart start = Attacked.start().setBall(ball).build()) {
            float[] before = attacked.proposals(start, ball, inputs, labels, 1).get(0);
            int arrays = attacked.arrays();
            for (float size : new float[] {0.21f, -8, Float.NaN, Float.POSITIVE_INFINITY}) {
                try (NDArray far = changes(size)) {
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> start.fit(inputs, labels, far, 1))
                            .withMessageContaining("example 2 has the length " + Math.abs(size))
                            .withMessageContaining("0.2");
                }
            }
            assertThat(attacked.arrays()).isEqualTo(arrays);
            assertThat(attacked.proposals(start, ball, inputs, labels, 1).get(0)).isEqualTo(before);
            try (NDArray near = changes(Math.nextUp(0.2f))) {
                start.fit(inputs, labels, near, 1);
            }
        }
    }

    /** Changes that are 0 but for one number of the third example. */
    private NDArray changes(float size) {
        float[] values = new float[EXAMPLES * Attacked.FEATURES];
        values[2 * Attacked.FEATURES + 1] = size;
        return attacked.manager.create(values, inputs.getShape());
    }

    @Test
    void settingsAreChecked() {
        double[] scale = {1, 2, 1, 1, 1, 1};
        EpsilonBall scaled =
                EpsilonBall.builder().setNorm(Norm.LINF).setEpsilon(0.1).optScale(scale).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Attacked.start().setBall(scaled))
                .withMessageContaining("scale");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Attacked.start().setBall(EpsilonBall.linf(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> Attacked.start().setClasses(1));
        assertThatIllegalArgumentException().isThrownBy(() -> Attacked.start().optHidden(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Attacked.start().optReplay(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Attacked.start().optRefitEvery(-1));
        assertThatIllegalStateException()
                .isThrownBy(() -> LearnedStart.builder().build())
                .withMessageContaining("setClasses");
        assertThatIllegalStateException()
                .isThrownBy(() -> LearnedStart.builder().setClasses(2).build())
                .withMessageContaining("setExample");
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> LearnedStart.builder().setClasses(2).setExample(new Shape(2)).build())
                .withMessageContaining("setBall");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void learningRatesArePositive(double rate) {
        assertThatIllegalArgumentException().isThrownBy(() -> Attacked.start().optRate(rate));
    }
}
