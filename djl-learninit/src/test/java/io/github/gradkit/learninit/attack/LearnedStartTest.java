package io.github.gradkit.learninit.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Norm;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.attack.Scorer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A network that learns where attacks start. */
class LearnedStartTest {

    private static final int EXAMPLES = 60;
    private static final float EPSILON = 0.2f;

    private final Attacked attacked = Attacked.network();
    private final NDArray inputs = attacked.inputs(EXAMPLES, 3);
    private final int[] labels = Attacked.labels(EXAMPLES, 3);

    @AfterEach
    void close() {
        attacked.close();
    }

    /** The end of the ball that is nearer to the middle: it depends on the example alone. */
    private NDArray changes(NDArray x) {
        float[] values = x.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] < 0.5 ? EPSILON : -EPSILON;
        }
        return attacked.manager.create(values, x.getShape());
    }

    private static double error(float[] proposed, float[] wanted) {
        double sum = 0;
        for (int i = 0; i < wanted.length; i++) {
            sum += (proposed[i] - wanted[i]) * (proposed[i] - wanted[i]);
        }
        return sum / wanted.length / EPSILON / EPSILON;
    }

    @ParameterizedTest
    @EnumSource
    void proposalsLieInReach(Norm norm) {
        EpsilonBall ball = EpsilonBall.of(norm, 0.3);
        try (LearnedStart start = Attacked.start().setBall(ball).build()) {
            float[] proposed = attacked.proposals(start, ball, inputs, labels, 1).get(0);
            for (int row = 0; row < EXAMPLES; row++) {
                double length = 0;
                for (int j = 0; j < Attacked.FEATURES; j++) {
                    double size = Math.abs(proposed[row * Attacked.FEATURES + j]);
                    length =
                            switch (norm) {
                                case LINF -> Math.max(length, size);
                                case L2 -> Math.hypot(length, size);
                                case L1 -> length + size;
                            };
                }
                assertThat(length).isLessThanOrEqualTo(0.3 * (1 + 1e-5)).isGreaterThan(0);
                if (norm != Norm.LINF) {
                    assertThat(length).isCloseTo(0.3, within(1e-5));
                }
            }
        }
    }

    @Test
    void anAttackInASmallerBallStartsInProportion() {
        try (LearnedStart start = Attacked.start().build()) {
            float[] whole = attacked.proposal(start, inputs, labels);
            EpsilonBall half = Attacked.BALL.withEpsilon(EPSILON / 2.0);
            float[] small = attacked.proposals(start, half, inputs, labels, 1).get(0);
            for (int i = 0; i < whole.length; i++) {
                assertThat(small[i]).isCloseTo(whole[i] / 2, within(1e-6f));
            }
        }
    }

    @Test
    void onlyTheSeedDecidesWhatIsProposed() {
        Engine.getInstance().setRandomSeed(1);
        try (LearnedStart one = Attacked.start().optSeed(4).build()) {
            Engine.getInstance().setRandomSeed(2);
            try (LearnedStart two = Attacked.start().optSeed(4).build();
                    LearnedStart other = Attacked.start().optSeed(5).build()) {
                assertThat(attacked.proposal(two, inputs, labels))
                        .isEqualTo(attacked.proposal(one, inputs, labels))
                        .isNotEqualTo(attacked.proposal(other, inputs, labels));
                for (LearnedStart start : List.of(one, two)) {
                    start.fit(inputs, labels, changes(inputs), 3);
                    start.fit(attacked.scorer, inputs, labels, 3);
                }
                assertThat(attacked.proposal(two, inputs, labels))
                        .isEqualTo(attacked.proposal(one, inputs, labels));
            }
        }
    }

    @Test
    void proposalsDependOnExampleAndLabel() {
        try (LearnedStart start = Attacked.start().build()) {
            int[] others = labels.clone();
            others[1] = (others[1] + 1) % 3;
            float[] before = attacked.proposal(start, inputs, labels);
            float[] after = attacked.proposal(start, inputs, others);
            for (int i = 0; i < before.length; i++) {
                if (i / Attacked.FEATURES == 1) {
                    assertThat(after[i]).isNotEqualTo(before[i]);
                } else {
                    assertThat(after[i]).isEqualTo(before[i]);
                }
            }
        }
    }

    @Test
    void onlyTheFirstAttemptIsLearnedAndRestartsAreUniform() {
        try (LearnedStart start = Attacked.start().build()) {
            List<float[]> learned = attacked.proposals(start, Attacked.BALL, inputs, labels, 3);
            List<float[]> uniform =
                    attacked.proposals(
                            PerturbationStart.uniform(), Attacked.BALL, inputs, labels, 3);
            assertThat(learned).hasSize(3);
            assertThat(learned.get(0)).isNotEqualTo(uniform.get(0));
            assertThat(learned.get(1)).isEqualTo(uniform.get(1)).isNotEqualTo(uniform.get(2));
            assertThat(learned.get(2)).isEqualTo(uniform.get(2));
        }
    }

    @Test
    void imitationBeatsTheMeanWhereTheChangeDependsOnTheExample() {
        ClassMeanStart mean = new ClassMeanStart();
        mean.add(labels, changes(inputs));
        NDArray fresh = attacked.inputs(EXAMPLES, 8);
        float[] wanted = changes(fresh).toFloatArray();
        try (LearnedStart start = Attacked.start().optHidden(64).optRate(0.01).build()) {
            double before = error(attacked.proposal(start, fresh, labels), wanted);
            start.fit(inputs, labels, changes(inputs), 200);
            double after = error(attacked.proposal(start, fresh, labels), wanted);
            double baseline = error(attacked.proposal(mean, fresh, labels), wanted);
            assertThat(baseline).isGreaterThan(0.8);
            assertThat(after).isLessThan(before / 2).isLessThan(baseline / 2);
            assertThat(start.gradients()).isZero();
        }
    }

    @Test
    void raisingTheLossRaisesIt() {
        try (LearnedStart start = Attacked.start().optRate(0.01).build()) {
            NDArray fresh = attacked.inputs(EXAMPLES, 8);
            double before = loss(start, fresh);
            start.fit(attacked.scorer, inputs, labels, 100);
            double after = loss(start, fresh);
            double uniform = loss(PerturbationStart.uniform(), fresh);
            assertThat(after).isGreaterThan(before + 0.02).isGreaterThan(uniform + 0.02);
            assertThat(start.gradients()).isEqualTo(100L * EXAMPLES);
        }
    }

    private double loss(PerturbationStart start, NDArray x) {
        float[] change = attacked.proposal(start, x, labels);
        NDArray moved = x.add(attacked.manager.create(change, x.getShape())).clip(0, 1);
        float[] log = attacked.scorer.score(moved).logSoftmax(1).toFloatArray();
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            sum -= log[3 * i + labels[i]] / labels.length;
        }
        return sum;
    }

    @Test
    void imitatingAnAttackIsAttackingAndImitating() {
        Pgd attack = Pgd.builder().setBall(Attacked.BALL).optSteps(4).optSeed(2).build();
        int many = 300;
        NDArray x = attacked.inputs(many, 5);
        int[] y = Attacked.labels(many, 3);
        try (LearnedStart whole = Attacked.start().build();
                LearnedStart steps = Attacked.start().build()) {
            whole.fit(attacked.scorer, attack, x, y, 3);
            NDArray adversarial = attack.adversarial(attacked.scorer, AttackInput.of(x, y));
            steps.fit(x, y, adversarial.sub(x), 3);

            float[] expected = attacked.proposal(steps, inputs, labels);
            float[] actual = attacked.proposal(whole, inputs, labels);
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
            }
            assertThat(whole.gradients()).isEqualTo(4L * many);
            assertThat(steps.gradients()).isZero();
        }
    }

    @Test
    void doublesAreProposedForDoubles() {
        try (LearnedStart start = Attacked.start().build()) {
            NDArray exact = inputs.toType(DataType.FLOAT64, true);
            try (NDArray proposed = start(start, exact)) {
                assertThat(proposed.getDataType()).isEqualTo(DataType.FLOAT64);
                assertThat(proposed.getShape()).isEqualTo(exact.getShape());
            }
        }
    }

    /** Attacks a model that computes with floats all the same. */
    private NDArray start(LearnedStart start, NDArray x) {
        List<NDArray> kept = new ArrayList<>();
        PerturbationStart spy =
                request -> {
                    NDArray proposed = start.start(request);
                    NDArray copy = proposed.duplicate();
                    copy.attach(attacked.manager);
                    kept.add(copy);
                    return proposed;
                };
        Scorer narrow = wide -> attacked.scorer.score(wide.toType(DataType.FLOAT32, false));
        Pgd attack = Pgd.builder().setBall(Attacked.BALL).optSteps(1).optStart(spy).build();
        AttackInput input = AttackInput.of(x, labels);
        assertThatIllegalArgumentException()
                .as("no gradients, but only after the start")
                .isThrownBy(() -> attack.adversarial(narrow, input));
        return kept.get(0);
    }

    @Test
    void weightsAreSavedAndLoaded(@TempDir Path folder) throws Exception {
        try (LearnedStart saved = Attacked.start().optSeed(1).build();
                LearnedStart loaded = Attacked.start().optSeed(2).build()) {
            saved.fit(inputs, labels, changes(inputs), 20);
            float[] wanted = attacked.proposal(saved, inputs, labels);
            loaded.fit(inputs, labels, inputs.mul(0.1f), 2);
            assertThat(attacked.proposal(loaded, inputs, labels)).isNotEqualTo(wanted);

            saved.model().save(folder, "start");
            loaded.model().load(folder, "start");
            assertThat(attacked.proposal(loaded, inputs, labels)).isEqualTo(wanted);

            loaded.fit(inputs, labels, changes(inputs), 20);
            float[] target = changes(inputs).toFloatArray();
            assertThat(error(attacked.proposal(loaded, inputs, labels), target))
                    .isLessThan(error(wanted, target));
        }
    }

    @Test
    void aBatchOfOneIsNoTroubleForBatchNormalisation() {
        SequentialBlock normalised =
                new SequentialBlock()
                        .add(list -> new NDList(list.head()))
                        .add(BatchNorm.builder().build())
                        .add(Linear.builder().setUnits(Attacked.FEATURES).build());
        int batchAndOne = 129;
        NDArray many = attacked.inputs(batchAndOne, 3);
        try (LearnedStart start = Attacked.start().optBlock(normalised).build()) {
            start.fit(many, Attacked.labels(batchAndOne, 3), changes(many), 1);
            assertThat(attacked.proposal(start, inputs, labels)).doesNotContain(Float.NaN);
        }
    }

    @Test
    void aBlockOfOnesOwnKeepsItsWeights() {
        Linear block = Linear.builder().setUnits(Attacked.FEATURES).build();
        SequentialBlock own = new SequentialBlock().add(list -> new NDList(list.head())).add(block);
        own.initialize(
                attacked.manager,
                DataType.FLOAT32,
                new Shape(1, Attacked.FEATURES),
                new Shape(1, 3));
        float[] weights = block.getParameters().get("weight").getArray().toFloatArray();
        try (LearnedStart start = Attacked.start().optBlock(own).build()) {
            assertThat(block.getParameters().get("weight").getArray().toFloatArray())
                    .isEqualTo(weights);
            assertThat(attacked.proposal(start, inputs, labels)).hasSize(EXAMPLES * 6);
        }
    }
}
