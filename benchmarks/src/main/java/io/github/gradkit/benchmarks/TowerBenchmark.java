package io.github.gradkit.benchmarks;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.hyperopt.HyperTower;
import io.github.gradkit.hyperopt.Hyperparameter;
import io.github.gradkit.hyperopt.UpdateRule;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Training steps with towers of height 0 and up against those with DJL's own optimizers.
 *
 * <p>All trainings advance in turn, one step each, so that a slow moment of the machine hits all of
 * them. A ratio is the median over the rounds of a step's time by that of the plain optimizer in
 * the same round. The levels above have a rate of 0: they do all their work and change nothing, so
 * that all trainings compute the same.
 */
@Command(name = "tower", description = "Towers against DJL's own optimizers")
public final class TowerBenchmark implements Runnable {

    @Option(names = "--heights", description = "the tallest tower (default: ${DEFAULT-VALUE})")
    private int heights = 5;

    @Option(names = "--rounds", description = "steps of the MLP; the others do fewer")
    private int rounds = 3000;

    @Option(names = "--model", description = "mlp, cnn, lstm or all (default: ${DEFAULT-VALUE})")
    private String model = "all";

    @Option(
            names = "--tune",
            description = "what Adam's towers tune: all, alpha or both (default: ${DEFAULT-VALUE})")
    private String tune = "both";

    /**
     * Runs the benchmark.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new TowerBenchmark()).execute(args));
    }

    /** Prints the tables. */
    @Override
    public void run() {
        if (wanted("mlp")) {
            measure(
                    "MLP 784-128-10, batch 256",
                    BenchmarkModels.mlp(),
                    new Shape(256, 784),
                    rounds);
        }
        if (wanted("cnn")) {
            measure(
                    "CNN 28x28, batch 128",
                    BenchmarkModels.cnn(),
                    new Shape(128, 1, 28, 28),
                    Math.max(20, rounds / 10));
        }
        if (wanted("lstm")) {
            measure(
                    "LSTM 128, 32 steps of 64, batch 64",
                    BenchmarkModels.lstm(),
                    new Shape(64, 32, 64),
                    Math.max(20, rounds / 10));
        }
        System.out.printf("peak resident memory: %s%n", PeakMemory.describe());
    }

    private boolean wanted(String name) {
        return model.equals("all") || model.equals(name);
    }

    private void measure(String title, Supplier<Block> block, Shape input, int steps) {
        System.out.printf("%n%s, median of %d steps%n", title, steps);
        table("SGD", sgd(), block, input, steps);
        UpdateRule adam = UpdateRule.adam(1e-3);
        if (!tune.equals("alpha")) {
            table(
                    "Adam, alpha and betas tuned",
                    adam(adam, BareProducts.Products.ADAM),
                    block,
                    input,
                    steps);
        }
        if (!tune.equals("all")) {
            table(
                    "Adam, alpha tuned",
                    adam(adam.learn(Hyperparameter.ALPHA), BareProducts.Products.ADAM_ALPHA),
                    block,
                    input,
                    steps);
        }
    }

    private Map<String, Optimizer> sgd() {
        Map<String, Optimizer> all = new LinkedHashMap<>();
        all.put("DJL", Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.01f)).build());
        all.put("floor", new BareProducts(BareProducts.Products.SGD));
        addTowers(all, UpdateRule.sgd(0.01));
        return all;
    }

    private Map<String, Optimizer> adam(UpdateRule base, BareProducts.Products products) {
        Map<String, Optimizer> all = new LinkedHashMap<>();
        all.put("DJL", Optimizer.adam().build());
        all.put("floor", new BareProducts(products));
        addTowers(all, base);
        return all;
    }

    private void addTowers(Map<String, Optimizer> all, UpdateRule base) {
        for (int height = 0; height <= heights; height++) {
            HyperTower.Builder builder = HyperTower.builder().setBase(base);
            for (int level = 0; level < height; level++) {
                builder.tunedBy(UpdateRule.sgd(0));
            }
            all.put("height " + height, builder.build());
        }
    }

    private void table(
            String title,
            Map<String, Optimizer> optimizers,
            Supplier<Block> block,
            Shape input,
            int steps) {
        Map<String, TrainingRun> runs = new LinkedHashMap<>();
        optimizers.forEach(
                (name, optimizer) -> runs.put(name, new TrainingRun(block, input, optimizer)));
        try {
            double[][] micros = new double[runs.size()][steps];
            int warmUp = steps / 4;
            for (int step = -warmUp; step < steps; step++) {
                int row = 0;
                for (TrainingRun run : runs.values()) {
                    double time = run.step();
                    if (step >= 0) {
                        micros[row][step] = time;
                    }
                    row++;
                }
            }
            print(title, runs, micros);
        } finally {
            runs.values().forEach(TrainingRun::close);
        }
    }

    private void print(String title, Map<String, TrainingRun> runs, double[][] micros) {
        System.out.printf("  %s%n", title);
        int row = 0;
        for (Map.Entry<String, TrainingRun> run : runs.entrySet()) {
            double[] ratios = new double[micros[row].length];
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = micros[row][i] / micros[0][i];
            }
            System.out.printf(
                    Locale.ROOT,
                    "    %-10s %9.1f us   %6.3f x   %s%n",
                    run.getKey(),
                    Paired.median(micros[row]),
                    Paired.median(ratios),
                    kept(run.getValue()));
            row++;
        }
    }

    private static String kept(TrainingRun run) {
        double arrays = run.keptArrays();
        return Double.isNaN(arrays)
                ? ""
                : String.format(Locale.ROOT, "keeps %.2f times the weights", arrays);
    }
}
