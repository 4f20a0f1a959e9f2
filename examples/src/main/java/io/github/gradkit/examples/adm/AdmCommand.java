package io.github.gradkit.examples.adm;

import io.github.gradkit.adm.cut.PottsEnergy;
import io.github.gradkit.examples.cli.CommonOptions;
import io.github.gradkit.examples.cli.OutputFile;
import io.github.gradkit.examples.cli.Results;
import io.github.gradkit.examples.evaluation.Measured;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares ways to train a segmentation on scribbles. */
@Command(
        name = AdmCommand.NAME,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Trains a segmentation on scribbles, by alternating directions and otherwise.",
            "",
            "Learns from scribbles alone, and from there goes on with each method: with the"
                    + " scribbles alone (pce), by gradient descent on relaxed grid energies"
                    + " (gd-grid, gd-quadratic, gd-tv), by alternating graph cuts and training"
                    + " (adm, adm-restricted, adm-robust), and with full masks (full). Tells which"
                    + " energy they reach, and how well they segment. By default on scenes that are"
                    + " drawn, or on your own images. --dataset and --data-dir make no sense"
                    + " here.",
            ""
        })
public final class AdmCommand implements Callable<Integer> {

    static final String NAME = "adm";

    private static final int EPOCHS = 6;
    private static final int SIZE = 64;
    private static final int MOST_THREADS = 256;

    @Mixin private final CommonOptions common = new CommonOptions();

    @Mixin private final OwnImages own = new OwnImages();

    @Option(
            names = "--lambda",
            paramLabel = "R",
            split = ",",
            defaultValue = "1,3,10",
            description =
                    "Weights of the grid energy to try, one or more. Default: ${DEFAULT-VALUE}.")
    private List<Double> lambdas = List.of();

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "How often everything is repeated, images and first weights included, with"
                            + " --seed and the seeds that follow it. Default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--pretrain-epochs",
            paramLabel = "N",
            defaultValue = "25",
            description =
                    "Passes over the training images with the scribbles alone; --epochs are those"
                            + " with each method, by default 6. Default: ${DEFAULT-VALUE}.")
    private int pretrainEpochs;

    @Option(
            names = "--train-images",
            paramLabel = "N",
            defaultValue = "80",
            description =
                    "Images to train with; half as many serve to choose the weight, and as many to"
                            + " test. Of your own images at most so many. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int trainImages;

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "Rows and columns of the scenes that are drawn. Default: 64.")
    private @Nullable Integer size;

    @Option(
            names = "--scribbles",
            paramLabel = "R|DIR",
            defaultValue = "1",
            description =
                    "A number: the length of scribbles that are drawn into masks, 1 is as a person"
                            + " might, 0 a click for each region. Else the folder with scribbles"
                            + " for --images: PNG files whose values are labels, 255 for none."
                            + " Default: ${DEFAULT-VALUE}.")
    private String scribbles = "1";

    @Option(
            names = "--crop",
            paramLabel = "N",
            description =
                    "Train on squares of N x N pixels, cut out at random. Needed if your images"
                            + " differ in size. Default: whole images.")
    private @Nullable Integer crop;

    @Option(
            names = "--gamma",
            paramLabel = "R",
            defaultValue = "1",
            description =
                    "Weight of the tie between the network and what cuts find. A heavier one brings"
                            + " the network closer to the cuts, and the cuts to the network."
                            + " Default: ${DEFAULT-VALUE}.")
    private double gamma;

    @Option(
            names = "--relabel-every",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Has cuts label all images before the first epoch and after every N of them;"
                            + " with 0 they label each batch when its turn comes. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int relabelEvery;

    @Option(
            names = "--anneal",
            description = "Lets lambda grow from 0 to its full weight where cuts use it.")
    private boolean anneal;

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description =
                    "Keeps each training in this file, a line each. Started again with it, the"
                            + " command makes only those that are missing. Good for runs of hours;"
                            + " use a new file with another version of Gradkit.")
    private @Nullable Path record;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads for graph cuts and network. Default: one for each processor.")
    private @Nullable Integer threads;

    /** Made by picocli. */
    public AdmCommand() {}

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        Settings settings = settings();
        DataSource source = source(settings);
        common.checkOutputs();
        if (record != null) {
            common.requireOtherThanOutputs(record, "--record");
            OutputFile.probe(record, "--record");
        }
        TrialRecord trials = TrialRecord.open(record);
        common.useThreads(settings.threads());
        Result result = new Study(settings, source, trials, common.progress()).run();
        write(result, (System.nanoTime() - start) / 1e9, trials.taken());
        return 0;
    }

    private Settings settings() {
        common.checkWithoutDataset("scenes are drawn, and your own images come with --images");
        common.require(
                !lambdas.isEmpty()
                        && lambdas.stream()
                                .allMatch(l -> l >= 0.01 && l <= PottsEnergy.HIGHEST_WEIGHT),
                "--lambda must be from 0.01 to 2000, got " + lambdas);
        common.require(
                seeds >= 1 && seeds <= Measured.MOST,
                "--seeds must be from 1 to " + Measured.MOST + ", got " + seeds);
        common.require(
                pretrainEpochs >= 1, "--pretrain-epochs must be at least 1, got " + pretrainEpochs);
        common.require(
                trainImages >= 1 && trainImages <= 1_000_000,
                "--train-images must be from 1 to 1000000, got " + trainImages);
        common.require(
                size == null || (size >= 8 && size <= 512),
                "--size must be from 8 to 512, got " + size);
        common.require(
                threads == null || (threads >= 1 && threads <= MOST_THREADS),
                "--threads must be from 1 to " + MOST_THREADS + ", got " + threads);
        common.require(
                gamma >= 0.01 && gamma <= 1000, "--gamma must be from 0.01 to 1000, got " + gamma);
        double highest = Collections.max(lambdas) / gamma;
        common.require(
                highest <= PottsEnergy.HIGHEST_WEIGHT,
                "--lambda divided by --gamma, which is what cuts weigh neighbours by, must be at"
                        + " most 2000, got "
                        + highest);
        common.require(
                relabelEvery >= 0, "--relabel-every must be at least 0, got " + relabelEvery);
        int epochs = common.epochsOr(EPOCHS);
        common.require(
                !anneal || relabelEvery < epochs,
                "--anneal raises lambda from one labelling to the next, but with --relabel-every "
                        + relabelEvery
                        + " and "
                        + epochs
                        + " epochs there is only one: lower --relabel-every");
        common.require(
                relabelEvery == 0 || crop == null,
                "--relabel-every keeps labellings of whole images, which don't fit the squares of"
                        + " --crop: leave one of them out");
        common.require(crop == null || crop >= 8, "--crop must be at least 8, got " + crop);
        return new Settings(
                common.seed(),
                seeds,
                lambdas,
                pretrainEpochs,
                epochs,
                new Settings.Cuts(gamma, relabelEvery, anneal),
                crop == null ? 0 : crop,
                threads == null ? Runtime.getRuntime().availableProcessors() : threads);
    }

    private DataSource source(Settings settings) {
        @Nullable Double ratio = ratio();
        common.require(
                ratio == null || (ratio >= 0 && ratio <= 1000),
                "--scribbles must be a folder or a number from 0 to 1000, got " + scribbles);
        SplitSizes sizes = SplitSizes.of(trainImages);
        Path drawn = ratio == null ? Path.of(scribbles) : null;
        own.check(drawn, common);
        double length = ratio == null ? 1 : ratio;
        if (own.given()) {
            common.require(size == null, "--size is that of drawn scenes, not of --images");
            return own.source(drawn, sizes, length, settings.crop());
        }
        int side = size == null ? SIZE : size;
        common.require(
                settings.crop() <= side,
                "--crop must be at most --size, got " + settings.crop() + " and " + side);
        return new DrawnScenes(sizes, side, length);
    }

    /** Returns the length of scribbles, or nothing if a folder was given. */
    private @Nullable Double ratio() {
        if (own.given() && Files.isDirectory(Path.of(scribbles))) {
            return null;
        }
        try {
            return Double.valueOf(scribbles);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private void write(Result result, double seconds, int taken) throws IOException {
        PrintWriter out = common.out();
        ResultText.print(result, out);
        out.printf(Locale.ROOT, "%.1f s in all%n", seconds);
        if (record != null) {
            out.println(
                    "Record: "
                            + record.toAbsolutePath().normalize()
                            + ", had "
                            + taken
                            + " of "
                            + result.trials().size()
                            + " trainings");
        }
        Results.write(
                common,
                NAME,
                result.source(),
                seconds,
                json -> ResultJson.addTo(json, result),
                () -> new ResultPage(result).build());
    }
}
