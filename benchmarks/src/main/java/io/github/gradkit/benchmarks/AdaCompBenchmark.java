package io.github.gradkit.benchmarks;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What gradient compression costs: packing, and a training step with the listener. */
@Command(name = "adacomp", description = "Gradient compression against its floors")
public final class AdaCompBenchmark implements Runnable {

    private static final int STEPS = 20;

    @Option(names = "--rounds", description = "rounds, whose median counts (default: 31)")
    private int rounds = 31;

    @Option(
            names = "--sizes",
            split = ",",
            description = "numbers of values (default: 10000,100000,1000000,10000000)")
    private List<Integer> sizes = new ArrayList<>(List.of(10_000, 100_000, 1_000_000, 10_000_000));

    @Option(names = "--packing-only", description = "leave out the training steps")
    private boolean packingOnly;

    /**
     * Runs the benchmark.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new AdaCompBenchmark()).execute(args));
    }

    /** Prints the tables. */
    @Override
    public void run() {
        System.out.printf(
                "Packing %s jdk.incubator.vector, median of %d rounds%n",
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                        ? "with"
                        : "without",
                rounds);
        for (int size : sizes) {
            for (int binLength : new int[] {50, 500}) {
                for (int threads = 1; threads <= 2; threads++) {
                    new PackBenchmark(size, binLength, threads).run(rounds);
                }
            }
        }
        if (!packingOnly) {
            ListenerOverhead.run(rounds, STEPS);
        }
    }
}
