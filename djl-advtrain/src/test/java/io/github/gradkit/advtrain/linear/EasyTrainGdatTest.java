package io.github.gradkit.advtrain.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.Batchifier;
import ai.djl.util.Progress;
import io.github.gradkit.support.gradient.CollectorConstants;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The theory describes what happens in a program that trains with DJL. */
class EasyTrainGdatTest {

    private static final int STEPS = 300;

    /** One feature leads and none has weight 0, so that rounding does not change g by a jump. */
    private static final double[][] X = {
        {.9, .2, .15}, {-.8, .1, -.3}, {.7, .3, -.1}, {-.6, -.4, -.2}
    };

    private static final int[] Y = {1, -1, 1, -1};

    @ParameterizedTest
    @CsvSource({
        "EXPONENTIAL, 1, .2",
        "EXPONENTIAL, 2, .2",
        "EXPONENTIAL, Infinity, .05",
        "LOGISTIC, 1, .2",
        "LOGISTIC, 2, .2",
        "LOGISTIC, Infinity, .05",
        "EXPONENTIAL, 2, 0"
    })
    void trainingWithDjlIsThatOfTheTheory(LinearLoss loss, double q, double radius)
            throws Exception {
        LqBall ball = LqBall.of(LqNorm.of(q), radius);
        SignedData data = SignedData.of(X, Y);
        double[] exact =
                Gdat.builder()
                        .setData(data)
                        .setBall(ball)
                        .setSteps(STEPS)
                        .optLoss(loss)
                        .optStepSize(.5)
                        .build()
                        .run()
                        .last()
                        .theta();
        double[] trained = train(loss, ball);
        assertThat(trained).hasSize(3);
        assertThat(trained).containsExactly(exact, within(2e-5 * Vectors.norm2(exact)));
        // The comparison would be void if the perturbation did not matter.
        double[] clean = radius == 0 ? new double[3] : train(loss, LqBall.none());
        assertThat(Vectors.norm2(Vectors.minus(clean, trained))).isGreaterThan(.1);
    }

    private static double[] train(LinearLoss loss, LqBall ball) throws Exception {
        try (Model model = Model.newInstance("linear", Device.cpu());
                CollectorConstants constants = CollectorConstants.of(model.getNDManager())) {
            Block block = Linear.builder().setUnits(1).optBias(false).build();
            block.setInitializer(Initializer.ZEROS, Parameter.Type.WEIGHT);
            model.setBlock(block);
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(new MarginLoss(loss, constants))
                            .optDevices(new Device[] {Device.cpu()})
                            .optOptimizer(
                                    Optimizer.sgd()
                                            .setLearningRateTracker(Tracker.fixed(.5f))
                                            .build());
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(X.length, 3));
                EasyTrain.fit(trainer, STEPS, new WorstCaseSet(block, ball), null);
            }
            return weights(block);
        }
    }

    private static double[] weights(Block block) {
        float[] weights = block.getParameters().valueAt(0).getArray().toFloatArray();
        return IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).toArray();
    }

    /** All examples as one batch, moved in the worst way for the weights at that time. */
    private record WorstCaseSet(Block block, LqBall ball) implements Dataset {

        @Override
        public Iterable<Batch> getData(NDManager manager) {
            return () -> List.of(batch(manager.newSubManager())).iterator();
        }

        private Batch batch(NDManager manager) {
            double[] theta = weights(block);
            NDArray features = manager.create(new Shape(X.length, 3));
            float[] moved = new float[X.length * 3];
            float[] labels = new float[X.length];
            for (int i = 0; i < X.length; i++) {
                double[] delta = ball.worst(theta, Y[i]);
                labels[i] = Y[i];
                for (int j = 0; j < 3; j++) {
                    moved[3 * i + j] = (float) (X[i][j] + delta[j]);
                }
            }
            features.set(moved);
            NDArray signs = manager.create(labels, new Shape(X.length, 1));
            return new Batch(
                    manager,
                    new NDList(features),
                    new NDList(signs),
                    X.length,
                    Batchifier.STACK,
                    Batchifier.STACK,
                    0,
                    1);
        }

        @Override
        public void prepare(@Nullable Progress progress) {}
    }
}
