package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.support.gradient.GradientIsolation;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights that are moved for a pass, and moved back. */
class WeightPerturbationTest {

    private static final Attack FGSM = Fgsm.of(EpsilonBall.linf(0.2).within(0, 1));
    private static final NDIndex ALL = new NDIndex("...");

    private static AdversarialTrainer.Builder builder(Bench bench, TrainingListener... listeners) {
        return AdversarialTrainer.builder()
                .setModel(bench.model)
                .setConfig(Bench.config(Loss.softmaxCrossEntropyLoss(), listeners))
                .setAttack(FGSM);
    }

    private static Map<String, String> fit(Nets net, double gamma, int warmUp) throws Exception {
        try (Bench bench = Bench.of(net);
                Trainer trainer =
                        bench.ready(builder(bench).optWeightPerturbation(gamma, warmUp).build())) {
            return bench.fit(2, bench.data(true), trainer);
        }
    }

    private static void backward(Bench bench, Trainer trainer) {
        NDArray labels = bench.labels(DataType.INT64);
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList outputs = trainer.forward(new NDList(bench.features()));
            collector.backward(trainer.getLoss().evaluate(new NDList(labels), outputs));
        }
    }

    @Test
    void gammaZeroAndBatchesOfTheWarmUpArePlain() throws Exception {
        Map<String, String> plain = fit(Nets.MLP, 0, 0);

        assertThat(fit(Nets.MLP, 0.1, 6)).isEqualTo(plain);
        assertThat(fit(Nets.MLP, 0.1, 5)).isNotEqualTo(plain);
    }

    @ParameterizedTest
    @EnumSource
    void weightsMoveByGammaTimesTheirLengthAlongTheGradientAndBack(Nets net) {
        double gamma = 0.05;
        try (Bench bench = Bench.of(net);
                Trainer trainer = bench.trainer()) {
            backward(bench, trainer);
            Block block = bench.model.getBlock();
            Map<String, String> before = bench.weights();
            Map<String, double[]> expected = new LinkedHashMap<>();
            ParameterPaths.of(block)
                    .forEach((path, parameter) -> expected.put(path, moved(parameter, gamma)));
            try (WeightPerturbation weights = WeightPerturbation.of(block, gamma)) {
                assertThat(weights).isNotNull();
                ParameterPaths.of(block)
                        .forEach(
                                (path, parameter) ->
                                        assertThat(doubles(parameter.getArray()))
                                                .containsExactly(expected.get(path), within(1e-6)));
                Map<String, String> during = bench.weights();
                assertThat(during.keySet())
                        .filteredOn(path -> !during.get(path).equals(before.get(path)))
                        .hasSize(2)
                        .allMatch(path -> path.endsWith("weight"));
            }
            assertThat(bench.weights()).isEqualTo(before);
        }
    }

    private static double[] moved(Parameter parameter, double gamma) {
        double[] w = doubles(parameter.getArray());
        if (parameter.getArray().getShape().dimension() < 2) {
            return w;
        }
        double[] g;
        try (NDArray gradient = parameter.getArray().getGradient()) {
            g = doubles(gradient);
        }
        double ratio = gamma * length(w) / length(g);
        for (int i = 0; i < w.length; i++) {
            w[i] += ratio * g[i];
        }
        return w;
    }

    private static double length(double[] values) {
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    private static double[] doubles(NDArray array) {
        float[] narrow = array.toFloatArray();
        double[] wide = new double[narrow.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = narrow[i];
        }
        return wide;
    }

    /** Arrays of the same content are equal to Java. */
    @Test
    void weightsOfTheSameValuesMoveAndComeBackEachForItself() {
        Block twins =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(3).build())
                        .add(Linear.builder().setUnits(3).build());
        try (Bench bench = Bench.of(twins, new Shape(1, 3));
                Trainer trainer = bench.trainer()) {
            for (String path : new String[] {"01Linear_weight", "02Linear_weight"}) {
                NDArray weight = ParameterPaths.of(twins).get(path).getArray();
                weight.set(ALL, bench.manager.eye(3).add(0.5f));
            }
            backward(bench, trainer);
            Map<String, String> before = bench.weights();
            try (WeightPerturbation weights = WeightPerturbation.of(twins, 0.05)) {
                assertThat(weights).isNotNull();
                assertThat(bench.weights().get("01Linear_weight"))
                        .isNotEqualTo(before.get("01Linear_weight"))
                        .isNotEqualTo(bench.weights().get("02Linear_weight"));
            }
            assertThat(bench.weights()).isEqualTo(before);
        }
    }

    @Test
    void weightsWithoutAGradientStay() {
        try (Bench bench = Bench.of(Nets.MLP);
                Trainer trainer = bench.trainer()) {
            Block block = bench.model.getBlock();
            Map<String, String> before = bench.weights();
            // No backward pass yet.
            try (WeightPerturbation weights = WeightPerturbation.of(block, 0.1)) {
                assertThat(weights).isNotNull();
                assertThat(bench.weights()).isEqualTo(before);
            }
            ParameterPaths.of(block).get("01Linear_weight").freeze(true);
            backward(bench, trainer);
            Map<String, String> after = bench.weights();
            try (WeightPerturbation weights = WeightPerturbation.of(block, 0.1)) {
                assertThat(weights).isNotNull();
                assertThat(bench.weights().get("01Linear_weight"))
                        .isEqualTo(after.get("01Linear_weight"));
                assertThat(bench.weights().get("05Linear_weight"))
                        .isNotEqualTo(after.get("05Linear_weight"));
            }
        }
    }

    /** The proxy pass must leave neither gradients nor running statistics behind. */
    @ParameterizedTest
    @EnumSource
    void trainingIsThatByHand(Nets net) throws Exception {
        Map<String, String> expected;
        try (Bench bench = Bench.of(net);
                Trainer trainer = bench.trainer()) {
            Dataset data = bench.data(true);
            for (int epoch = 0; epoch < 2; epoch++) {
                for (Batch batch : trainer.iterateDataset(data)) {
                    stepByHand(bench, trainer, batch);
                    batch.close();
                }
            }
            expected = bench.state();
        }
        assertThat(fit(net, 0.05, 0)).isEqualTo(expected);
    }

    private static void stepByHand(Bench bench, Trainer trainer, Batch batch) {
        Block block = bench.model.getBlock();
        try (BlockScorer scorer = BlockScorer.of(block)) {
            NDArray inputs = batch.getData().head();
            AttackInput input = AttackInput.of(inputs, batch.getLabels().head());
            batch.getData().set(0, FGSM.adversarial(scorer, input));
        }
        Map<String, float[]> originals = new LinkedHashMap<>();
        Map<String, NDArray> moved = new LinkedHashMap<>();
        try (GradientIsolation isolation = GradientIsolation.of(block)) {
            assertThat(isolation).isNotNull();
            EasyTrain.trainBatch(trainer, batch);
            for (String path : ParameterPaths.of(block).keySet()) {
                NDArray w = ParameterPaths.of(block).get(path).getArray();
                if (path.endsWith("weight")) {
                    originals.put(path, w.toFloatArray());
                    NDArray g = w.getGradient();
                    double ratio = 0.05 * w.norm().getFloat() / g.norm().getFloat();
                    moved.put(path, w.add(g.mul(ratio)));
                }
            }
        }
        moved.forEach((path, to) -> ParameterPaths.of(block).get(path).getArray().set(ALL, to));
        EasyTrain.trainBatch(trainer, batch);
        originals.forEach(
                (path, values) -> {
                    NDArray w = ParameterPaths.of(block).get(path).getArray();
                    w.set(ALL, bench.manager.create(values, w.getShape()));
                });
        trainer.step();
    }

    /** What the batch before has left to be added up must not turn the move of this one. */
    @Test
    void gradientsThatAddUpAreThoseOfTheBatchesAlone() throws Exception {
        double[] first = gradient(0, 1);
        double[] second = gradient(1, 2);
        double[] both = gradient(0, 2);
        for (int i = 0; i < both.length; i++) {
            assertThat(both[i]).isCloseTo(first[i] + second[i], within(1e-6));
        }
    }

    /** Trains on some batches of the data set without a step. */
    private static double[] gradient(int from, int to) throws Exception {
        Block linear = Nets.linear(3);
        try (Bench bench = Bench.of(linear, new Shape(1, 6));
                Trainer trainer =
                        bench.ready(builder(bench).optWeightPerturbation(0.5, 0).build())) {
            int next = 0;
            for (Batch batch : trainer.iterateDataset(bench.data(false))) {
                if (next >= from && next < to) {
                    EasyTrain.trainBatch(trainer, batch);
                }
                next++;
                batch.close();
            }
            try (NDArray gradient = linear.getParameters().valueAt(0).getArray().getGradient()) {
                return doubles(gradient);
            }
        }
    }

    @Test
    void listenersSeeTheWeightsWhereTheyWere() throws Exception {
        try (Bench bench = Bench.of(Nets.CNN)) {
            String[] path = {"01Conv2d_weight"};
            String[] before = new String[1];
            TrainingListener looking =
                    new TrainingListenerAdapter() {
                        @Override
                        public void onTrainingBatch(Trainer trainer, BatchData batchData) {
                            assertThat(bench.weights().get(path[0])).isEqualTo(before[0]);
                        }
                    };
            try (Trainer trainer =
                    bench.ready(builder(bench, looking).optWeightPerturbation(0.1, 0).build())) {
                for (Batch batch : trainer.iterateDataset(bench.data(true))) {
                    before[0] = bench.weights().get(path[0]);
                    EasyTrain.trainBatch(trainer, batch);
                    trainer.step();
                    assertThat(bench.weights().get(path[0])).isNotEqualTo(before[0]);
                    batch.close();
                }
            }
        }
    }

    @Test
    void weightsComeBackAfterAnExceptionInThePass() throws Exception {
        int[] passes = new int[1];
        SequentialBlock failing =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(3).build())
                        .add(
                                new LambdaBlock(
                                        list -> {
                                            // The attack, the proxy, and then the step.
                                            if (--passes[0] == 0) {
                                                throw new IllegalStateException("on purpose");
                                            }
                                            return list;
                                        }));
        try (Bench bench = Bench.of(failing, new Shape(1, 6));
                Trainer trainer =
                        bench.ready(builder(bench).optWeightPerturbation(0.1, 0).build())) {
            for (int failAt = 1; failAt <= 3; failAt++) {
                Map<String, String> before = bench.weights();
                Map<String, String> gradients = bench.gradients();
                Batch batch = trainer.iterateDataset(bench.data(true)).iterator().next();
                passes[0] = failAt;
                assertThatExceptionOfType(IllegalStateException.class)
                        .isThrownBy(() -> EasyTrain.trainBatch(trainer, batch))
                        .withMessage("on purpose");
                assertThat(bench.weights()).isEqualTo(before);
                assertThat(bench.gradients()).isEqualTo(gradients);
                batch.close();
            }
        }
    }
}
