package io.github.gradkit.benchmarks;

import ai.djl.MalformedModelException;
import ai.djl.translate.TranslateException;
import io.github.gradkit.advtrain.evaluate.Accuracy;
import io.github.gradkit.advtrain.evaluate.ChecklistLine;
import io.github.gradkit.advtrain.evaluate.RobustnessEvaluator;
import io.github.gradkit.advtrain.evaluate.RobustnessReport;
import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.ImageData;
import io.github.gradkit.examples.data.ImageSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Adversarial training on MNIST within 0.3 in the l-infinity norm, evaluated by AutoAttack.
 *
 * <p>It takes hours. Stopped and started again with the same options, it goes on after the last
 * complete epoch.
 */
@Command(
        name = "mnist-at",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Trains on MNIST against PGD and evaluates with AutoAttack.")
public final class MnistRobustness implements Callable<Integer> {

    private static final int EVALUATION_BATCH = 500;

    @Option(
            names = "--data-dir",
            required = true,
            description = "folder with the IDX files of MNIST")
    private Path dataDir = Path.of("");

    @Option(names = "--work", description = "folder for checkpoints (default: ${DEFAULT-VALUE})")
    private Path work = Path.of("mnist-at");

    @Option(names = "--epochs", description = "epochs in all (default: ${DEFAULT-VALUE})")
    private int epochs = 15;

    @Option(names = "--fast-epochs", description = "first epochs, with RS-FGSM (default: 3)")
    private int fastEpochs = 3;

    @Option(names = "--warm-up", description = "epochs in which epsilon rises (default: 2)")
    private double warmUp = 2;

    @Option(names = "--steps", description = "steps of PGD (default: ${DEFAULT-VALUE})")
    private int steps = 10;

    @Option(names = "--epsilon", description = "radius (default: ${DEFAULT-VALUE})")
    private double epsilon = 0.3;

    @Option(names = "--width", description = "filters of the first layer (default: 32)")
    private int width = 32;

    @Option(names = "--batch", description = "examples per step (default: ${DEFAULT-VALUE})")
    private int batch = 128;

    @Option(names = "--rate", description = "largest learning rate (default: ${DEFAULT-VALUE})")
    private double rate = 2e-3;

    @Option(names = "--limit", description = "training images, the first ones (default: all)")
    private @Nullable Integer limit;

    @Option(names = "--test", description = "test images, the first ones (default: 1000)")
    private int test = 1000;

    @Option(names = "--seed", description = "decides every random choice (default: 0)")
    private long seed;

    /**
     * Runs the benchmark.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new MnistRobustness()).execute(args));
    }

    /** Trains, or goes on, and prints the accuracies. */
    @Override
    public Integer call() throws IOException, TranslateException, MalformedModelException {
        ImageData data = DataSetName.MNIST.load(dataDir, seed);
        ImageSet images = limit == null ? data.train() : first(data.train(), limit);
        MnistRecipe recipe =
                new MnistRecipe(epochs, fastEpochs, warmUp, steps, epsilon, rate, batch, seed);
        String settings =
                String.format(
                        Locale.ROOT,
                        "width %d, %d images, %s",
                        width,
                        images.size(),
                        recipe.text());
        TrainingFolder folder = TrainingFolder.open(work, settings);
        System.err.println(settings);
        try (MnistTraining training = new MnistTraining(width, recipe, folder, images)) {
            training.run();
            evaluate(training, folder, recipe, first(data.test(), test));
        }
        return 0;
    }

    private static ImageSet first(ImageSet images, int count) {
        return images.select(IntStream.range(0, Math.min(count, images.size())).toArray());
    }

    private static void evaluate(
            MnistTraining training, TrainingFolder folder, MnistRecipe recipe, ImageSet images) {
        long start = System.nanoTime();
        RobustnessReport report =
                RobustnessEvaluator.builder()
                        .setModel(training.model())
                        .setBall(recipe.ball())
                        .optBatchSize(EVALUATION_BATCH)
                        .optEpsilons()
                        .optProgress(new LineProgress())
                        .optStateFile(folder.file("evaluation-" + images.size() + ".state"))
                        .build()
                        .evaluate(training.dataset(images, false));
        System.out.printf(
                Locale.ROOT,
                "%d training epochs in %.0f min; %d test images in %.1f min%n",
                folder.epoch(),
                folder.seconds() / 60,
                images.size(),
                (System.nanoTime() - start) / 60e9);
        row("clean", report.clean());
        report.attacks().forEach(score -> row(score.name(), score.accuracy()));
        row("worst case", report.robust());
        for (ChecklistLine line : report.checklist().lines()) {
            System.out.printf(
                    "  %2d %-7s %s: %s%n",
                    line.item().number(), line.verdict(), line.item().title(), line.measured());
        }
    }

    private static void row(String name, Accuracy accuracy) {
        System.out.printf(
                Locale.ROOT,
                "  %-12s %6.2f %%   (%.2f to %.2f)%n",
                name,
                100 * accuracy.share(),
                100 * accuracy.interval().low(),
                100 * accuracy.interval().high());
    }
}
