package io.github.gradkit.adm.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDManager;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import io.github.gradkit.adm.loss.PartialCrossEntropy;
import io.github.gradkit.support.trace.MemoryTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Trainings through EasyTrain, as a user would write them. */
class AdmTrainingTest {

    private static final int IMAGES = 20;

    private static LatentStep step(int threads) {
        return LatentStep.builder().setLambda(0.5).optThreads(threads).build();
    }

    private record Trained(Map<String, float[]> values, List<Double> losses, double potts) {}

    /** Two epochs on scribbles alone, then two by alternating directions. */
    private static Trained train(int threads, boolean listen, boolean alternate) throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                Model model = Nets.model(2);
                LatentStep step = step(threads)) {
            ArrayDataset data = Scenes.dataset(manager, IMAGES, 7, 6);
            try (Trainer trainer = Nets.trainer(model, new PartialCrossEntropy())) {
                EasyTrain.fit(trainer, 2, data, null);
            }
            AdmLoss loss = AdmLoss.builder().setStep(step).build();
            List<TrainingListener> listeners = new ArrayList<>();
            listeners.add(new EvaluatorTrainingListener());
            if (listen) {
                listeners.add(AdmListener.of(loss, MemoryTrace.of()));
            }
            Loss second = alternate ? loss : new PartialCrossEntropy();
            List<Double> losses = new ArrayList<>();
            try (Trainer trainer =
                    Nets.trainer(model, second, listeners.toArray(TrainingListener[]::new))) {
                Metrics metrics = new Metrics();
                trainer.setMetrics(metrics);
                EasyTrain.fit(trainer, 4, data, data);
                metrics.getMetric("train_all_" + second.getName())
                        .forEach(metric -> losses.add(metric.getValue()));
                return new Trained(Nets.values(model), losses, potts(trainer, manager));
            }
        }
    }

    private static double potts(Trainer trainer, NDManager manager) {
        Scenes.Arrays4 scenes = Scenes.arrays(manager, IMAGES, 7);
        try (LatentStep idle = LatentStep.builder().setLambda(0).optThreads(1).build()) {
            return idle.label(
                            scenes.labels(),
                            trainer.evaluate(new ai.djl.ndarray.NDList(scenes.images())))
                    .mean()
                    .pottsBefore();
        }
    }

    @Test
    void theSameTrainingTwiceIsTheSameAndListenersAndThreadsChangeNothing() throws Exception {
        Trained one = train(1, false, true);
        Trained other = train(2, true, true);

        assertThat(other.losses).isEqualTo(one.losses).hasSize(16);
        assertThat(other.values.keySet()).containsExactlyElementsOf(one.values.keySet());
        one.values.forEach((name, values) -> assertThat(other.values.get(name)).isEqualTo(values));
    }

    @Test
    void theGridEnergyEndsLowerThanOnScribblesAlone() throws Exception {
        assertThat(train(1, false, true).potts).isLessThan(0.9 * train(1, false, false).potts);
    }

    @Test
    void theListenerWritesAllSeriesOncePerBatch() throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                Model model = Nets.model(2);
                LatentStep step = step(1);
                MemoryTrace trace = MemoryTrace.of()) {
            AdmLoss loss = AdmLoss.builder().setStep(step).build();
            try (Trainer trainer =
                    Nets.trainer(
                            model,
                            loss,
                            new EvaluatorTrainingListener(),
                            AdmListener.of(loss, trace))) {
                Metrics metrics = new Metrics();
                trainer.setMetrics(metrics);
                EasyTrain.fit(trainer, 2, Scenes.dataset(manager, IMAGES, 7, 6), null);

                assertThat(metrics.getMetric("adm/energyAfter")).hasSize(8);
            }
            assertThat(trace.series())
                    .containsExactly(
                            "dataTerm",
                            "loss",
                            "energyBefore",
                            "energyAfter",
                            "pottsBefore",
                            "pottsAfter",
                            "relaxed",
                            "sweeps",
                            "converged",
                            "changed",
                            "milliseconds");
            double[] before = trace.values("energyBefore");
            double[] after = trace.values("energyAfter");
            assertThat(before).hasSize(8);
            for (int i = 0; i < before.length; i++) {
                assertThat(after[i]).isLessThanOrEqualTo(before[i]);
            }
        }
    }

    @Test
    void hundredsOfStepsLeaveNoArraysBehind() throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                Model model = Nets.model(2);
                LatentStep step = step(1)) {
            AdmLoss loss = AdmLoss.builder().setStep(step).build();
            ArrayDataset data = Scenes.dataset(manager, IMAGES, 7, 2);
            try (Trainer trainer =
                    Nets.trainer(
                            model, loss, new EvaluatorTrainingListener(), AdmListener.of(loss))) {
                EasyTrain.fit(trainer, 1, data, data);
                int trainers = trainer.getManager().getManagedArrays().size();
                int models = model.getNDManager().getManagedArrays().size();
                EasyTrain.fit(trainer, 20, data, data);

                assertThat(trainer.getManager().getManagedArrays()).hasSize(trainers);
                assertThat(model.getNDManager().getManagedArrays()).hasSize(models);
            }
        }
    }
}
