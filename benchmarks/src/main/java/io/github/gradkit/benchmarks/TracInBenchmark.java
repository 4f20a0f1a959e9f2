package io.github.gradkit.benchmarks;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.gradkit.tracin.Examples;
import io.github.gradkit.tracin.TracIn;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * TracIn against its floor: one training pass over each example per checkpoint and the bare matrix
 * products.
 *
 * <p>The one-example fallback is timed on a slice and scaled, leaving out its share of the
 * comparison.
 */
@Command(name = "tracin", description = "TracIn against the least work it could do")
public final class TracInBenchmark implements Runnable {

    @Option(names = "--train", description = "training examples (default: ${DEFAULT-VALUE})")
    private int train = 10_000;

    @Option(names = "--test", description = "test examples (default: ${DEFAULT-VALUE})")
    private int test = 1_000;

    @Option(names = "--checkpoints", description = "checkpoints (default: ${DEFAULT-VALUE})")
    private int checkpoints = 5;

    @Option(names = "--batch", description = "batch size (default: ${DEFAULT-VALUE})")
    private int batch = 256;

    @Option(names = "--rounds", description = "rounds, of which the median counts (default: 3)")
    private int rounds = 3;

    @Option(names = "--model", description = "mlp, cnn or both (default: ${DEFAULT-VALUE})")
    private String model = "both";

    /**
     * Runs the benchmark.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new TracInBenchmark()).execute(args));
    }

    /** Prints the table. */
    @Override
    public void run() {
        System.out.printf(
                Locale.ROOT,
                "n = %d, m = %d, C = %d, batch %d, median of %d rounds%n",
                train,
                test,
                checkpoints,
                batch,
                rounds);
        if (!model.equals("cnn")) {
            measure("mlp 784-128-10", BenchmarkModels.mlp(), new Shape(784));
        }
        if (!model.equals("mlp")) {
            measure("cnn 28x28", BenchmarkModels.cnn(), new Shape(1, 28, 28));
        }
        System.out.printf("peak resident memory: %s%n", PeakMemory.describe());
    }

    private void measure(String name, Supplier<Block> blocks, Shape example) {
        try (Setting setting = new Setting(blocks, example, train, test, checkpoints, batch)) {
            TracIn tracIn = setting.tracIn();
            Examples trainSet = setting.trainExamples();
            Examples testSet = setting.testExamples();
            double[][] seconds = new double[5][rounds + 1];
            // round 0 warms up
            for (int round = 0; round <= rounds; round++) {
                seconds[0][round] = time(setting::trainingPasses);
                seconds[1][round] = time(setting::trainingPassesAndProducts);
                seconds[2][round] = time(() -> tracIn.selfInfluence(trainSet));
                seconds[3][round] = time(() -> tracIn.scores(testSet, trainSet));
                seconds[4][round] = time(() -> tracIn.top(testSet, trainSet, 10));
            }
            double fallback = setting.fallbackSecondsPerExample();
            print(name, seconds, fallback);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double time(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private void print(String name, double[][] seconds, double fallbackPerExample) {
        double selfFloor = median(seconds[0]);
        double pairFloor = median(seconds[1]);
        double selfFallback = fallbackPerExample * train * checkpoints;
        double pairFallback = fallbackPerExample * (train + test) * checkpoints;
        System.out.printf("%n%s%n", name);
        row("floor of self-influence", selfFloor, selfFloor, selfFallback);
        row("self-influence", median(seconds[2]), selfFloor, selfFallback);
        row("fallback, self-influence", selfFallback, selfFloor, selfFallback);
        row("floor of the full matrix", pairFloor, pairFloor, pairFallback);
        row("full matrix", median(seconds[3]), pairFloor, pairFallback);
        row("top 10", median(seconds[4]), pairFloor, pairFallback);
        row("fallback, full matrix", pairFallback, pairFloor, pairFallback);
    }

    private static void row(String name, double seconds, double floor, double fallback) {
        System.out.printf(
                Locale.ROOT,
                "  %-26s %9.2f s   %6.2f x floor   %6.1f x faster than the fallback%n",
                name,
                seconds,
                seconds / floor,
                fallback / seconds);
    }

    private static double median(double[] secondsWithWarmUp) {
        double[] sorted = Arrays.copyOfRange(secondsWithWarmUp, 1, secondsWithWarmUp.length);
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
