package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training ends at the same weights, bit for bit, whether attacks run between the steps or not. */
class AttackedTrainingTest {

    private static final Shape INPUT = new Shape(8, 5);
    private static final int[] LABELS = {0, 1, 2, 0, 1, 2, 0, 1};
    private static final int STEPS = 5;

    @ParameterizedTest
    @EnumSource(AttackKind.class)
    void weightsAreBitEqual(AttackKind kind) {
        Attack attack = kind.of(EpsilonBall.linf(0.1).within(0, 1));

        assertThat(train((block, x) -> attack(attack, block, x))).isEqualTo(train((b, x) -> {}));
    }

    @Test
    void naiveAttackChangesTheWeights() {
        assertThat(train((block, x) -> NaiveAttack.run(block, x, false)))
                .isNotEqualTo(train((block, x) -> {}));
    }

    private static void attack(Attack attack, Block block, NDArray x) {
        try (BlockScorer scorer = BlockScorer.of(block)) {
            attack.perturb(scorer, AttackInput.of(x, LABELS)).close();
        }
    }

    private static Map<String, String> train(BiConsumer<Block, NDArray> between) {
        Optimizer optimizer =
                Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(0.1f))
                        .optMomentum(0.9f)
                        .build();
        Engine.getInstance().setRandomSeed(8);
        try (Model model = Model.newInstance("trained")) {
            // No dropout: its random choices come from the engine's one generator.
            model.setBlock(TestNets.withoutDropout(3));
            try (Trainer trainer =
                    model.newTrainer(
                            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                                    .optOptimizer(optimizer))) {
                trainer.initialize(INPUT);
                for (int step = 0; step < STEPS; step++) {
                    step(trainer, model.getBlock(), step, between);
                }
                return ModelState.of(model.getBlock());
            }
        }
    }

    private static void step(
            Trainer trainer, Block block, int step, BiConsumer<Block, NDArray> between) {
        try (NDManager manager = trainer.getManager().newSubManager()) {
            NDArray x = TestNets.inputs(manager, INPUT, step);
            NDList labels = new NDList(manager.create(LABELS));
            between.accept(block, x);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList out = trainer.forward(new NDList(x));
                collector.backward(trainer.getLoss().evaluate(labels, out));
            }
            between.accept(block, x);
            trainer.step();
        }
    }
}
