package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListenerAdapter;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Free training against a training whose perturbation is kept in a Java array. */
class FreeTrainingTest extends FreeFixture {

    private static Map<String, String> byHand(Nets net, int replays) throws Exception {
        try (Bench bench = Bench.of(net);
                Trainer trainer = bench.trainer()) {
            Dataset data = bench.data(true);
            float[] delta = new float[Math.toIntExact(Bench.BATCH * net.input().size())];
            for (int epoch = 0; epoch < 3; epoch++) {
                for (Batch batch : trainer.iterateDataset(data)) {
                    float[] x = batch.getData().head().toFloatArray();
                    for (int replay = 0; replay < replays; replay++) {
                        step(trainer, batch, x, delta);
                    }
                    batch.close();
                }
            }
            return bench.state();
        }
    }

    private static void step(Trainer trainer, Batch batch, float[] x, float[] delta) {
        float[] moved = x.clone();
        for (int i = 0; i < x.length; i++) {
            moved[i] = Math.min(Math.max(x[i] + clamp(delta[i], x[i]), 0), 1);
        }
        NDArray inputs =
                batch.getManager().create(moved, batch.getData().head().getShape()).duplicate();
        inputs.setRequiresGradient(true);
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList labels = batch.getLabels();
            NDList outputs = trainer.forward(new NDList(inputs), labels);
            collector.backward(trainer.getLoss().evaluate(labels, outputs));
        }
        trainer.step();
        float[] gradient = inputs.getGradient().toFloatArray();
        for (int i = 0; i < x.length; i++) {
            float next = clamp(delta[i], x[i]) + Math.signum(gradient[i]) * 0.05f;
            delta[i] = clamp(next, x[i]);
        }
    }

    private static float clamp(float delta, float x) {
        float inBall = Math.min(Math.max(delta, -RADIUS), RADIUS);
        return Math.min(Math.max(inBall, -x), 1 - x);
    }

    /** Ragged batches of a shuffled data set, over epochs; the sizes are 8, 8 and 6. */
    @ParameterizedTest
    @CsvSource({"MLP, 1", "MLP, 3", "CNN, 2"})
    void weightsAreThoseOfTheTrainingByHand(Nets net, int replays) throws Exception {
        assertThat(fit(net, replays)).isEqualTo(byHand(net, replays));
    }

    @Test
    void firstStepOfAllIsClean() throws Exception {
        Map<String, String> clean;
        try (Bench bench = Bench.of(Nets.MLP)) {
            clean = bench.fit(1, bench.data(bench.labels(DataType.INT64), Bench.ROWS, true));
        }
        try (Bench bench = Bench.of(Nets.MLP)) {
            Dataset all = bench.data(bench.labels(DataType.INT64), Bench.ROWS, true);
            FreeTraining free = free(all, BALL, 1);
            assertThat(bench.fit(1, free, free)).isEqualTo(clean);
            assertThat(bench.fit(1, free, free)).isNotEqualTo(clean);
        }
    }

    @Test
    void radiusZeroWithoutReplaysIsCleanTraining() throws Exception {
        Map<String, String> clean;
        try (Bench bench = Bench.of(Nets.MLP)) {
            clean = bench.fit(3, bench.data(true));
        }
        try (Bench bench = Bench.of(Nets.MLP)) {
            FreeTraining free = free(bench.data(true), BALL.withEpsilon(0), 1);
            assertThat(bench.fit(3, free, free)).isEqualTo(clean);
        }
        try (Bench bench = Bench.of(Nets.MLP)) {
            FreeTraining free =
                    FreeTraining.builder()
                            .setDataset(bench.data(true))
                            .setBall(BALL.withEpsilon(0))
                            .optReplays(1)
                            .build();
            assertThat(bench.fit(3, free, free)).isEqualTo(clean);
        }
    }

    /** Counts and looks at what is trained on. */
    private static final class Watch extends TrainingListenerAdapter {

        private final float[] clean;
        private final EpsilonBall ball;
        private final List<Integer> sizes = new ArrayList<>();
        private double farthest;

        Watch(Bench bench, EpsilonBall ball) {
            clean = bench.features().toFloatArray();
            this.ball = ball;
        }

        @Override
        public void onTrainingBatch(Trainer trainer, BatchData batchData) {
            Batch batch = batchData.getBatch();
            float[] inputs = batch.getData().head().toFloatArray();
            int width = inputs.length / batch.getSize();
            sizes.add(batch.getSize());
            for (int i = 0; i < batch.getSize(); i++) {
                int index = ((Long) batch.getIndices().get(i)).intValue();
                assertThat(batch.getLabels().head().getLong(i)).isEqualTo(Bench.label(index));
                double[] change = new double[width];
                for (int j = 0; j < width; j++) {
                    float x = inputs[i * width + j];
                    assertThat(x).isBetween(0f, 1f);
                    change[j] = Math.abs((double) x - clean[index * width + j]);
                }
                farthest = Math.max(farthest, norm(change));
            }
        }

        private double norm(double[] change) {
            double result = 0;
            for (double size : change) {
                result =
                        switch (ball.norm()) {
                            case LINF -> Math.max(result, size);
                            case L2 -> Math.sqrt(result * result + size * size);
                            case L1 -> result + size;
                        };
            }
            return result;
        }
    }

    @ParameterizedTest
    @EnumSource
    void perturbationsStayInBallAndBounds(Norm norm) throws Exception {
        try (Bench bench = Bench.of(Nets.CNN)) {
            EpsilonBall ball = EpsilonBall.of(norm, 0.2).within(0, 1);
            Watch watch = new Watch(bench, ball);
            FreeTraining free =
                    FreeTraining.builder()
                            .setDataset(bench.data(true))
                            .setBall(ball)
                            .optReplays(3)
                            .build();
            bench.fit(2, free, free, watch);

            assertThat(watch.farthest).isBetween(0.15, 0.2 * (1 + 1e-5));
            assertThat(watch.sizes)
                    .hasSize(18)
                    .startsWith(8, 8, 8, 8, 8, 8, 6, 6, 6)
                    .endsWith(6, 6, 6);
        }
    }

    @Test
    void replaysAreTheOnlyPasses() throws Exception {
        int[] passes = new int[1];
        SequentialBlock counting =
                new SequentialBlock()
                        .add(
                                new LambdaBlock(
                                        list -> {
                                            passes[0]++;
                                            return list;
                                        }));
        Nets.MLP.block().getChildren().values().forEach(counting::add);
        try (Bench bench = Bench.of(counting, Nets.MLP.input());
                Trainer trainer = bench.trainer(free(bench.data(true), BALL, 1))) {
            passes[0] = 0;
            trainer.setMetrics(new Metrics());
            FreeTraining free = free(bench.data(true), BALL, 4);
            free.onTrainingBegin(trainer);
            EasyTrain.fit(trainer, 2, free, null);

            assertThat(passes[0]).isEqualTo(2 * 4 * Bench.BATCHES);
            assertThat(trainer.getMetrics().getMetric("step")).hasSize(passes[0]);
        }
    }
}
