package io.github.gradkit.examples.tracin;

import ai.djl.translate.TranslateException;
import ai.djl.util.Utils;
import io.github.gradkit.examples.cli.CommandException;
import io.github.gradkit.examples.cli.CommonOptions;
import io.github.gradkit.examples.cli.Results;
import io.github.gradkit.examples.data.ImageData;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds the training examples that spoiled a model. */
@Command(
        name = TracInCommand.NAME,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Finds the training examples that spoiled a model.",
            "",
            "Flips some training labels, trains a classifier with the flipped labels, ranks all"
                + " training examples by TracIn self-influence, and tells how early the flipped"
                + " ones come. Also shows which training examples made the model misclassify test"
                + " images.",
            ""
        })
public final class TracInCommand implements Callable<Integer> {

    static final String NAME = "tracin";

    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "mlp",
            description = "Network: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private ModelKind model = ModelKind.MLP;

    @Option(
            names = "--flip",
            paramLabel = "KIND",
            defaultValue = "uniform",
            description =
                    "uniform: to any other class; confusable: to the wrong class that a model"
                        + " trained on clean labels finds most likely. Default: ${DEFAULT-VALUE}.")
    private FlipKind flip = FlipKind.UNIFORM;

    @Option(
            names = "--flip-rate",
            paramLabel = "R",
            defaultValue = "0.1",
            description =
                    "Share of the training labels to flip, between 0 and 1. Default:"
                            + " ${DEFAULT-VALUE}.")
    private double flipRate;

    @Option(
            names = "--checkpoints",
            paramLabel = "N",
            defaultValue = "6",
            description = "Checkpoints to sum over, evenly spread. Default: ${DEFAULT-VALUE}.")
    private int checkpoints;

    @Option(
            names = "--layers",
            paramLabel = "PATTERN",
            defaultValue = "*",
            description =
                    "Layers to compare gradients of, such as '*Linear' or '02*,04*'. Default: all"
                            + " layers.")
    private String layers = "*";

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "32",
            description = "Examples per training step. Default: ${DEFAULT-VALUE}.")
    private int batchSize;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            description = "Step size of the training. Default: depends on the model.")
    private @Nullable Float learningRate;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Use at most N training and N test images.")
    private @Nullable Integer limit;

    /** Made by picocli. */
    public TracInCommand() {}

    @Override
    public Integer call() throws IOException, TranslateException, CommandException {
        long start = System.nanoTime();
        Settings settings = settings();
        common.checkOutputs();
        ImageData data = common.loadData();
        if (settings.limit().isPresent()) {
            data = data.limit(settings.limit().getAsInt(), settings.seed());
        }
        Outcome outcome = run(settings, data);
        outcome.seconds().put("total", (System.nanoTime() - start) / 1e9);
        write(settings, outcome);
        return 0;
    }

    private Settings settings() {
        common.check();
        common.require(
                flipRate > 0 && flipRate < 1,
                "--flip-rate must lie between 0 and 1, got " + flipRate);
        common.require(checkpoints >= 1, "--checkpoints must be at least 1, got " + checkpoints);
        common.require(batchSize >= 1, "--batch-size must be at least 1, got " + batchSize);
        common.require(limit == null || limit >= 1, "--limit must be at least 1, got " + limit);
        float rate = learningRate == null ? model.defaultLearningRate() : learningRate;
        common.require(
                rate > 0 && Float.isFinite(rate),
                "--learning-rate must be a positive number, got " + rate);
        return new Settings(
                common.dataset(),
                common.seed(),
                model,
                common.epochsOr(model.defaultEpochs()),
                batchSize,
                rate,
                flip,
                flipRate,
                checkpoints,
                new LayerPattern(layers),
                limit == null ? OptionalInt.empty() : OptionalInt.of(limit));
    }

    private Outcome run(Settings settings, ImageData data)
            throws IOException, TranslateException, CommandException {
        Path folder = Files.createTempDirectory(temporaryPrefix());
        // for a run that is interrupted
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Utils.deleteQuietly(folder)));
        try {
            return new Experiment(settings, common.progress(), folder).run(data);
        } finally {
            Utils.deleteQuietly(folder);
        }
    }

    /** Tells the checkpoints of several processes apart. */
    static String temporaryPrefix() {
        return "gradkit-tracin-" + ProcessHandle.current().pid() + "-";
    }

    private void write(Settings settings, Outcome outcome) throws IOException {
        PrintWriter out = common.out();
        new TextSummary(settings, outcome, out).print();
        Results.write(
                common,
                () -> JsonSummary.of(settings, outcome),
                () -> new ReportPage(settings, outcome).build());
    }
}
