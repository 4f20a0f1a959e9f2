package io.github.gradkit.examples.learninit;

import ai.djl.util.Progress;
import io.github.gradkit.examples.cli.CommonOptions;
import io.github.gradkit.examples.cli.Results;
import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.ImageData;
import io.github.gradkit.examples.evaluation.Measured;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares learned starts with starts that need no learning. */
@Command(
        name = LearnInitCommand.NAME,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Learns where to start, on problems that are solved again and again.",
            "",
            "Solves fresh problems from learned starts and from starts that need no learning, and"
                    + " tells what value they reach and how many steps it takes. The problems: a"
                    + " function with two minima (toy), attacks on a classifier of images (attack),"
                    + " what would have to be added to an image to change its class (explanation),"
                    + " and the powers of senders that disturb each other (power).",
            ""
        })
public final class LearnInitCommand implements Callable<Integer> {

    static final String NAME = "learninit";

    private static final int DIGITS_EPOCHS = 15;
    private static final int EPOCHS = 5;
    private static final int LIMIT = 2000;
    private static final int TEST_LIMIT = 500;

    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--problem",
            paramLabel = "NAME",
            split = ",",
            description =
                    "What to solve, one or more of: ${COMPLETION-CANDIDATES}. Default: all of"
                            + " them.")
    private List<ProblemKind> problems = List.of();

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "How often everything is repeated, data and training included, with --seed and"
                            + " the seeds that follow it. Default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--size",
            paramLabel = "R",
            defaultValue = "1",
            description =
                    "How much is solved and learned from, above 0 up to 1. Default:"
                            + " ${DEFAULT-VALUE}.")
    private double size;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description =
                    "Use at most N training and N test images. Default: all digits, or else 2000"
                            + " and 500.")
    private @Nullable Integer limit;

    /** Made by picocli. */
    public LearnInitCommand() {}

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        Settings settings = settings();
        common.checkOutputs();
        common.useOneThread();
        @Nullable ImageData data = settings.needsImages() ? data(settings) : null;
        List<Outcome> outcomes = solve(settings, data);
        write(settings, outcomes, (System.nanoTime() - start) / 1e9);
        return 0;
    }

    private Settings settings() {
        List<ProblemKind> chosen =
                problems.isEmpty() ? Arrays.asList(ProblemKind.values()) : problems;
        boolean digits = common.dataset() == DataSetName.DIGITS;
        Settings settings =
                new Settings(
                        chosen.stream().distinct().sorted().toList(),
                        common.seed(),
                        seeds,
                        common.dataset(),
                        common.epochsOr(digits ? DIGITS_EPOCHS : EPOCHS),
                        size);
        if (settings.needsImages()) {
            common.check();
        } else {
            common.checkWithoutData("no --problem is about images");
            common.require(limit == null, "--limit makes no sense here: no images are used");
        }
        common.require(
                seeds >= 1 && seeds <= Measured.MOST,
                "--seeds must be from 1 to " + Measured.MOST + ", got " + seeds);
        common.require(size > 0 && size <= 1, "--size must be above 0 and at most 1, got " + size);
        common.require(limit == null || limit >= 10, "--limit must be at least 10, got " + limit);
        common.require(
                settings.epochs() >= 2,
                "--epochs must be at least 2, got "
                        + settings.epochs()
                        + ": one start remembers attacks of the epoch before the last");
        return settings;
    }

    private ImageData data(Settings settings) throws IOException {
        ImageData data = common.loadData();
        if (limit != null) {
            return data.limit(limit, settings.firstSeed());
        }
        return settings.dataset() == DataSetName.DIGITS
                ? data
                : data.limit(LIMIT, settings.firstSeed())
                        .limitTest(TEST_LIMIT, settings.firstSeed());
    }

    private List<Outcome> solve(Settings settings, @Nullable ImageData data) throws Exception {
        Map<ProblemKind, Board> boards = new EnumMap<>(ProblemKind.class);
        settings.problems().forEach(kind -> boards.put(kind, new Board()));
        Progress progress = common.progress();
        progress.reset("Solving", (long) settings.repetitions() * settings.problems().size());
        progress.start(0);
        for (long seed : settings.seeds()) {
            try (TrainedImages images =
                    data == null ? null : TrainedImages.train(data, settings.epochs(), seed)) {
                for (Map.Entry<ProblemKind, Board> entry : boards.entrySet()) {
                    Study.of(entry.getKey(), settings).run(seed, images, entry.getValue());
                    progress.increment(1);
                }
            }
        }
        progress.end();
        List<Outcome> outcomes = new ArrayList<>();
        boards.forEach((kind, board) -> outcomes.add(board.outcome(kind)));
        return outcomes;
    }

    private void write(Settings settings, List<Outcome> outcomes, double seconds)
            throws IOException {
        PrintWriter out = common.out();
        ResultText.print(settings, outcomes, out);
        out.printf(Locale.ROOT, "%.1f s in all%n", seconds);
        Results.write(
                common,
                NAME,
                settings.needsImages() ? settings.dataset().toString() : "drawn",
                seconds,
                json -> ResultJson.addTo(json, settings, outcomes),
                () -> new ResultPage(settings, outcomes).build());
    }
}
