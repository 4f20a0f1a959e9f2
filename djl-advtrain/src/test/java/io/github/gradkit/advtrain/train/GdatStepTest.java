package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.advtrain.attack.Norm;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Adversarial training of one logit that is linear, against plain double precision. */
class GdatStepTest {

    private static final float[] X = {1, 0.5f, -0.25f, -0.5f, 1, 2, 0.75f, -1, 0.5f};
    private static final float[] Y = {1, 0, 1};
    private static final float[] START = {-0.7f, 0.45f, 0.5f};
    private static final double RADIUS = 0.3;
    private static final float RATE = 0.5f;

    private static double[] djl(Norm norm, float[] start, int steps) throws Exception {
        Block block = Linear.builder().setUnits(1).optBias(false).build();
        try (Bench bench = Bench.of(block, new Shape(1, 3));
                Trainer trainer = bench.ready(bench.model.newTrainer(config()))) {
            NDArray weight = block.getParameters().valueAt(0).getArray();
            weight.set(new NDIndex("..."), bench.manager.create(start, new Shape(1, 3)));
            ArrayDataset data =
                    new ArrayDataset.Builder()
                            .setData(bench.manager.create(X, new Shape(3, 3)))
                            .optLabels(bench.manager.create(Y, new Shape(3, 1)))
                            .setSampling(3, true)
                            .build();
            AdversarialDataset attacked =
                    AdversarialDataset.builder()
                            .setDataset(data)
                            .setModel(bench.model)
                            .setAttack(Fgsm.of(EpsilonBall.of(norm, RADIUS)))
                            .build();
            EasyTrain.fit(trainer, steps, attacked, null);
            return doubles(weight.toFloatArray());
        }
    }

    private static DefaultTrainingConfig config() {
        // Of clean outputs only; DJL's own loss of one logit has a wrong gradient at exactly 0.
        return new DefaultTrainingConfig(TradesLoss.of(0))
                .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(RATE)).build());
    }

    private static double[] doubles(float[] values) {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        return wide;
    }

    private static double[] twin(Norm norm, float[] start, int steps) {
        double[] w = doubles(start);
        for (int step = 0; step < steps; step++) {
            double[] gradient = new double[3];
            for (int i = 0; i < 3; i++) {
                double[] x = worst(norm, w, i);
                double excess = 1 / (1 + Math.exp(-(w[0] * x[0] + w[1] * x[1] + w[2] * x[2])));
                for (int j = 0; j < 3; j++) {
                    gradient[j] += (excess - Y[i]) * x[j] / 3;
                }
            }
            Arrays.setAll(w, j -> w[j] - RATE * gradient[j]);
        }
        return w;
    }

    /** The loss of a 1 grows against the weights, that of a 0 along them. */
    private static double[] worst(Norm norm, double[] w, int example) {
        double sign = 1 - 2 * Y[example];
        double length = Math.sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);
        int largest = 0;
        for (int j = 1; j < 3; j++) {
            largest = Math.abs(w[j]) > Math.abs(w[largest]) ? j : largest;
        }
        double[] moved = new double[3];
        for (int j = 0; j < 3; j++) {
            double direction =
                    switch (norm) {
                        case LINF -> Math.signum(w[j]);
                        case L2 -> length == 0 ? 0 : w[j] / length;
                        case L1 -> j == largest ? Math.signum(w[j]) : 0;
                    };
            moved[j] = X[3 * example + j] + sign * RADIUS * direction;
        }
        return moved;
    }

    @ParameterizedTest
    @EnumSource
    void stepsAreThoseOfTheDoubleTwin(Norm norm) throws Exception {
        for (int steps : new int[] {1, 7}) {
            assertThat(djl(norm, START, steps))
                    .containsExactly(twin(norm, START, steps), within(1e-6));
        }
    }

    @Test
    void firstStepFromZeroIsCleanSinceThereIsNoDirection() throws Exception {
        float[] zero = new float[3];
        // Half of the mean of (y - 1/2) x, by hand.
        double[] expected = {0.25 * 2.25 / 3, 0.25 * -1.5 / 3, 0.25 * -1.75 / 3};

        assertThat(djl(Norm.L2, zero, 1)).containsExactly(expected, within(1e-7));
        assertThat(djl(Norm.L2, zero, 3)).containsExactly(twin(Norm.L2, zero, 3), within(1e-6));
    }
}
