package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.listener.TrainingListenerAdapter;
import io.github.gradkit.adacomp.compress.Dense;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.adacomp.exchange.InProcessExchange;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class GradientFloorTest {

    private static final float FLOOR = (float) GradientCompressionListener.GRADIENT_FLOOR_DEFAULT;

    private final GradientExchange alone = InProcessExchange.group(1, TestLearning.DEADLINE).get(0);
    private final Model model = TestLearning.mlp();
    private final List<float[]> seen = new ArrayList<>();

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void whatIsNotSentIsTheFloorOfChangingSign() throws Exception {
        train(builder(), 6);
        for (int step = 0; step < 6; step++) {
            float expected = step % 2 == 0 ? FLOOR : -FLOOR;
            int unsent = 0;
            for (float value : seen.get(step)) {
                assertThat(value).isNotZero();
                if (Math.abs(value) < 1e-12) {
                    assertThat(value).isEqualTo(expected);
                    unsent++;
                }
            }
            assertThat(unsent).as("of %d", seen.get(step).length).isGreaterThan(700);
        }
    }

    @Test
    void momentaStayNormalNumbers() throws Exception {
        train(builder(), 1200);
        assertThat(denormalMomenta()).isZero();
    }

    @Test
    void withExactZerosMomentaBecomeDenormal() throws Exception {
        train(builder().optGradientFloor(0), 1200);
        assertThat(denormalMomenta()).isPositive();
    }

    @Test
    void layersThatAreSentWholeAreLeftAlone() throws Exception {
        train(builder().optCompressor(new Dense()), 1);
        float[] dense = seen.get(0);
        seen.clear();
        try (Model other = TestLearning.mlp()) {
            train(other, builder().optCompressor(new Dense()).optGradientFloor(0), 1);
        }
        assertThat(dense).containsExactly(seen.get(0));
    }

    @Test
    void refusesAFloorThatWouldMoveWeights() {
        for (double wrong : new double[] {-1e-16, 2e-14, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder().optGradientFloor(wrong))
                    .withMessageContaining(Double.toString(wrong))
                    .withMessageContaining("1.0E-16");
        }
    }

    private GradientCompressionListener.Builder builder() {
        return GradientCompressionListener.builder().setExchange(alone);
    }

    private void train(GradientCompressionListener.Builder builder, int steps) throws Exception {
        train(model, builder, steps);
    }

    private void train(Model trained, GradientCompressionListener.Builder builder, int steps)
            throws Exception {
        ArrayDataset data = TestLearning.data(trained.getNDManager(), 64);
        try (Trainer trainer =
                trained.newTrainer(
                        TestLearning.config(
                                TestLearning.sgd(), builder.build(), recorder(trained)))) {
            trainer.initialize(new Shape(1, TestLearning.FEATURES));
            while (seen.size() < steps) {
                for (Batch batch : trainer.iterateDataset(data)) {
                    try (batch) {
                        EasyTrain.trainBatch(trainer, batch);
                        trainer.step();
                    }
                }
            }
        }
    }

    /** Keeps the gradients of the first layer as the optimizer gets them. */
    private TrainingListenerAdapter recorder(Model trained) {
        return new TrainingListenerAdapter() {
            @Override
            public void onTrainingBatch(Trainer trainer, BatchData batchData) {
                NDArray weight =
                        ParameterPaths.of(trained.getBlock()).values().iterator().next().getArray();
                try (NDArray gradient = weight.getGradient()) {
                    seen.add(gradient.toFloatArray());
                }
            }
        };
    }

    /** What the formula of momentum makes of the gradients that were seen. */
    private int denormalMomenta() {
        float[] momenta = new float[seen.get(0).length];
        for (float[] gradients : seen) {
            for (int i = 0; i < momenta.length; i++) {
                momenta[i] = 0.9f * momenta[i] + 0.05f * gradients[i];
            }
        }
        int count = 0;
        for (float momentum : momenta) {
            count += momentum != 0 && Math.abs(momentum) < Float.MIN_NORMAL ? 1 : 0;
        }
        return count;
    }
}
