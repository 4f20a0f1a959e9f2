package io.github.gradkit.examples.advtrain;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.train.AdversarialDataset;
import io.github.gradkit.advtrain.train.AdversarialTrainer;
import io.github.gradkit.advtrain.train.FreeTraining;
import io.github.gradkit.advtrain.train.MartLoss;
import io.github.gradkit.advtrain.train.TradesLoss;
import io.github.gradkit.examples.cli.ProgressListener;
import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.examples.model.Classifier;
import io.github.gradkit.examples.model.SmallCnn;
import java.io.IOException;
import java.util.function.Function;

/** Trains one model by one method. */
final class RobustTraining {

    private static final int REPLAYS = 4;
    private static final float RATE = 2e-3f;
    private static final double WARM_UP_SHARE = 0.2;

    private final Settings settings;
    private final ImageSet images;
    private final Progress progress;

    RobustTraining(Settings settings, ImageSet images, Progress progress) {
        this.settings = settings;
        this.images = images;
        this.progress = progress;
    }

    Trained run(TrainingMethod method) throws IOException, TranslateException {
        Classifier classifier =
                new Classifier(
                        SmallCnn.block(images.format()),
                        settings.batchSize(),
                        settings.engineSeed());
        try {
            LossCurve losses = new LossCurve();
            ArrayDataset data = classifier.dataset(images);
            long start = System.nanoTime();
            fit(method, classifier.model(), data, losses);
            return new Trained(
                    method, classifier, losses.epochs(), (System.nanoTime() - start) / 1e9);
        } catch (IOException | TranslateException | RuntimeException e) {
            classifier.close();
            throw e;
        }
    }

    private void fit(TrainingMethod method, Model model, ArrayDataset data, LossCurve losses)
            throws IOException, TranslateException {
        boolean free = method == TrainingMethod.FREE;
        int epochs = free ? (settings.epochs() + REPLAYS - 1) / REPLAYS : settings.epochs();
        FreeTraining replayed =
                FreeTraining.builder()
                        .setDataset(data)
                        .setBall(settings.ball())
                        .optReplays(REPLAYS)
                        .build();
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(loss(method))
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(Optimizer.adam().optLearningRateTracker(rate()).build())
                        .addTrainingListeners(
                                losses,
                                new ProgressListener(
                                        progress,
                                        "training " + method.title(),
                                        (long) epochs * batches() * (free ? REPLAYS : 1)));
        if (free) {
            config.addTrainingListeners(replayed);
        }
        Dataset dataset =
                switch (method) {
                    case PGD -> attacked(data, model, this::pgd);
                    case FAST ->
                            attacked(data, model, ball -> Fgsm.randomStart(ball, settings.seed()));
                    case FREE -> replayed;
                    case CLEAN, TRADES, MART -> data;
                };
        try (Trainer trainer = trainer(method, model, config)) {
            ImageSet.Format format = images.format();
            trainer.initialize(new Shape(1, format.channels(), format.height(), format.width()));
            EasyTrain.fit(trainer, epochs, dataset, null);
        }
    }

    private Loss loss(TrainingMethod method) {
        return switch (method) {
            case TRADES -> TradesLoss.of(settings.beta());
            case MART -> MartLoss.of(settings.beta());
            case CLEAN, PGD, FAST, FREE -> Classifier.loss();
        };
    }

    private Trainer trainer(TrainingMethod method, Model model, DefaultTrainingConfig config) {
        if (method != TrainingMethod.TRADES && method != TrainingMethod.MART) {
            return model.newTrainer(config);
        }
        AdversarialTrainer.Builder builder =
                AdversarialTrainer.builder().setModel(model).setConfig(config);
        Function<EpsilonBall, Attack> attack =
                method == TrainingMethod.TRADES ? this::trades : this::pgd;
        return builder.setAttack(settings.ball(), attack).optEpsilonTracker(warmUp()).build();
    }

    private Dataset attacked(ArrayDataset data, Model model, Function<EpsilonBall, Attack> attack) {
        return AdversarialDataset.builder()
                .setDataset(data)
                .setModel(model)
                .setAttack(settings.ball(), attack)
                .optEpsilonTracker(warmUp())
                .build();
    }

    private Attack pgd(EpsilonBall ball) {
        return Pgd.builder()
                .setBall(ball)
                .optSteps(settings.steps())
                .optSeed(settings.seed())
                .build();
    }

    private Attack trades(EpsilonBall ball) {
        double stepSize = Math.max(2.5 * ball.epsilon() / settings.steps(), Float.MIN_NORMAL);
        return TradesLoss.attack(ball, settings.steps(), stepSize, settings.seed());
    }

    private int batches() {
        return (images.size() + settings.batchSize() - 1) / settings.batchSize();
    }

    /** Full epsilon from the start can keep a small network from learning anything. */
    private Tracker warmUp() {
        float full = (float) settings.ball().epsilon();
        float batches = (float) Math.max(1, WARM_UP_SHARE * settings.epochs() * batches());
        return done -> full * Math.min(1, done / batches);
    }

    /** Half of the training at full rate, then down to zero. */
    private Tracker rate() {
        int all = Math.max(1, settings.epochs() * batches());
        return done -> RATE * Math.min(1, 2 * Math.max(1e-2f, 1 - (float) done / all));
    }
}
