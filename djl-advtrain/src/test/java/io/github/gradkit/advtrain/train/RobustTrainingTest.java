package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.advtrain.attack.Pgd;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Trainings that have to make models robust: one feature tells the class nine times out of ten and
 * is out of reach of the attacker, and many others together tell it always but are in his reach.
 */
class RobustTrainingTest {

    private static final int WEAK = 20;
    private static final EpsilonBall BALL = EpsilonBall.linf(0.4);
    private static final int EPOCHS = 12;

    private static double clean;

    private static Block network() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(16).build())
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(2).build());
    }

    private static ArrayDataset data(NDManager manager, int rows, long seed) {
        Random random = new Random(seed);
        float[] x = new float[rows * (1 + WEAK)];
        long[] labels = new long[rows];
        int next = 0;
        for (int i = 0; i < rows; i++) {
            labels[i] = i % 2;
            double sign = 2 * labels[i] - 1;
            double strong = random.nextInt(10) == 0 ? -sign : sign;
            x[next++] = (float) (strong + 0.1 * random.nextGaussian());
            for (int j = 0; j < WEAK; j++) {
                x[next++] = (float) (0.25 * sign + 0.35 * random.nextGaussian());
            }
        }
        return new ArrayDataset.Builder()
                .setData(manager.create(x, new Shape(rows, 1 + WEAK)))
                .optLabels(manager.create(labels))
                .setSampling(50, true)
                .build();
    }

    @FunctionalInterface
    private interface Training {
        void run(Bench bench, Dataset data) throws Exception;
    }

    /** Trains and returns the accuracy under an attack that no training has used. */
    private static double robust(Training training) throws Exception {
        try (Bench bench = Bench.of(network(), new Shape(1, 1 + WEAK))) {
            training.run(bench, data(bench.manager, 400, 1));
            Attack attack =
                    Pgd.builder().setBall(BALL).optSteps(10).optRestarts(2).optSeed(99).build();
            return RobustAccuracy.builder()
                    .setDataset(data(bench.manager, 200, 2))
                    .setAttack(attack)
                    .build()
                    .measure(bench.model);
        }
    }

    private static double robustOn(Attack attack) throws Exception {
        return robust(
                (bench, data) ->
                        bench.fit(
                                EPOCHS,
                                AdversarialDataset.builder()
                                        .setDataset(data)
                                        .setModel(bench.model)
                                        .setAttack(attack)
                                        .build()));
    }

    private static double robustOn(Loss loss, Attack attack) throws Exception {
        return robust(
                (bench, data) -> {
                    try (Trainer trainer =
                            bench.ready(
                                    AdversarialTrainer.builder()
                                            .setModel(bench.model)
                                            .setConfig(Bench.config(loss))
                                            .setAttack(attack)
                                            .build())) {
                        EasyTrain.fit(trainer, EPOCHS, data, null);
                    }
                });
    }

    private static void assertRobust(double accuracy) {
        assertThat(accuracy).isGreaterThan(0.7).isGreaterThan(clean + 0.4);
    }

    @BeforeAll
    static void trainOnCleanInputs() throws Exception {
        clean = robust((bench, data) -> bench.fit(EPOCHS, data));
        assertThat(clean).isLessThan(0.3);
    }

    @Test
    void projectedGradientTraining() throws Exception {
        assertRobust(robustOn(Pgd.builder().setBall(BALL).optSteps(4).build()));
    }

    @Test
    void fastTraining() throws Exception {
        assertRobust(robustOn(Fgsm.randomStart(BALL, 3)));
    }

    @Test
    void freeTraining() throws Exception {
        assertRobust(
                robust(
                        (bench, data) -> {
                            FreeTraining free =
                                    FreeTraining.builder()
                                            .setDataset(data)
                                            .setBall(BALL)
                                            .optReplays(3)
                                            .build();
                            bench.fit(EPOCHS / 3, free, free);
                        }));
    }

    @Test
    void trades() throws Exception {
        assertRobust(robustOn(TradesLoss.of(1), TradesLoss.attack(BALL, 4, 0.25, 3)));
    }

    @Test
    void mart() throws Exception {
        assertRobust(robustOn(MartLoss.of(5), Pgd.builder().setBall(BALL).optSteps(4).build()));
    }
}
