package io.github.gradkit.examples.advtrain;

import ai.djl.translate.TranslateException;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.examples.cli.CommonOptions;
import io.github.gradkit.examples.cli.Results;
import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.ImageData;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains classifiers that stand up to an adversary, and attacks them. */
@Command(
        name = AdvTrainCommand.NAME,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Trains classifiers that stand up to an adversary, and attacks them.",
            "",
            "Trains one model for each method, measures how many test images each gets right"
                    + " without an attack and under FGSM, PGD and AutoAttack, and tells whether the"
                    + " figures can be trusted.",
            ""
        })
public final class AdvTrainCommand implements Callable<Integer> {

    static final String NAME = "advtrain";

    private static final int DIGITS_EPOCHS = 30;
    private static final int EPOCHS = 10;
    private static final int DIGITS_BATCH = 64;
    private static final int BATCH = 128;
    private static final double LARGEST = 1e6;

    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--method",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "clean,pgd,fast,trades",
            description =
                    "How to train, one or more of: ${COMPLETION-CANDIDATES}. Default:"
                            + " ${DEFAULT-VALUE}.")
    private List<TrainingMethod> methods = List.of();

    @Option(
            names = "--norm",
            paramLabel = "NAME",
            defaultValue = "linf",
            description =
                    "What measures a perturbation: ${COMPLETION-CANDIDATES}. Default:"
                            + " ${DEFAULT-VALUE}.")
    private NormOption norm = NormOption.LINF;

    @Option(
            names = "--eps",
            paramLabel = "E",
            description =
                    "How far the adversary may go, for pixels from 0 to 1. Default: depends on norm"
                            + " and data set; 0.2 for linf on digits.")
    private @Nullable Double epsilon;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "7",
            description = "Attack steps for each training step. Default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(
            names = "--beta",
            paramLabel = "B",
            defaultValue = "6",
            description =
                    "Weight of robustness against accuracy in trades and mart. Default:"
                            + " ${DEFAULT-VALUE}.")
    private double beta;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Examples per training step. Default: depends on the data set.")
    private @Nullable Integer batchSize;

    @Option(
            names = "--attack-images",
            paramLabel = "N",
            defaultValue = "250",
            description = "Attack at most N test images. Default: ${DEFAULT-VALUE}.")
    private int attackImages;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Use at most N training and N test images.")
    private @Nullable Integer limit;

    /** Made by picocli. */
    public AdvTrainCommand() {}

    @Override
    public Integer call() throws IOException, TranslateException {
        long start = System.nanoTime();
        Settings settings = settings();
        common.checkOutputs();
        ImageData data = common.loadData();
        if (limit != null) {
            data = data.limit(limit, settings.seed());
        }
        // Standard attacks take thousands of passes; a part of the images is a fair estimate.
        ImageData attacked = data.limitTest(attackImages, settings.seed());
        Result result = new Experiment(settings, common.progress()).run(attacked);
        write(result, (System.nanoTime() - start) / 1e9);
        return 0;
    }

    private Settings settings() {
        common.check();
        boolean digits = common.dataset() == DataSetName.DIGITS;
        double radius = epsilon == null ? norm.defaultEpsilon(common.dataset()) : epsilon;
        int size = batchSize == null ? (digits ? DIGITS_BATCH : BATCH) : batchSize;
        common.require(
                radius > 0 && radius <= LARGEST,
                "--eps must be above 0 and at most " + LARGEST + ", got " + radius);
        common.require(steps >= 1, "--steps must be at least 1, got " + steps);
        common.require(
                beta >= 0 && beta <= LARGEST,
                "--beta must lie between 0 and " + LARGEST + ", got " + beta);
        common.require(
                attackImages >= 1, "--attack-images must be at least 1, got " + attackImages);
        common.require(size >= 1, "--batch-size must be at least 1, got " + size);
        common.require(limit == null || limit >= 1, "--limit must be at least 1, got " + limit);
        return new Settings(
                common.dataset(),
                common.seed(),
                methods.stream().distinct().sorted().toList(),
                EpsilonBall.of(norm.norm(), radius).within(0, 1),
                common.epochsOr(digits ? DIGITS_EPOCHS : EPOCHS),
                steps,
                beta,
                size);
    }

    private void write(Result result, double seconds) throws IOException {
        PrintWriter out = common.out();
        ResultText.print(result, out);
        out.printf(Locale.ROOT, "%.1f s in all%n", seconds);
        Results.write(
                common,
                NAME,
                common.dataset().toString(),
                seconds,
                json -> ResultJson.addTo(json, result),
                () -> new ResultPage(result).build());
    }
}
