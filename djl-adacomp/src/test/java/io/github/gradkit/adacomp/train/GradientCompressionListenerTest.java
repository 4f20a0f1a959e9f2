package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener.BatchData;
import ai.djl.training.loss.Loss;
import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.Dense;
import io.github.gradkit.adacomp.compress.GradientException;
import io.github.gradkit.adacomp.exchange.ExchangeException;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.adacomp.exchange.InProcessExchange;
import io.github.gradkit.adacomp.wire.MessageFormat;
import io.github.gradkit.adacomp.wire.UpdateMessage;
import io.github.gradkit.support.gradient.ParameterGradients;
import io.github.gradkit.support.model.ParameterPaths;
import io.github.gradkit.support.trace.MemoryTrace;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class GradientCompressionListenerTest {

    private final GradientExchange alone = InProcessExchange.group(1, TestLearning.DEADLINE).get(0);
    private final Model model = TestLearning.cnn();

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void leavesNoArrayBehind() throws Exception {
        try (Trainer trainer = trainer(model, listener(1))) {
            Dataset data = LearnersAgreeTest.shard(alone, model, 8, 800, 0);
            TestLearning.train(trainer, data, 2);
            trainer.notifyListeners(listener -> listener.onEpoch(trainer));
            int models = model.getNDManager().getManagedArrays().size();
            int trainers = trainer.getManager().getManagedArrays().size();
            int system = Engine.getInstance().newBaseManager().getManagedArrays().size();
            TestLearning.train(trainer, data, 100);
            TestLearning.train(trainer, data, 100);
            trainer.notifyListeners(listener -> listener.onEpoch(trainer));
            assertThat(model.getNDManager().getManagedArrays()).hasSize(models);
            assertThat(trainer.getManager().getManagedArrays()).hasSize(trainers);
            assertThat(Engine.getInstance().newBaseManager().getManagedArrays()).hasSize(system);
        }
    }

    @Test
    void refusesNanInAnyLayerBeforeAnythingIsSentOrOwed() throws Exception {
        GradientCompressionListener listener = listener(1);
        try (Trainer trainer = trainer(model, listener)) {
            Iterator<Batch> batches = batches(trainer);
            backward(trainer, batches.next());
            String last = lastPath(model);
            try (NDArray gradient = array(model, last).getGradient()) {
                gradient.set(new NDIndex("0"), Float.NaN);
            }
            Map<String, String> before = gradients(model);
            assertThatExceptionOfType(GradientException.class)
                    .isThrownBy(() -> notify(trainer, 8))
                    .withMessageContaining(last)
                    .withMessageContaining("NaN");
            assertThat(gradients(model)).isEqualTo(before);
            assertThat(listener.bytesSent()).isZero();

            backward(trainer, batches.next());
            assertThatExceptionOfType(GradientException.class)
                    .as("the next batch is added to it")
                    .isThrownBy(() -> notify(trainer, 8))
                    .withMessageContaining("ParameterGradients.of(model.getBlock()).clear()");
            ParameterGradients.of(model.getBlock()).clear();
            TestLearning.train(trainer, LearnersAgreeTest.shard(alone, model, 8, 80, 0), 1);
            assertThat(listener.step()).isEqualTo(1);
        }
    }

    @Test
    void aRefusedBatchNeitherWaitsNorCounts(@TempDir Path folder) throws Exception {
        List<GradientExchange> group = InProcessExchange.group(2, TestLearning.DEADLINE);
        GradientCompressionListener listener =
                GradientCompressionListener.builder()
                        .setExchange(group.get(0))
                        .optCompressor(new Dense())
                        .build();
        ModelLayers layers = ModelLayers.of(model.getBlock());
        try (Trainer trainer = trainer(model, listener)) {
            backward(trainer, batches(trainer).next());
            try (NDArray gradient = array(model, lastPath(model)).getGradient()) {
                gradient.set(new NDIndex("0"), Float.NaN);
            }
            assertThatExceptionOfType(GradientException.class).isThrownBy(() -> notify(trainer, 8));
            listener.save(folder.resolve("residues"));

            ParameterGradients.of(model.getBlock()).clear();
            FutureTask<UpdateMessage> other = new FutureTask<>(() -> receive(group.get(1), layers));
            new Thread(other).start();
            assertThatExceptionOfType(ExchangeException.class)
                    .isThrownBy(() -> notify(trainer, 5))
                    .withMessageContaining("can't use the message of rank 1");
            assertThat(other.get().examples()).isEqualTo(5);
        }
    }

    private static UpdateMessage receive(GradientExchange exchange, ModelLayers layers) {
        String fingerprint =
                layers.fingerprint()
                        + " "
                        + new Dense().signature()
                        + " floor="
                        + (float) GradientCompressionListener.GRADIENT_FLOOR_DEFAULT;
        ByteBuffer sent = exchange.allGather(0, ByteBuffer.allocate(0)).get(0);
        return MessageFormat.of(fingerprint, layers.specs()).decode(sent);
    }

    @Test
    void aFailedExchangeLeavesTheGradientsAndEndsTheListener(@TempDir Path folder)
            throws Exception {
        GradientExchange exchange = InProcessExchange.group(2, TestLearning.DEADLINE).get(0);
        exchange.close();
        GradientCompressionListener listener =
                GradientCompressionListener.builder().setExchange(exchange).build();
        try (Trainer trainer = trainer(model, listener)) {
            backward(trainer, batches(trainer).next());
            Map<String, String> before = gradients(model);
            assertThatExceptionOfType(ExchangeException.class)
                    .isThrownBy(() -> notify(trainer, 8))
                    .withMessageContaining("Rank 0 of 2 can't complete step 0");
            assertThat(gradients(model)).isEqualTo(before);
            assertThatIllegalStateException()
                    .isThrownBy(() -> listener.save(folder.resolve("residues")))
                    .withMessageContaining("The exchange of step 0 has failed");
            assertThatIllegalStateException()
                    .isThrownBy(() -> notify(trainer, 8))
                    .withMessageContaining("The exchange of step 0 has failed");
        }
    }

    @Test
    void exchangesTheSumOfSeveralBatches() throws Exception {
        GradientCompressionListener listener =
                GradientCompressionListener.builder()
                        .setExchange(alone)
                        .optCompressor(new Dense())
                        .optExchangeEvery(3)
                        .build();
        try (Trainer trainer = trainer(model, listener)) {
            Iterator<Batch> batches = batches(trainer);
            for (int i = 1; i <= 7; i++) {
                EasyTrain.trainBatch(trainer, batches.next());
                assertThat(listener.step()).isEqualTo(i / 3);
                if (i % 3 == 0) {
                    trainer.step();
                }
            }
        }
    }

    @Test
    void findsAStepBetweenBatchesThatBelongTogether() throws Exception {
        GradientCompressionListener listener =
                GradientCompressionListener.builder()
                        .setExchange(alone)
                        .optExchangeEvery(3)
                        .build();
        try (Trainer trainer = trainer(model, listener)) {
            Dataset data = LearnersAgreeTest.shard(alone, model, 8, 80, 0);
            assertThatIllegalStateException()
                    .isThrownBy(() -> TestLearning.train(trainer, data, 3))
                    .withMessageContaining("after batch 1 of the 3")
                    .withMessageContaining("EasyTrain.fit");
        }
    }

    @Test
    void writesSeriesOfEachLayer() throws Exception {
        MemoryTrace trace = MemoryTrace.of();
        GradientCompressionListener listener =
                GradientCompressionListener.builder()
                        .setExchange(alone)
                        .optCompressor(
                                AdaComp.builder().optBinLength("06Linear_weight", 24).build())
                        .optTraceEvery(2)
                        .addTrace(trace)
                        .build();
        try (Trainer trainer = trainer(model, listener)) {
            trainer.setMetrics(new Metrics());
            TestLearning.train(trainer, LearnersAgreeTest.shard(alone, model, 8, 80, 0), 5);
            Metrics metrics = trainer.getMetrics();
            assertThat(metrics.getMetric("adacomp/packMillis")).hasSize(3);
            assertThat(metrics.getMetricNames())
                    .contains(
                            "adacomp/06Linear_weight/rate",
                            "adacomp/06Linear_weight/rateBytes",
                            "adacomp/06Linear_weight/sentPerBin",
                            "adacomp/06Linear_weight/residueNorm",
                            "adacomp/06Linear_weight/residueToGradient",
                            "adacomp/exchangeMillis",
                            "adacomp/unpackMillis")
                    .doesNotContain("adacomp/06Linear_bias/sentPerBin");
            assertThat(metrics.getMetric("adacomp/06Linear_bias/rate").get(0).getValue())
                    .isEqualTo(1.0);
            assertThat(metrics.getMetric("adacomp/06Linear_weight/rate").get(2).getValue())
                    .isGreaterThan(2.0);
        }
        assertThat(listener.paperBitsSent()).isPositive();
        LayerTraffic weight = listener.traffic().get(4);
        assertThat(weight.path()).isEqualTo("06Linear_weight");
        assertThat(weight.steps()).isEqualTo(3);
        assertThat(weight.ratePaper()).isGreaterThan(2);
        assertThat(weight.rateBytes()).isBetween(1.0, 32.0);
        assertThat(listener.traffic().get(5).ratePaper()).isEqualTo(1);
        assertThat(8 * listener.bytesSent()).isGreaterThan(listener.paperBitsSent());
    }

    @Test
    void refusesAModelThatIsNotFloat32() throws Exception {
        try (Model doubles = Model.newInstance("doubles", Device.cpu())) {
            doubles.setBlock(new SequentialBlock().add(Linear.builder().setUnits(3).build()));
            doubles.getBlock()
                    .initialize(
                            doubles.getNDManager(),
                            DataType.FLOAT64,
                            new Shape(1, TestLearning.FEATURES));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ModelLayers.of(doubles.getBlock()))
                    .withMessageContaining("float64")
                    .withMessageContaining("01Linear_weight");
        }
    }

    @Test
    void refusesABinLengthForAPathThatIsMisspeltBeforeAnythingIsSent() {
        GradientCompressionListener listener =
                GradientCompressionListener.builder()
                        .setExchange(alone)
                        .optCompressor(AdaComp.builder().optBinLength("6Linear_weight", 24).build())
                        .build();
        try (Trainer trainer = trainer(model, listener)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> notify(trainer, 8))
                    .withMessageContaining("'6Linear_weight'")
                    .withMessageContaining("nearest of the 6 paths are '06Linear_weight'");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> listener.restore(model.getBlock()))
                    .withMessageContaining("'6Linear_weight'");
        }
        assertThat(listener.bytesSent()).isZero();
    }

    @Test
    void refusesSeveralDevicesAndAnotherModel() throws Exception {
        GradientCompressionListener listener = listener(1);
        try (Trainer trainer = trainer(model, listener)) {
            TestLearning.train(trainer, LearnersAgreeTest.shard(alone, model, 8, 80, 0), 1);
        }
        DefaultTrainingConfig two =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optDevices(new Device[] {Device.cpu(), Device.gpu(0)})
                        .addTrainingListeners(listener);
        try (Trainer trainer = model.newTrainer(two)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> notify(trainer, 8))
                    .withMessageContaining("2 devices");
        }
        try (Model other = TestLearning.cnn();
                Trainer trainer = trainer(other, listener)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> notify(trainer, 8))
                    .withMessageContaining("another model");
        }
    }

    @Test
    void refusesLayersThatAreFrozenOrUnfrozenOnTheWay() throws Exception {
        Parameter bias = ParameterPaths.of(model.getBlock()).get("06Linear_bias");
        Parameter weight = ParameterPaths.of(model.getBlock()).get("06Linear_weight");
        bias.freeze(true);
        GradientCompressionListener listener = listener(1);
        try (Trainer trainer = trainer(model, listener)) {
            TestLearning.train(trainer, LearnersAgreeTest.shard(alone, model, 8, 80, 0), 1);
            bias.freeze(false);
            assertThatIllegalStateException()
                    .isThrownBy(() -> notify(trainer, 8))
                    .withMessageContaining("'06Linear_bias' was unfrozen after the first batch");
            bias.freeze(true);
            weight.freeze(true);
            assertThatIllegalStateException()
                    .isThrownBy(() -> notify(trainer, 8))
                    .withMessageContaining("'06Linear_weight' was frozen after the first batch");
        }
    }

    @Test
    void aLayerWithoutBackwardCountsAsZeros() throws Exception {
        GradientCompressionListener listener = listener(1);
        try (Trainer trainer = trainer(model, listener)) {
            notify(trainer, 8);
            assertThat(listener.step()).isEqualTo(1);
        }
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        GradientCompressionListener.Builder builder = GradientCompressionListener.builder();
        assertThatIllegalStateException().isThrownBy(builder::build).withMessageContaining("setEx");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optExchangeEvery(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optChecksumEvery(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optTraceEvery(0));
    }

    private GradientCompressionListener listener(int traceEvery) {
        return GradientCompressionListener.builder()
                .setExchange(alone)
                .optTraceEvery(traceEvery)
                .addTrace(MemoryTrace.of())
                .build();
    }

    private static Trainer trainer(Model model, GradientCompressionListener listener) {
        return model.newTrainer(TestLearning.config(TestLearning.sgd(), listener));
    }

    private Iterator<Batch> batches(Trainer trainer) throws Exception {
        return trainer.iterateDataset(LearnersAgreeTest.shard(alone, model, 8, 80, 0)).iterator();
    }

    static void backward(Trainer trainer, Batch batch) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray loss =
                    trainer.getLoss().evaluate(batch.getLabels(), trainer.forward(batch.getData()));
            collector.backward(loss);
        }
    }

    /** What EasyTrain does after a backward pass. */
    static void notify(Trainer trainer, int examples) {
        try (NDManager manager = trainer.getManager().newSubManager()) {
            NDList data = new NDList(manager.zeros(new Shape(1)));
            Batch batch = new Batch(manager, data, data, examples, null, null, 0, 0);
            BatchData told = new BatchData(batch, Map.of(), Map.of());
            trainer.notifyListeners(listener -> listener.onTrainingBatch(trainer, told));
        }
    }

    static NDArray array(Model model, String path) {
        return ParameterPaths.of(model.getBlock()).get(path).getArray();
    }

    private static String lastPath(Model model) {
        return ModelLayers.of(model.getBlock()).specs().get(5).path();
    }

    private static Map<String, String> gradients(Model model) {
        Map<String, String> bits = new TreeMap<>();
        ParameterPaths.of(model.getBlock())
                .forEach(
                        (path, parameter) -> {
                            if (parameter.requiresGradient()) {
                                try (NDArray gradient = parameter.getArray().getGradient()) {
                                    bits.put(path, Arrays.toString(gradient.toByteArray()));
                                }
                            }
                        });
        return bits;
    }
}
