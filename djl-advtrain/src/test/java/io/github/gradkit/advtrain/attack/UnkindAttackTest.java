package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Inputs, models and scorers that are not as they should be. */
class UnkindAttackTest {

    private static final EpsilonBall BALL = EpsilonBall.linf(0.3).within(0, 1);
    private static final double[][] IDENTITY = {{1, 0}, {0, 1}};

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private AttackInput input(float... values) {
        NDArray x = manager.create(values, new Shape(values.length / 2, 2));
        return AttackInput.of(x, new int[values.length / 2]);
    }

    private AttackResult attack(AttackKind kind, EpsilonBall ball, Block block, AttackInput input) {
        try (BlockScorer scorer = BlockScorer.of(block)) {
            return kind.of(ball).perturb(scorer, input);
        }
    }

    private Block identity() {
        return TestNets.linear(manager, DataType.FLOAT32, IDENTITY);
    }

    @ParameterizedTest
    @EnumSource(AttackKind.class)
    void inputThatIsNotFiniteIsRefused(AttackKind kind) {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            AttackInput input = input(0.5f, bad);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> attack(kind, EpsilonBall.linf(0.3), identity(), input))
                    .withMessageContaining("finite");
        }
    }

    @ParameterizedTest
    @EnumSource(AttackKind.class)
    void inputOutOfBoundsIsRefused(AttackKind kind) {
        AttackInput input = input(0.5f, 1.25f);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> attack(kind, BALL, identity(), input))
                .withMessageContaining("out of the bounds")
                .withMessageContaining("0.25");
    }

    @ParameterizedTest
    @EnumSource(AttackKind.class)
    void labelThatTheModelDoesNotKnowIsRefused(AttackKind kind) {
        NDArray x = manager.create(new float[] {0.5f, 0.25f}, new Shape(1, 2));
        AttackInput label = AttackInput.of(x, new int[] {2});
        AttackInput target = AttackInput.of(x, new int[] {0}).withTargets(new int[] {7});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> attack(kind, BALL, identity(), label))
                .withMessageContaining("is 2")
                .withMessageContaining("2 classes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> attack(kind, BALL, identity(), target))
                .withMessageContaining("is 7");
    }

    @Test
    void wholeNumbersAsInputsAreRefused() {
        NDArray x = manager.create(new int[] {1, 2}, new Shape(1, 2));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AttackInput.of(x, new int[] {0}))
                .withMessageContaining("int32")
                .withMessageContaining("FLOAT32");
    }

    @ParameterizedTest
    @EnumSource(AttackKind.class)
    void scorerOfAnotherShapeIsRefused(AttackKind kind) {
        AttackInput input = input(0.5f, 0.25f, 0.5f, 0.75f);
        Function<NDArray, NDArray> wrong = scores -> scores.get("0:1");
        Block block = new SequentialBlock().add(identity()).add(LambdaBlock.singleton(wrong));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> attack(kind, BALL, block, input))
                .withMessageContaining("(1, 2)")
                .withMessageContaining("batch of 2");
    }

    @ParameterizedTest
    @EnumSource(AttackKind.class)
    void closedScorerIsRefused(AttackKind kind) {
        BlockScorer scorer = BlockScorer.of(identity());
        scorer.close();
        scorer.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> kind.of(BALL).perturb(scorer, input(0.5f, 0.25f)))
                .withMessageContaining("closed");
    }

    @ParameterizedTest
    @EnumSource(AttackKind.class)
    void blockWithTwoOutputsIsRefused(AttackKind kind) {
        Block block =
                new ParallelBlock(lists -> new NDList(lists.get(0).head(), lists.get(1).head()))
                        .add(Linear.builder().setUnits(2).build())
                        .add(Linear.builder().setUnits(2).build());
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 2));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> attack(kind, BALL, block, input(0.5f, 0.25f)))
                .withMessageContaining("2 outputs");
    }

    /** The logarithm of the inputs: not a number for those below 0. */
    @ParameterizedTest
    @EnumSource(AttackKind.class)
    void scoresThatAreNoNumbersCountAsBrokenAndHarmNobodyElse(AttackKind kind) {
        Block block =
                new SequentialBlock().add(identity()).add(LambdaBlock.singleton(NDArray::sqrt));
        AttackInput input = input(-0.5f, 0.1f, 0.5f, 0.25f, 0.9f, 0.01f);
        try (AttackResult result = attack(kind, EpsilonBall.linf(0.05), block, input)) {
            float[] moved = result.adversarial().toFloatArray();

            assertThat(result.success()[0]).isTrue();
            assertThat(result.success()[1]).isFalse();
            assertThat(result.margins()[1]).isPositive();
            for (float value : moved) {
                assertThat(value).isFinite();
            }
        }
    }

    @Test
    void gradientsThatAreNoNumbersAreCountedAndStandStill() {
        Block block =
                new SequentialBlock().add(identity()).add(LambdaBlock.singleton(NDArray::sqrt));
        Attack attack =
                Pgd.builder()
                        .setBall(EpsilonBall.linf(0.05))
                        .optStart(PerturbationStart.zero())
                        .optSteps(4)
                        .optEarlyStop(false)
                        .build();
        try (BlockScorer scorer = BlockScorer.of(block);
                AttackResult result = attack.perturb(scorer, input(0.25f, 0, 0.5f, 0.25f))) {
            assertThat(result.ledger()).isEqualTo(new Ledger(8, 8, 4, 0, 4));
            assertThat(result.adversarial().toFloatArray()).startsWith(0.25f, 0);
        }
    }

    @Test
    void zeroGradientsAreCounted() {
        Block block = TestNets.linear(manager, DataType.FLOAT32, new double[2][2], 1, 0);
        try (AttackResult result = attack(AttackKind.PGD, BALL, block, input(0.5f, 0.25f))) {
            assertThat(result.ledger()).isEqualTo(new Ledger(14, 14, 3, 14, 0));
            assertThat(result.success()).containsExactly(false);
        }
    }

    @Test
    void saturatedCrossEntropyHasZeroGradients() {
        Block block =
                TestNets.linear(manager, DataType.FLOAT32, new double[][] {{2000, 0}, {0, 0}});
        try (AttackResult result = attack(AttackKind.APGD_CE, BALL, block, input(0.9f, 0.25f))) {
            assertThat(result.ledger().zeroGradients()).isPositive();
            assertThat(result.success()).containsExactly(false);
        }
    }

    @ParameterizedTest
    @EnumSource(AttackKind.class)
    void oneExampleWithOneFeatureIsBrokenIfItCanBe(AttackKind kind) {
        Block block = TestNets.linear(manager, DataType.FLOAT32, new double[][] {{4}}, -2);
        NDArray x = manager.create(new float[] {0.75f}, new Shape(1, 1));
        for (Norm norm : Norm.values()) {
            for (double epsilon : new double[] {0.2, 0.3}) {
                EpsilonBall ball = EpsilonBall.of(norm, epsilon).within(0, 1);
                AttackInput input = AttackInput.of(x, new int[] {1});
                try (AttackResult result = attack(kind, ball, block, input)) {
                    assertThat(result.success())
                            .as("%s %f", norm, epsilon)
                            .containsExactly(epsilon > 0.25);
                }
            }
        }
    }

    @Test
    void hiddenUnitsThatAreAllOffLeaveTheInputWhereItIs() {
        Block block =
                new SequentialBlock()
                        .add(TestNets.linear(manager, DataType.FLOAT32, IDENTITY, -5, -5))
                        .add(Activation::relu)
                        .add(TestNets.linear(manager, DataType.FLOAT32, IDENTITY, 1, 0));
        for (AttackKind kind : AttackKind.values()) {
            try (AttackResult result = attack(kind, BALL, block, input(0.5f, 0.25f))) {
                assertThat(result.success()).containsExactly(false);
                assertThat(result.margins()).containsExactly(1);
            }
        }
    }
}
