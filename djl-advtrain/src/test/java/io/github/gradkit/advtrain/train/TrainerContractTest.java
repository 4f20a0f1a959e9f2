package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.initializer.ConstantInitializer;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Pgd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adversarial trainer is a trainer of DJL in all other respects. */
class TrainerContractTest {

    private static final Pgd ATTACK =
            Pgd.builder().setBall(EpsilonBall.linf(0.2)).optSteps(2).build();

    private static AdversarialTrainer.Builder builder(Model model) {
        return AdversarialTrainer.builder()
                .setModel(model)
                .setConfig(Bench.config(TradesLoss.of(1)))
                .setAttack(ATTACK);
    }

    private static final class Calls extends TrainingListenerAdapter {

        final List<String> calls = new ArrayList<>();

        @Override
        public void onTrainingBegin(Trainer trainer) {
            calls.add("begin");
        }

        @Override
        public void onTrainingBatch(Trainer trainer, BatchData batchData) {
            calls.add("batch");
        }

        @Override
        public void onValidationBatch(Trainer trainer, BatchData batchData) {
            calls.add("validation");
        }

        @Override
        public void onEpoch(Trainer trainer) {
            calls.add("epoch");
        }

        @Override
        public void onTrainingEnd(Trainer trainer) {
            calls.add("end");
        }
    }

    /** Attacks would see weights that never change. */
    @Test
    void aTrainerOnAnotherDeviceThanTheWeightsIsRefused() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP)) {
            bench.fit(1, bench.data(true));
            TrainChecks.sameDevice(bench.model.getBlock(), Device.cpu());
            assertThatIllegalStateException()
                    .isThrownBy(() -> TrainChecks.sameDevice(bench.model.getBlock(), Device.gpu(0)))
                    .withMessageContainingAll("cpu()", "gpu(0)", "optDevices");
        }
    }

    @Test
    void listenersAreCalledOnce() throws Exception {
        Calls calls = new Calls();
        try (Bench bench = Bench.of(Nets.MLP)) {
            try (Trainer trainer =
                    bench.ready(
                            builder(bench.model)
                                    .setConfig(Bench.config(TradesLoss.of(1), calls))
                                    .build())) {
                EasyTrain.fit(trainer, 1, bench.data(true), bench.data(false));
            }
        }
        assertThat(calls.calls)
                .containsExactly(
                        "begin",
                        "batch",
                        "batch",
                        "batch",
                        "validation",
                        "validation",
                        "validation",
                        "epoch",
                        "end");
    }

    @Test
    void initializersOfTheConfigurationApply() {
        Initializer constant = new ConstantInitializer(0.25f);
        List<Map<String, String>> weights = new ArrayList<>();
        for (boolean adversarial : new boolean[] {false, true}) {
            try (Bench bench = Bench.of(Nets.MLP)) {
                var config =
                        Bench.config(TradesLoss.of(1))
                                .optInitializer(constant, Parameter.Type.WEIGHT)
                                .optInitializer(Initializer.ONES, Parameter.Type.BIAS);
                try (Trainer trainer =
                        bench.ready(
                                adversarial
                                        ? builder(bench.model).setConfig(config).build()
                                        : bench.model.newTrainer(config))) {
                    assertThat(trainer.getModel()).isSameAs(bench.model);
                    weights.add(bench.weights());
                    NDArray first = bench.model.getBlock().getParameters().valueAt(0).getArray();
                    assertThat(first.toFloatArray()).containsOnly(0.25f);
                }
            }
        }
        assertThat(weights.get(1)).isEqualTo(weights.get(0));
    }

    @Test
    void loadedModelsAreUnfrozenAndTrainAsOnAnAttackedDataSet(@TempDir Path directory)
            throws Exception {
        try (Bench bench = Bench.of(Nets.MLP)) {
            bench.initialized().model.save(directory, "net");
        }
        List<Map<String, String>> results = new ArrayList<>();
        for (boolean adversarial : new boolean[] {false, true}) {
            try (Bench bench = Bench.of(Nets.MLP)) {
                bench.model.load(directory, "net");
                bench.model.getBlock().freezeParameters(true);
                Map<String, String> before = bench.weights();
                var config = Bench.config(Loss.softmaxCrossEntropyLoss());
                AdversarialDataset attacked =
                        AdversarialDataset.builder()
                                .setDataset(bench.data(true))
                                .setModel(bench.model)
                                .setAttack(ATTACK)
                                .build();
                try (Trainer trainer =
                        bench.ready(
                                adversarial
                                        ? builder(bench.model).setConfig(config).build()
                                        : bench.model.newTrainer(config))) {
                    EasyTrain.fit(trainer, 2, adversarial ? bench.data(true) : attacked, null);
                }
                Map<String, String> after = bench.weights();
                assertThat(after.keySet()).allMatch(key -> !after.get(key).equals(before.get(key)));
                results.add(bench.state());
            }
        }
        assertThat(results.get(1)).isEqualTo(results.get(0));
    }

    @Test
    void batchesThatWereNotAttackedAreRefused() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP);
                Trainer trainer = bench.ready(builder(bench.model).build())) {
            Iterator<Batch> others = bench.data(false).getData(bench.manager).iterator();
            Batch foreign = others.next();
            assertThatIllegalStateException()
                    .isThrownBy(() -> EasyTrain.trainBatch(trainer, foreign))
                    .withMessageContaining("does not know which batch to attack");
            assertThatIllegalStateException()
                    .isThrownBy(() -> trainer.forward(foreign.getData(), foreign.getLabels()))
                    .withMessageContaining("has not been attacked");

            // After a fit the last batch of the validation set is closed.
            EasyTrain.fit(trainer, 1, bench.data(true), bench.data(false));
            assertThatIllegalStateException()
                    .isThrownBy(() -> EasyTrain.trainBatch(trainer, foreign))
                    .withMessageContaining("does not know which batch to attack");

            Batch own = trainer.iterateDataset(bench.data(false)).iterator().next();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> EasyTrain.trainBatch(trainer, foreign))
                    .withMessageContaining("not those of the batch that was attacked");
            assertThatIllegalStateException()
                    .isThrownBy(() -> EasyTrain.trainBatch(trainer, own))
                    .withMessageContaining("once");
        }
    }

    @Test
    void forwardWithoutLabelsGivesTheSameOutputs() throws Exception {
        try (Bench bench = Bench.of(Nets.CNN);
                Trainer trainer = bench.ready(builder(bench.model).build());
                Batch batch = trainer.iterateDataset(bench.data(true)).iterator().next();
                GradientCollector collector = trainer.newGradientCollector()) {
            assertThat(collector).isNotNull();
            NDList with = trainer.forward(batch.getData(), batch.getLabels());
            NDList without = trainer.forward(batch.getData());

            assertThat(without).hasSize(2);
            for (int i = 0; i < 2; i++) {
                assertThat(Bench.bits(without.get(i))).isEqualTo(Bench.bits(with.get(i)));
            }
            assertThat(Bench.bits(with.get(1))).isNotEqualTo(Bench.bits(with.get(0)));
        }
    }

    @Test
    void exceptionInTheAttackLeavesGradientsAndWeightsAndNoOpenCollector() throws Exception {
        Pgd failing =
                Pgd.builder()
                        .setBall(ATTACK.ball())
                        .optSteps(2)
                        .optLoss(new FailingLoss(3))
                        .build();
        try (Bench bench = Bench.of(Nets.MLP);
                Trainer trainer =
                        bench.ready(
                                builder(bench.model)
                                        .setAttack(failing)
                                        .optWeightPerturbation(0.1, 0)
                                        .build())) {
            Iterator<Batch> batches = trainer.iterateDataset(bench.data(true)).iterator();
            try (Batch first = batches.next()) {
                EasyTrain.trainBatch(trainer, first);
            }
            Map<String, String> gradients = bench.gradients();
            Map<String, String> weights = bench.weights();
            Batch second = batches.next();
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> EasyTrain.trainBatch(trainer, second))
                    .withMessage("on purpose");
            assertThat(bench.gradients()).isEqualTo(gradients);
            assertThat(bench.weights()).isEqualTo(weights);
            second.close();
            EasyTrain.trainBatch(trainer, batches.next());
            trainer.step();
            assertThat(bench.weights()).isNotEqualTo(weights);
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        AdversarialTrainer.Builder empty = AdversarialTrainer.builder();
        assertThatIllegalStateException()
                .isThrownBy(empty::build)
                .withMessageContaining("setModel");
        assertThatIllegalArgumentException().isThrownBy(() -> empty.optWeightPerturbation(-1, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> empty.optWeightPerturbation(Double.NaN, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> empty.optWeightPerturbation(0.1, -1));
        try (Model model = Model.newInstance("empty")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> empty.setModel(model))
                    .withMessageContaining("setBlock");
        }
    }
}
