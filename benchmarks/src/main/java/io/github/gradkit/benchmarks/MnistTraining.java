package io.github.gradkit.benchmarks;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.train.AdversarialDataset;
import io.github.gradkit.advtrain.train.RobustAccuracy;
import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.hyperopt.HyperTower;
import io.github.gradkit.hyperopt.UpdateRule;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.IntStream;

/** Adversarial training that can be stopped and started again after each epoch. */
final class MnistTraining implements AutoCloseable {

    private static final int HELD_OUT = 1000;

    private final Model model;
    private final MnistRecipe recipe;
    private final TrainingFolder folder;
    private final ArrayDataset train;
    private final ArrayDataset held;
    private final long batchesPerEpoch;

    /**
     * Prepares a training.
     *
     * @param images the training images, of which some are held out to tell how it goes
     */
    MnistTraining(int width, MnistRecipe recipe, TrainingFolder folder, ImageSet images) {
        this.recipe = recipe;
        this.folder = folder;
        Engine.getInstance().setRandomSeed((int) recipe.seed());
        model = Model.newInstance("mnist", Device.cpu());
        model.setBlock(BenchmarkModels.strided(width));
        int kept = images.size() - Math.min(HELD_OUT, images.size() / 10);
        train = dataset(images.select(IntStream.range(0, kept).toArray()), true);
        held = dataset(images.select(IntStream.range(kept, images.size()).toArray()), false);
        batchesPerEpoch = (kept + recipe.batch() - 1L) / recipe.batch();
    }

    /** Copies images to arrays that live as long as the training. */
    ArrayDataset dataset(ImageSet images, boolean shuffled) {
        ImageSet.Format format = images.format();
        Shape shape = new Shape(images.size(), format.channels(), format.height(), format.width());
        return new ArrayDataset.Builder()
                .setData(model.getNDManager().create(images.features(), shape))
                .optLabels(model.getNDManager().create(images.labels()))
                .setSampling(recipe.batch(), shuffled)
                .build();
    }

    Model model() {
        return model;
    }

    /** Trains the epochs that are not done yet. */
    void run() throws IOException, TranslateException, MalformedModelException {
        HyperTower adam =
                HyperTower.builder()
                        .setBase(UpdateRule.adam(1))
                        .optBaseSchedule(recipe.learningRate(batchesPerEpoch))
                        .build();
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(adam);
        try (adam;
                Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(new Shape(1, 1, 28, 28));
            folder.restore(model.getBlock(), adam, model.getNDManager());
            while (folder.epoch() < recipe.epochs()) {
                double seconds = epoch(trainer, folder.epoch());
                folder.save(seconds, model.getBlock(), adam);
                report(seconds);
            }
        }
    }

    private double epoch(Trainer trainer, int epoch) throws IOException, TranslateException {
        long start = System.nanoTime();
        // Of the epoch, so that a training that was stopped sees the same order.
        Engine.getInstance().setRandomSeed((int) (recipe.seed() + epoch));
        Dataset attacked =
                AdversarialDataset.builder()
                        .setDataset(train)
                        .setModel(model)
                        .setAttack(recipe.ball(), ball -> recipe.attack(epoch, ball))
                        .optEpsilonTracker(recipe.epsilon(epoch, batchesPerEpoch))
                        .build();
        EasyTrain.fit(trainer, 1, attacked, null);
        return (System.nanoTime() - start) / 1e9;
    }

    private void report(double seconds) {
        System.err.printf(
                Locale.ROOT,
                "epoch %d of %d (%s): %.1f min; on %d held-out images %.2f %% clean, %.2f %%"
                        + " against PGD-20%n",
                folder.epoch(),
                recipe.epochs(),
                recipe.isFast(folder.epoch() - 1) ? "RS-FGSM" : "PGD-" + recipe.steps(),
                seconds / 60,
                held.size(),
                100 * accuracy(recipe.ball().withEpsilon(0)),
                100 * accuracy(recipe.ball()));
    }

    private double accuracy(EpsilonBall ball) {
        return RobustAccuracy.builder()
                .setDataset(held)
                .setAttack(Pgd.builder().setBall(ball).optSteps(20).build())
                .build()
                .measure(model);
    }

    @Override
    public void close() {
        model.close();
    }
}
