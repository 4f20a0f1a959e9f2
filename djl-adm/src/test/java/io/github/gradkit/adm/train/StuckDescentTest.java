package io.github.gradkit.adm.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.adm.data.SegmentationLabels;
import io.github.gradkit.adm.loss.GridPottsLoss;
import io.github.gradkit.adm.loss.PartialCrossEntropy;
import io.github.gradkit.adm.loss.RegularizedLoss;
import io.github.gradkit.adm.loss.Relaxation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The smallest problem where the two ways part: scores for each pixel instead of a network, two
 * labels, a noisy edge with a stroke on each side. The least grid energy is known from one cut.
 */
class StuckDescentTest {

    private static final double LAMBDA = 20;
    private static final int STEPS = 500;
    private static final Shape SCORES = new Shape(1, 2, Scenes.SIDE, Scenes.SIDE);

    private NDManager manager;
    private NDList labels;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private NDList labels(Random random) {
        float[] image = new float[Scenes.PIXELS];
        byte[] scribbles = new byte[Scenes.PIXELS];
        Arrays.fill(scribbles, (byte) SegmentationLabels.UNLABELLED);
        for (int p = 0; p < Scenes.PIXELS; p++) {
            int x = p % Scenes.SIDE;
            image[p] = (float) ((x < 9 ? 0.3 : 0.7) + 0.12 * random.nextGaussian());
            int y = p / Scenes.SIDE;
            if (y > 4 && y < 11 && (x == 2 || x == 13)) {
                scribbles[p] = (byte) (x == 2 ? 0 : 1);
            }
        }
        float[] weights = new float[4 * Scenes.PIXELS];
        Scenes.fillWeights(image, weights, 0);
        Shape plane = new Shape(1, Scenes.SIDE, Scenes.SIDE);
        return new NDList(
                manager.create(ByteBuffer.wrap(scribbles), plane, DataType.UINT8),
                manager.create(weights, new Shape(1, 4, Scenes.SIDE, Scenes.SIDE)));
    }

    private NDArray noise(long seed) {
        Random random = new Random(seed);
        float[] values = new float[2 * Scenes.PIXELS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, SCORES);
    }

    /** Runs Adam on the scores themselves. */
    private void descend(NDArray scores, Loss loss) {
        Optimizer adam = Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.1f)).build();
        scores.setRequiresGradient(true);
        for (int i = 0; i < STEPS; i++) {
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                collector.backward(loss.evaluate(labels, new NDList(scores)));
            }
            try (NDArray gradient = scores.getGradient();
                    NDArray copy = gradient.duplicate()) {
                adam.update("scores", scores, copy);
            }
        }
    }

    /** Returns the grid energy of the strongest labels, scribbles put in. */
    private double energy(NDArray scores, double lambda) {
        try (LatentStep step = LatentStep.builder().setLambda(lambda).optThreads(1).build()) {
            return step.label(labels, new NDList(scores)).mean().pottsAfter();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void alternatingReachesTheLeastEnergyAndDescentOnTheBilinearRelaxationDoesNot(long seed) {
        labels = labels(new Random(seed));
        double least = energy(manager.zeros(SCORES), 1000);

        NDArray alternated = noise(seed);
        try (LatentStep step = LatentStep.builder().setLambda(LAMBDA).optThreads(1).build()) {
            descend(alternated, AdmLoss.builder().setStep(step).build());
        }
        NDArray descended = noise(seed);
        descend(
                descended,
                RegularizedLoss.of(
                        new PartialCrossEntropy(), LAMBDA, GridPottsLoss.of(Relaxation.BILINEAR)));

        double byCuts = energy(alternated, 0);
        double byDescent = energy(descended, 0);
        assertThat(byCuts)
                .as("least %s, by cuts %s, by descent %s", least, byCuts, byDescent)
                .isLessThanOrEqualTo(least * 1.001)
                .isLessThan(byDescent);
    }
}
