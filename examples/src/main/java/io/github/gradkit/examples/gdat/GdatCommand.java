package io.github.gradkit.examples.gdat;

import io.github.gradkit.examples.cli.CommandException;
import io.github.gradkit.examples.cli.CommonOptions;
import io.github.gradkit.examples.cli.Results;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares clean and adversarial training of linear models with what the theory predicts. */
@Command(
        name = GdatCommand.NAME,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows how adversarial training finds the largest margin.",
            "",
            "Trains linear models by gradient descent, clean and on worst-case inputs, on data"
                + " whose largest margin is known: two points for the rates of convergence, three"
                + " points for the norms, random points and the embedded digits 2 and 9. Checks a"
                + " certificate at every step. --dataset, --data-dir and --epochs make no sense"
                + " here.",
            ""
        })
public final class GdatCommand implements Callable<Integer> {

    static final String NAME = "gdat";

    private static final long FEWEST_STEPS = 1000;
    private static final long MOST_STEPS = 1_000_000_000;

    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "100000",
            description =
                    "Largest number of steps T, from 1000. More data is trained for at most 100000"
                            + " steps, digits for 10000. Default: ${DEFAULT-VALUE}.")
    private long steps;

    @Option(
            names = "--step-size",
            paramLabel = "R",
            defaultValue = "1",
            description = "Step size; half of it for three points. Default: ${DEFAULT-VALUE}.")
    private double stepSize;

    @Option(
            names = "--a",
            paramLabel = "R",
            defaultValue = "0.5",
            description =
                    "Tunes the radius to T: gamma - a ln T / sqrt T, at least 0.1 gamma. Default:"
                            + " ${DEFAULT-VALUE}.")
    private double a;

    /** Made by picocli. */
    public GdatCommand() {}

    @Override
    public Integer call() throws IOException, CommandException {
        long start = System.nanoTime();
        check();
        common.checkOutputs();
        Settings settings = new Settings(steps, stepSize, a, common.seed());
        write(run(settings), start);
        return 0;
    }

    private void check() {
        common.checkWithoutData(NAME + " works on data of its own");
        common.require(
                steps >= FEWEST_STEPS && steps <= MOST_STEPS,
                "--steps must lie between "
                        + FEWEST_STEPS
                        + " and "
                        + MOST_STEPS
                        + ", got "
                        + steps);
        common.require(
                stepSize > 0 && Double.isFinite(stepSize),
                "--step-size must be a positive number, got " + stepSize);
        common.require(a > 0 && Double.isFinite(a), "--a must be a positive number, got " + a);
    }

    private GdatResult run(Settings settings) throws IOException, CommandException {
        try {
            return GdatResult.run(settings, common.progress());
        } catch (ArithmeticException e) {
            throw new CommandException(
                    "--step-size " + stepSize + " is too large, use 1 or less: " + e.getMessage());
        }
    }

    private void write(GdatResult result, long start) throws IOException {
        double seconds = (System.nanoTime() - start) / 1e9;
        PrintWriter out = common.out();
        new GdatText(result, out).print();
        out.printf(Locale.ROOT, "%.1f s in all%n", seconds);
        Results.write(
                common,
                NAME,
                "two points, three points, random, digits 2 and 9",
                seconds,
                json -> GdatJson.addTo(json, result),
                () -> new GdatPage(result).build());
    }
}
