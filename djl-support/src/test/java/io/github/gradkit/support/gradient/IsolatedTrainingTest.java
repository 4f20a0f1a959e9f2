package io.github.gradkit.support.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.support.TestModels;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training with analyses in between must give the same weights, bit for bit, as without. */
class IsolatedTrainingTest {

    private static final int STEPS = 6;

    enum Rule {
        SGD,
        MOMENTUM,
        ADAM;

        Optimizer create() {
            Tracker rate = Tracker.fixed(0.05f);
            return switch (this) {
                case SGD -> Optimizer.sgd().setLearningRateTracker(rate).build();
                case MOMENTUM ->
                        Optimizer.sgd().setLearningRateTracker(rate).optMomentum(0.9f).build();
                case ADAM -> Optimizer.adam().optLearningRateTracker(rate).build();
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Rule.class)
    void weightsAreBitEqual(Rule rule) {
        Map<String, String> plain = train(rule, block -> {});
        Map<String, String> isolated = train(rule, IsolatedTrainingTest::disturb);

        assertThat(isolated).isEqualTo(plain);
    }

    @Test
    void disturbanceWithoutIsolationWouldShow() {
        Map<String, String> plain = train(Rule.SGD, block -> {});
        Map<String, String> disturbed =
                train(Rule.SGD, block -> TestModels.backward(block, manager(block), 2));

        assertThat(disturbed).isNotEqualTo(plain);
    }

    @ParameterizedTest
    @EnumSource(Rule.class)
    void parameterThatNoBackwardPassReachesMovesAlike(Rule rule) {
        assertThat(trainPartly(rule, true)).isEqualTo(trainPartly(rule, false));
    }

    @Test
    void stepWithoutBackwardIsStillRejected() {
        try (Model model = TestModels.network();
                Trainer trainer = trainer(model, Rule.SGD)) {
            disturb(model.getBlock());

            assertThatIllegalStateException().isThrownBy(trainer::step);
        }
    }

    private static void disturb(Block block) {
        try (GradientIsolation isolation = GradientIsolation.of(block)) {
            assertThat(isolation).isNotNull();
            TestModels.backward(block, manager(block), 2);
            ParameterGradients.of(block).clear();
            ParameterPaths.of(block).get("01Linear_weight").freeze(true);
            TestModels.backward(block, manager(block), Float.NaN);
        }
    }

    private static Map<String, String> train(Rule rule, Consumer<Block> between) {
        try (Model model = TestModels.network();
                Trainer trainer = trainer(model, rule)) {
            for (int step = 0; step < STEPS; step++) {
                between.accept(model.getBlock());
                backward(trainer, step);
                between.accept(model.getBlock());
                trainer.step();
            }
            between.accept(model.getBlock());
            return TestModels.values(model.getBlock());
        }
    }

    /** Steps where only the last bias has a gradient; all others are missing, or isolated zeros. */
    private static Map<String, String> trainPartly(Rule rule, boolean disturbed) {
        try (Model model = TestModels.network();
                Trainer trainer = trainer(model, rule)) {
            Block block = model.getBlock();
            if (disturbed) {
                disturb(block);
            }
            for (int step = 0; step < STEPS; step++) {
                NDArray bias = ParameterPaths.of(block).get("04Linear_bias").getArray();
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    collector.backward(bias.exp().sum());
                }
                trainer.step();
            }
            return TestModels.values(block);
        }
    }

    private static void backward(Trainer trainer, int step) {
        try (NDManager manager = trainer.getManager().newSubManager();
                GradientCollector collector = trainer.newGradientCollector()) {
            NDArray data = TestModels.data(manager, 1 + step);
            NDArray out = trainer.forward(new NDList(data)).singletonOrThrow();
            collector.backward(out.square().mean());
        }
    }

    private static Trainer trainer(Model model, Rule rule) {
        Trainer trainer =
                model.newTrainer(
                        new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(rule.create()));
        trainer.initialize(TestModels.INPUT);
        return trainer;
    }

    private static NDManager manager(Block block) {
        return ParameterPaths.of(block).values().iterator().next().getArray().getManager();
    }
}
