package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Projected gradient descent where the worst perturbation is known in closed form. */
class PgdTest {

    private static final float[] WEIGHTS = {0.5f, -1, 2, 0, 0.25f};

    private static Block binary(NDManager manager) {
        Block block = Linear.builder().setUnits(1).build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1, WEIGHTS.length));
        set(block, "weight", manager.create(WEIGHTS, new Shape(1, WEIGHTS.length)));
        set(block, "bias", manager.create(new float[] {0.1f}));
        return block;
    }

    private static void set(Block block, String name, NDArray values) {
        block.getParameters().get(name).getArray().set(new NDIndex("..."), values);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void reachesTheWorstMarginOfALinearModel(Norm norm) {
        try (NDManager manager = NDManager.newBaseManager();
                Model model = Model.newInstance("linear")) {
            model.setBlock(binary(manager));
            NDArray x =
                    manager.create(new float[] {1, 0, 1, 0, 0, -1, 1, -1, 1, 1}, new Shape(2, 5));
            Attack attack =
                    Pgd.builder()
                            .setBall(EpsilonBall.of(norm, 0.3))
                            .optSteps(60)
                            .optStepSize(0.3)
                            .optEarlyStop(false)
                            .build();
            double dual =
                    switch (norm) {
                        case L1 -> 2;
                        case L2 -> Math.sqrt(0.25 + 1 + 4 + 0.0625);
                        case LINF -> 3.75;
                    };
            try (BlockScorer scorer = BlockScorer.of(model);
                    AttackResult result =
                            attack.perturb(scorer, AttackInput.of(x, new int[] {1, 0}))) {
                assertThat(result.margins()[0]).isCloseTo(2.6 - 0.3 * dual, within(1e-4));
                assertThat(result.margins()[1]).isCloseTo(3.15 - 0.3 * dual, within(1e-4));
                assertThat(result.success()).containsExactly(false, false);
                assertThat(result.ledger()).isEqualTo(new Ledger(120, 120, 4, 0, 0));
            }
        }
    }

    @Test
    void aFeatureAtItsBoundDoesNotHoldUpTheOthersInTheL1Norm() {
        try (NDManager manager = NDManager.newBaseManager();
                Model model = Model.newInstance("linear")) {
            model.setBlock(binary(manager));
            NDArray x = manager.create(new float[] {1, 0, 1, 0, 0}, new Shape(1, 5));
            Attack attack =
                    Pgd.builder()
                            .setBall(EpsilonBall.l1(2).within(0, 1))
                            .optSteps(60)
                            .optEarlyStop(false)
                            .build();
            try (BlockScorer scorer = BlockScorer.of(model);
                    AttackResult result =
                            attack.perturb(scorer, AttackInput.of(x, new int[] {1}))) {
                // The largest weight, 2, can take 1 of the budget, the next one, -1, the other.
                assertThat(result.margins()[0]).isCloseTo(2.6 - 2 - 1, within(1e-4));
            }
        }
    }

    @Test
    void adversarialInputsOfTrainingAreTheLastIterate() {
        try (NDManager manager = NDManager.newBaseManager();
                Model model = Model.newInstance("linear")) {
            model.setBlock(binary(manager));
            NDArray x = manager.create(new float[] {1, 0, 1, 0, 0}, new Shape(1, 5));
            Attack attack = Fgsm.of(EpsilonBall.linf(0.3).within(0, 1.2));
            try (BlockScorer scorer = BlockScorer.of(model);
                    NDArray adversarial =
                            attack.adversarial(scorer, AttackInput.of(x, new int[] {1}))) {
                assertThat(adversarial.toFloatArray()).containsExactly(0.7f, 0.3f, 0.7f, 0f, 0f);
            }
        }
    }
}
