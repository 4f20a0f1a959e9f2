package io.github.gradkit.examples.hyperopt;

import ai.djl.translate.TranslateException;
import io.github.gradkit.examples.cli.CommandException;
import io.github.gradkit.examples.cli.CommonOptions;
import io.github.gradkit.examples.cli.Results;
import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.ImageData;
import io.github.gradkit.hyperopt.Semantics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains with optimizers that tune themselves. */
@Command(
        name = HyperOptCommand.NAME,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Trains with optimizers that tune their own learning rates.",
            "",
            "Trains a network from many initial learning rates, with a plain optimizer and with"
                + " towers: optimizers tuned by another one, which is tuned by another one, and so"
                + " on. Tells how much the initial rate still matters, and whether the learned"
                + " constants do as well in a second training. With --paper, the first table of the"
                + " paper instead; with --model char-rnn, a network that reads a text.",
            ""
        })
public final class HyperOptCommand implements Callable<Integer> {

    static final String NAME = "hyperopt";

    private static final int GRID_EPOCHS = 10;
    private static final int GRID_BATCH = 32;
    private static final int PAPER_EPOCHS = 30;
    private static final int PAPER_BATCH = 256;
    private static final int MAX_HEIGHT = 20;
    private static final List<String> GRID_OPTIONS =
            List.of("--base", "--heights", "--rates", "--kappa");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "mlp",
            description =
                    "mlp: images; char-rnn: a text, a file *.txt in --data-dir. Default:"
                            + " ${DEFAULT-VALUE}.")
    private NetworkKind model = NetworkKind.MLP;

    @Option(
            names = "--base",
            paramLabel = "NAME",
            defaultValue = "both",
            description =
                    "Optimizer of the weights: ${COMPLETION-CANDIDATES}. Default:"
                            + " ${DEFAULT-VALUE}.")
    private BaseKind.Choice base = BaseKind.Choice.BOTH;

    @Option(
            names = "--heights",
            paramLabel = "N,...",
            split = ",",
            defaultValue = "0,1,2,3",
            description = "Numbers of levels above the base. Default: ${DEFAULT-VALUE}.")
    private List<Integer> heights = List.of();

    @Option(
            names = "--rates",
            paramLabel = "R,...",
            split = ",",
            defaultValue = "1e-6,1e-5,1e-4,1e-3,1e-2,1e-1,1,10",
            description = "Initial learning rates of the base. Default: ${DEFAULT-VALUE}.")
    private List<Double> rates = List.of();

    @Option(
            names = "--kappa",
            paramLabel = "R",
            description =
                    "Initial learning rate of all levels above the base. Default: that of the"
                            + " base, so that one number is to be chosen for the whole tower.")
    private @Nullable Double kappa;

    @Option(
            names = "--semantics",
            paramLabel = "NAME",
            defaultValue = "reference",
            description =
                    "Form of the formulas: reference (the paper's program) or djl. Default:"
                            + " ${DEFAULT-VALUE}.")
    private Semantics semantics = Semantics.REFERENCE;

    @Option(
            names = "--safe",
            description =
                    "Change no rate by more than 10 %% per step, which also keeps it positive,"
                            + " and skip steps with numbers that are not finite.")
    private boolean safe;

    @Option(
            names = "--paper",
            description =
                    "Train the rows of the paper's Table 1 with --dataset mnist, beside the"
                            + " paper's figures.")
    private boolean paper;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "With --paper: trainings per row, for a mean and a deviation. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int runs;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description =
                    "Use at most N training and N test images; with char-rnn, at most N"
                            + " characters.")
    private @Nullable Integer limit;

    /** Made by picocli. */
    public HyperOptCommand() {}

    @Override
    public Integer call() throws IOException, TranslateException, CommandException {
        long start = System.nanoTime();
        check();
        if (model == NetworkKind.CHAR_RNN) {
            Path folder = common.checkText("--model char-rnn");
            common.checkOutputs();
            CharText text = CharText.load(folder, limit());
            write(
                    new CharRnn(style(), common.epochsOr(CharRnn.EPOCHS), common.seed(), text)
                            .run(common.progress()),
                    text.name(),
                    start);
            return 0;
        }
        common.check();
        common.checkOutputs();
        common.useOneThread();
        ImageData data = common.loadData();
        if (limit != null) {
            data = data.limit(limit, common.seed());
        }
        Result result = paper ? paperTable(data) : grid(data);
        write(result, common.dataset().toString(), start);
        return 0;
    }

    private void check() {
        common.require(limit == null || limit >= 1, "--limit must be at least 1, got " + limit);
        common.require(runs >= 1, "--runs must be at least 1, got " + runs);
        common.require(
                heights.stream().allMatch(h -> h >= 0 && h <= MAX_HEIGHT),
                "--heights must lie between 0 and " + MAX_HEIGHT + ", got " + heights);
        common.require(
                Stream.concat(rates.stream(), Stream.ofNullable(kappa))
                        .allMatch(rate -> rate > 0 && Double.isFinite(rate)),
                "--rates and --kappa must be positive numbers, got " + rates + " and " + kappa);
        boolean grid = model == NetworkKind.MLP && !paper;
        for (String option : GRID_OPTIONS) {
            common.require(
                    grid || !isGiven(option),
                    option + " makes no sense with --paper or --model char-rnn");
        }
        common.require(
                !paper || model == NetworkKind.MLP, "--paper makes no sense with --model char-rnn");
        common.require(
                !paper || common.dataset() == DataSetName.MNIST,
                "--paper needs --dataset mnist, got " + common.dataset());
        common.require(paper || !isGiven("--runs"), "--runs needs --paper");
    }

    private boolean isGiven(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private OptionalInt limit() {
        return limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
    }

    private TowerStyle style() {
        return new TowerStyle(semantics, safe);
    }

    private Result grid(ImageData data) throws IOException, TranslateException {
        GridSettings settings =
                new GridSettings(
                        common.dataset(),
                        common.seed(),
                        base.kinds(),
                        heights.stream().distinct().sorted().toList(),
                        rates.stream().distinct().sorted().toList(),
                        kappa == null ? OptionalDouble.empty() : OptionalDouble.of(kappa),
                        style());
        Network network = new Network(data, common.epochsOr(GRID_EPOCHS), GRID_BATCH, false);
        return new Grid(settings, network).run(common.progress());
    }

    private Result paperTable(ImageData data) throws IOException, TranslateException {
        Network network = new Network(data, common.epochsOr(PAPER_EPOCHS), PAPER_BATCH, true);
        return new PaperTable(network, style(), common.seed(), runs).run(common.progress());
    }

    private void write(Result result, String dataset, long start) throws IOException {
        double seconds = (System.nanoTime() - start) / 1e9;
        PrintWriter out = common.out();
        result.print(out);
        out.println(Numbers.seconds(seconds) + " in all");
        Results.write(common, NAME, dataset, seconds, result::addTo, result::report);
    }
}
