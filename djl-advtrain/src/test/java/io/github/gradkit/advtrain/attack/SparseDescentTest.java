package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps in the l1 norm along several features. */
class SparseDescentTest {

    private static final int FEATURES = 60;

    private final NDManager manager = NDManager.newBaseManager();
    private Block block;

    @AfterEach
    void close() {
        manager.close();
    }

    /** Feature j has the weight j + 1, with every other sign, so the last ones are the top. */
    @BeforeEach
    void open() {
        double[][] weights = new double[1][FEATURES];
        for (int j = 0; j < FEATURES; j++) {
            weights[0][j] = (j + 1) * (j % 2 == 0 ? 1 : -1);
        }
        block = TestNets.linear(manager, DataType.FLOAT32, weights);
    }

    private static Pgd.Builder oneStep(double length) {
        return Pgd.builder()
                .setBall(EpsilonBall.l1(4).within(0, 1))
                .optSteps(1)
                .optStepSize(length)
                .optStart(PerturbationStart.zero());
    }

    /** Returns by how much a training input of label 0 moves from the middle of the box. */
    private float[] moved(Attack attack, float... inputs) {
        NDArray x = manager.create(inputs, new Shape(1, FEATURES));
        try (BlockScorer scorer = BlockScorer.of(block);
                NDArray adversarial =
                        attack.adversarial(scorer, AttackInput.of(x, new int[] {0}))) {
            return adversarial.sub(x).toFloatArray();
        }
    }

    private static float[] middle() {
        float[] inputs = new float[FEATURES];
        Arrays.fill(inputs, 0.5f);
        return inputs;
    }

    private static int[] changed(float... moved) {
        return IntStream.range(0, moved.length).filter(j -> moved[j] != 0).toArray();
    }

    @Test
    void stepIsSharedEvenlyByTheTopFeatures() {
        float[] moved = moved(oneStep(1).optTopShare(0.1).build(), middle());

        assertThat(changed(moved)).containsExactly(54, 55, 56, 57, 58, 59);
        for (int j = 54; j < FEATURES; j++) {
            assertThat(moved[j]).isCloseTo((j % 2 == 0 ? 1 : -1) / 6f, within(1e-6f));
        }
    }

    @Test
    void featuresThatCannotMoveDoNotCount() {
        float[] inputs = middle();
        inputs[59] = 0; // its weight is negative, so it would go below
        inputs[58] = 1;
        inputs[57] = 1; // may go down
        float[] moved = moved(oneStep(1).optTopShare(0.05).build(), inputs);

        assertThat(changed(moved)).containsExactly(55, 56, 57);
        assertThat(moved[57]).isCloseTo(-1 / 3f, within(1e-6f));
    }

    @Test
    void inTrainingAStepGoesAlongAShareOfTheFeaturesByDefault() {
        assertThat(changed(moved(oneStep(1).build(), middle()))).containsExactly(57, 58, 59);
        assertThat(changed(moved(Fgsm.of(EpsilonBall.l1(0.4).within(0, 1)), middle())))
                .as("the method of the name has one")
                .containsExactly(59);
    }

    @ParameterizedTest
    @CsvSource({"NaN,1", "0,1", "0.001,1", "0.1,6", "1,60"})
    void attackGoesAlongOneFeatureUnlessToldOtherwise(double share, int expected) {
        Pgd.Builder builder = oneStep(0.4).optEarlyStop(false);
        Attack attack = (Double.isNaN(share) ? builder : builder.optTopShare(share)).build();
        NDArray x = manager.create(middle(), new Shape(1, FEATURES));
        try (BlockScorer scorer = BlockScorer.of(block);
                AttackResult result = attack.perturb(scorer, AttackInput.of(x, new int[] {0}));
                NDArray change = result.adversarial().sub(x)) {
            assertThat(changed(change.toFloatArray())).hasSize(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void shareThatIsNoneIsRefused(double share) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pgd.builder().optTopShare(share))
                .withMessageContaining("from 0 to 1, but was " + share);
        try (BallWalk walk =
                BallWalk.of(EpsilonBall.l1(1), manager.create(middle(), new Shape(1, FEATURES)))) {
            NDArray zero = walk.zero();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> walk.step(zero, zero, 1, share))
                    .withMessageContaining("from 0 to 1");
        }
    }

    /** Step and projection apart, by what has slow twins of its own. */
    @Test
    void climbIsTheSparseStepAndThenTheProjection() {
        Random random = new Random(4);
        for (int i = 0; i < 40; i++) {
            int rows = 1 + random.nextInt(5);
            NDArray x = random(random, rows, 0.5);
            Region region =
                    Region.of(
                            EpsilonBall.l1(0.2 + 3 * random.nextDouble()).within(-1, 1),
                            x,
                            manager);
            BallBox box = region.box();
            NDArray u = box.project(random(random, rows, 0.3));
            NDArray gradient = random(random, rows, 2);
            int top = 1 + random.nextInt(FEATURES);
            double length = 2 * random.nextDouble();
            int[] tops = new int[rows];
            Arrays.fill(tops, top);

            NDArray apart = box.project(u.add(box.steepestTop(gradient, u, tops).mul(length)));
            assertThat(box.climb(u, gradient, length, top).toFloatArray())
                    .containsExactly(apart.toFloatArray(), within(1e-5f));
        }
    }

    private NDArray random(Random random, int rows, double size) {
        float[] values = new float[rows * FEATURES];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (size * (2 * random.nextDouble() - 1));
        }
        return manager.create(values, new Shape(rows, FEATURES));
    }

    @Test
    void walkTakesTheSameSteps() {
        NDArray x = manager.create(middle(), new Shape(1, FEATURES));
        NDArray gradient = random(new Random(9), 1, 1);
        try (BallWalk walk = BallWalk.of(EpsilonBall.l1(4).within(0, 1), x)) {
            assertThat(changed(walk.step(walk.zero(), gradient, 1).toFloatArray())).hasSize(1);
            assertThat(changed(walk.step(walk.zero(), gradient, 1, .25).toFloatArray()))
                    .hasSize(15);
        }
    }
}
