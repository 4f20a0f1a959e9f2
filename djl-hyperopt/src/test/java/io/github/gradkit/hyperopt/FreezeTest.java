package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.EasyTrain;
import ai.djl.training.dataset.Batch;
import ai.djl.training.listener.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters that come and go, and gradients that are added up. */
class FreezeTest {

    private static final double ALPHA = .1;
    private static final double KAPPA = 1e-3;

    static Block layers() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(6).build())
                .add(Activation.tanhBlock())
                .add(Linear.builder().setUnits(3).build());
    }

    private static HyperTower sgd() {
        return HyperTower.builder()
                .setBase(UpdateRule.sgd(ALPHA))
                .tunedBy(UpdateRule.sgd(KAPPA))
                .build();
    }

    private static void freeze(Training training, boolean freeze) {
        training.block().getParameters().valueAt(0).freeze(freeze);
        training.block().getParameters().valueAt(1).freeze(freeze);
    }

    /** The first layer is frozen in steps 5 to 8. */
    private static boolean isFrozen(int step) {
        return step >= 5 && step <= 8;
    }

    private static void train(Training training, int from, int to) throws Exception {
        for (int step = from; step <= to; step++) {
            freeze(training, isFrozen(step));
            training.batches(step, step);
        }
    }

    /** The same by hand: each parameter by the product with the gradient of its own last update. */
    private static final class ByHand {
        private final List<float[]> last = new ArrayList<>();
        private double alpha = ALPHA;

        void step(Training training, int step) throws Exception {
            try (NDManager data = training.trainer.getManager().newSubManager()) {
                int number = 0;
                for (int epoch = 0; number < step; epoch++) {
                    for (Batch batch :
                            training.trainer.iterateDataset(Training.dataset(data, epoch))) {
                        if (++number == step) {
                            EasyTrain.trainBatch(training.trainer, batch);
                            apply(training, isFrozen(step));
                        }
                        batch.close();
                    }
                }
            }
        }

        private void apply(Training training, boolean frozen) {
            List<float[]> gradients = new ArrayList<>();
            for (Parameter parameter : training.block().getParameters().values()) {
                try (var gradient = parameter.getArray().getGradient()) {
                    gradients.add(gradient.toFloatArray());
                    gradient.muli(0);
                }
            }
            double hypergradient = 0;
            for (int p = frozen ? 2 : 0; p < gradients.size(); p++) {
                for (int i = 0; !last.isEmpty() && i < gradients.get(p).length; i++) {
                    hypergradient -= (double) gradients.get(p)[i] * last.get(p)[i];
                }
            }
            alpha -= KAPPA * hypergradient;
            for (int p = 0; p < gradients.size(); p++) {
                if (last.size() <= p) {
                    last.add(gradients.get(p));
                }
                boolean trained = !frozen || p > 1;
                if (trained) {
                    move(training, p, gradients.get(p));
                }
                // An update that did not happen did not depend on alpha.
                last.set(p, trained ? gradients.get(p) : new float[gradients.get(p).length]);
            }
        }

        private void move(Training training, int p, float[] gradient) {
            float[] weight = training.weight(p).toFloatArray();
            for (int i = 0; i < weight.length; i++) {
                weight[i] -= (float) (alpha * gradient[i]);
            }
            try (NDArray plain = training.weight(p).stopGradient();
                    NDManager scope = plain.getManager().newSubManager()) {
                plain.set(new NDIndex("..."), scope.create(weight, plain.getShape()));
            }
        }
    }

    @Test
    void layersMayBeFrozenAndUnfrozenUnderTheEyesOfAListener() throws Exception {
        HyperTower tower = sgd();
        ByHand hand = new ByHand();
        try (Training training = Training.of(layers(), tower, TowerListener.of(tower));
                Training other = Training.of(layers(), sgd())) {
            for (int step = 1; step <= 14; step++) {
                float[] before = training.weight(0).toFloatArray();
                train(training, step, step);
                hand.step(other, step);
                for (int p = 0; p < 4; p++) {
                    assertThat(training.weight(p).toFloatArray())
                            .as("step %d, parameter %d", step, p)
                            .usingComparatorWithPrecision(1e-5f)
                            .containsExactly(other.weight(p).toFloatArray());
                }
                assertThat(tower.steps()).isEqualTo(step);
                assertThat(tower.learned().get(0).value()).isCloseTo(hand.alpha, within(1e-7));
                if (isFrozen(step)) {
                    assertThat(training.weight(0).toFloatArray()).containsExactly(before);
                } else {
                    assertThat(training.weight(0).toFloatArray()).isNotEqualTo(before);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutAListenerTheStepAfterIsLate(RuleKind kind) throws Exception {
        HyperTower tower = ResumeTest.builder(kind, 2).build();
        try (Training training = Training.of(layers(), tower)) {
            train(training, 1, 4);
            List<float[]> four = training.weights();
            train(training, 5, 5);
            Training.assertSameBits(training.weights(), four);
            assertThat(tower.steps()).isEqualTo(4);
            train(training, 6, 6);
            assertThat(tower.steps()).isEqualTo(6);
            List<float[]> six = training.weights();
            assertThat(six.get(0)).containsExactly(four.get(0));
            assertThat(six.get(1)).containsExactly(four.get(1));
            assertThat(six.get(2)).isNotEqualTo(four.get(2));
            train(training, 7, 8);
            assertThat(training.weight(0).toFloatArray()).containsExactly(four.get(0));
            train(training, 9, 9);
            assertThat(training.weight(0).toFloatArray()).isNotEqualTo(four.get(0));
            for (int step = 10; step <= 14; step++) {
                List<float[]> before = training.weights();
                train(training, step, step);
                List<float[]> after = training.weights();
                for (int p = 0; p < 4; p++) {
                    assertThat(after.get(p)).isNotEqualTo(before.get(p));
                }
                assertThat(tower.steps()).isEqualTo(step);
            }
            Training.assertFinite(training.weights());
        }
    }

    @Test
    void whatIsHeldAtTheEndIsApplied() throws Exception {
        HyperTower tower = sgd();
        try (Training training = Training.of(layers(), tower)) {
            train(training, 1, 5);
            List<float[]> before = training.weights();
            tower.flush();
            assertThat(training.weight(2).toFloatArray()).isNotEqualTo(before.get(2));
            assertThat(training.weight(0).toFloatArray()).containsExactly(before.get(0));
            assertThat(tower.steps()).isEqualTo(5);
            tower.flush();
            assertThat(tower.steps()).isEqualTo(5);
        }
    }

    /**
     * The first layer is frozen from the beginning, and joins in step 9. Gradients of the last
     * layer alone add up to 0 but for rounding, and DJL refuses a first step if they do exactly.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void parametersMayJoinLater(boolean listened) throws Exception {
        HyperTower tower = ResumeTest.builder(RuleKind.ADAM, 1).build();
        TrainingListener[] listeners =
                listened
                        ? new TrainingListener[] {TowerListener.of(tower)}
                        : new TrainingListener[0];
        SequentialBlock deeper =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(5).build())
                        .add(Activation.tanhBlock())
                        .add(layers());
        try (Training training = Training.of(deeper, tower, listeners)) {
            freeze(training, true);
            training.batches(1, 8);
            float[] before = training.weight(0).toFloatArray();
            freeze(training, false);
            training.batches(9, 9);
            assertThat(training.weight(0).toFloatArray()).isNotEqualTo(before);
            training.batches(10, 14);
            assertThat(tower.steps()).isEqualTo(14);
            Training.assertFinite(training.weights());
        }
    }

    static void backward(Training training, int batchNumber) throws Exception {
        try (NDManager data = training.trainer.getManager().newSubManager()) {
            int number = 0;
            for (Batch batch : training.trainer.iterateDataset(Training.dataset(data, 0))) {
                if (++number == batchNumber) {
                    EasyTrain.trainBatch(training.trainer, batch);
                }
                batch.close();
            }
        }
    }

    /** With a rate of 0 the weights stay, so the gradients must be the same again. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void gradientsAreClearedByEveryStep(int height) throws Exception {
        HyperTower.Builder builder = HyperTower.builder().setBase(UpdateRule.sgd(0));
        for (int i = 0; i < height; i++) {
            builder.tunedBy(UpdateRule.sgd(0));
        }
        try (Training training = Training.of(layers(), builder.build())) {
            backward(training, 1);
            List<float[]> first = training.gradients();
            for (int step = 0; step < 4; step++) {
                training.trainer.step();
                training.gradients().forEach(gradient -> assertThat(gradient).containsOnly(0));
                backward(training, 1);
                Training.assertSameBits(training.gradients(), first);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SGD", "ADAM"})
    void gradientsOfTwoBatchesAreAddedUp(RuleKind kind) throws Exception {
        HyperTower watched = ResumeTest.builder(kind, 2).build();
        HyperTower plain = ResumeTest.builder(kind, 2).build();
        try (Training training = Training.of(layers(), watched, TowerListener.of(watched));
                Training other = Training.of(layers(), plain)) {
            for (Training one : List.of(training, other)) {
                for (int step = 0; step < 6; step++) {
                    backward(one, 1);
                    backward(one, 2);
                    one.trainer.step();
                }
            }
            Training.assertSameBits(training.weights(), other.weights());
            assertThat(watched.steps()).isEqualTo(6);
            assertThat(watched.learned()).isEqualTo(plain.learned());
        }
    }

    private static Block branched() {
        ParallelBlock branches =
                new ParallelBlock(
                        some -> some.get(0),
                        List.of(layers(), layers(), LambdaBlock.singleton(x -> x)));
        return branches;
    }

    /** Nothing that is computed by the second branch reaches the loss. */
    @ParameterizedTest
    @EnumSource
    void branchesWithoutGradientStay(RuleKind kind) throws Exception {
        HyperTower watched = ResumeTest.builder(kind, 2).build();
        HyperTower plain = ResumeTest.builder(kind, 2).build();
        try (Training training = Training.of(branched(), watched, TowerListener.of(watched));
                Training other = Training.of(branched(), plain)) {
            List<float[]> before = training.weights();
            training.batches(1, 8);
            other.batches(1, 8);
            List<float[]> after = training.weights();
            assertThat(after.get(0)).isNotEqualTo(before.get(0));
            Training.assertFinite(after);
            Training.assertSameBits(after, other.weights());
            assertThat(watched.steps()).isEqualTo(8);
            if (kind != RuleKind.ADAMW) {
                assertThat(after.get(4)).containsExactly(before.get(4));
            }
        }
    }
}
