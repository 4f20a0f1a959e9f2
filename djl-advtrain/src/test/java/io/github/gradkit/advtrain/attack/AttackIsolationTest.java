package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An attack leaves weights, gradients, running statistics and flags as they were, bit by bit. */
class AttackIsolationTest {

    private static final Shape INPUT = new Shape(6, 5);
    private static final int CLASSES = 3;

    private final NDManager manager = NDManager.newBaseManager();
    private final Block block = TestNets.network(manager, INPUT, CLASSES);
    private final NDArray x = TestNets.inputs(manager, INPUT, 3);

    /** As in the middle of a training: gradients are there, and one layer is frozen. */
    @BeforeEach
    void train() {
        NaiveAttack.run(block, x, true);
        ParameterPaths.of(block).get("01Linear_weight").freeze(true);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private AttackInput input() {
        return AttackInput.of(x, TestNets.labels(block, x, CLASSES));
    }

    @ParameterizedTest
    @EnumSource(AttackKind.class)
    void attackChangesNothing(AttackKind kind) {
        AttackInput input = input();
        Map<String, String> before = ModelState.of(block);
        Attack attack = kind.of(EpsilonBall.l2(0.4).within(0, 1));
        try (BlockScorer scorer = BlockScorer.of(block)) {
            attack.perturb(scorer, input).close();
            attack.adversarial(scorer, input).close();
        }

        assertThat(ModelState.of(block)).isEqualTo(before);
        requireCollectorFree();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void naiveAttackFailsTheSameCheck(boolean training) {
        Map<String, String> before = ModelState.of(block);
        NaiveAttack.run(block, x, training);
        Map<String, String> after = ModelState.of(block);

        assertThat(after.get("04Linear_weight")).isEqualTo(before.get("04Linear_weight"));
        assertThat(gradients(after)).isNotEqualTo(gradients(before));
        assertThat(runningMeans(after).equals(runningMeans(before))).isEqualTo(!training);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 9})
    void attackThatFailsInTheMiddleChangesNothing(int call) {
        AttackInput input = input();
        Map<String, String> before = ModelState.of(block);
        int arrays = manager.getManagedArrays().size();
        Attack attack =
                Apgd.builder()
                        .setBall(EpsilonBall.linf(0.01))
                        .optLoss(new FailingLoss(call))
                        .optEarlyStop(false)
                        .build();
        assertThatThrownBy(
                        () -> {
                            try (BlockScorer scorer = BlockScorer.of(block)) {
                                attack.perturb(scorer, input).close();
                            }
                        })
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("loss " + call);

        assertThat(ModelState.of(block)).isEqualTo(before);
        assertThat(manager.getManagedArrays()).hasSize(arrays);
        requireCollectorFree();
    }

    @ParameterizedTest
    @EnumSource(AttackKind.class)
    void noArraysAreLeftBehind(AttackKind kind) {
        requireFlat(kind.of(EpsilonBall.linf(0.1).within(0, 1)), 3);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void noArraysAreLeftBehindByHundredsOfAttacks(Norm norm) {
        EpsilonBall ball = EpsilonBall.of(norm, 0.1).within(0, 1);
        requireFlat(
                AutoAttack.builder()
                        .setBall(ball)
                        .addAttack(Pgd.builder().setBall(ball).optSteps(1).build())
                        .addAttack(Apgd.builder().setBall(ball).optSteps(4).build())
                        .build(),
                200);
    }

    /** Hundreds of steps hold no more than a few. */
    @ParameterizedTest
    @EnumSource(Norm.class)
    void noArraysPileUpWithinAnAttack(Norm norm) {
        EpsilonBall ball = EpsilonBall.of(norm, 0.001).within(0, 1);
        for (Attack attack :
                List.of(
                        Pgd.builder().setBall(ball).optSteps(30).build(),
                        Apgd.builder().setBall(ball).optSteps(30).build(),
                        Fab.builder().setBall(ball).optSteps(30).build(),
                        Square.builder().setBall(ball).optQueries(30).build())) {
            List<Integer> open = new ArrayList<>();
            try (BlockScorer scorer = BlockScorer.of(block)) {
                attack.perturb(new Counting(scorer, open), input()).close();
            }
            // Nobody is broken in the middle of this.
            List<Integer> late = open.subList(open.size() / 2, open.size());
            assertThat(late).as(attack.name()).hasSizeGreaterThan(10);
            assertThat(Set.copyOf(late)).as(attack.name()).hasSizeLessThanOrEqualTo(3);
        }
    }

    /** Counts the arrays there are at each pass. */
    private final class Counting implements GradientScorer {

        private final BlockScorer scorer;
        private final List<Integer> open;

        Counting(BlockScorer scorer, List<Integer> open) {
            this.scorer = scorer;
            this.open = open;
        }

        @Override
        public NDArray score(NDArray inputs) {
            open.add(manager.getManagedArrays().size());
            return scorer.score(inputs);
        }

        @Override
        public InputGradient gradient(NDArray inputs, LossOfLogits loss) {
            open.add(manager.getManagedArrays().size());
            return scorer.gradient(inputs, loss);
        }
    }

    private void requireFlat(Attack attack, int attacks) {
        AttackInput input = input();
        int before = manager.getManagedArrays().size();
        try (BlockScorer scorer = BlockScorer.of(block)) {
            attack.perturb(scorer, input).close();
            int open = manager.getManagedArrays().size();
            for (int i = 0; i < attacks; i++) {
                attack.perturb(scorer, input).close();
                attack.adversarial(scorer, input).close();
            }
            assertThat(manager.getManagedArrays()).hasSize(open);
        }
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void scorerCollectsNoParameterGradientsWhileItIsOpen() {
        try (BlockScorer scorer = BlockScorer.of(block)) {
            assertThat(ParameterPaths.of(block).values())
                    .noneMatch(parameter -> parameter.getArray().hasGradient());
            try (NDArray scores = scorer.score(x)) {
                assertThat(scores.getShape()).isEqualTo(new Shape(6, CLASSES));
            }
        }
    }

    private static void requireCollectorFree() {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            assertThat(collector).isNotNull();
        }
    }

    private static String gradients(Map<String, String> state) {
        return only(state, "gradient");
    }

    private static String runningMeans(Map<String, String> state) {
        return only(state, "runningMean");
    }

    private static String only(Map<String, String> state, String end) {
        StringBuilder chosen = new StringBuilder();
        state.forEach((path, bits) -> chosen.append(path.endsWith(end) ? path + bits : ""));
        assertThat(chosen).isNotEmpty();
        return chosen.toString();
    }

    private static final class FailingLoss implements AttackLoss {
        private final int call;
        private int calls;

        FailingLoss(int call) {
            this.call = call;
        }

        @Override
        public String title() {
            return "failing";
        }

        @Override
        public NDArray evaluate(LossInput input) {
            if (++calls == call) {
                throw new IllegalStateException("loss " + call);
            }
            return StandardLoss.CROSS_ENTROPY.evaluate(input);
        }
    }
}
