package io.github.gradkit.benchmarks;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The speed of {@code djl-adm}: minimum cuts beside two libraries, labelled images a second, and
 * what labelling adds to an epoch of training.
 *
 * <p>The program ends with an error if two solvers find different costs.
 */
@Command(name = "cut", description = "Cuts, labellings and trainings by djl-adm")
public final class CutBenchmark implements Runnable {

    @Option(names = "--rounds", description = "rounds of cuts (default: ${DEFAULT-VALUE})")
    private int rounds = 21;

    @Option(names = "--epochs", description = "epochs of training (default: ${DEFAULT-VALUE})")
    private int epochs = 11;

    @Option(
            names = "--threads",
            description = "threads that label while training (default: ${DEFAULT-VALUE})")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--lambdas",
            split = ",",
            description = "strengths of the pairs while training (default: 0.3,2)")
    private List<Double> lambdas = List.of(0.3, 2.0);

    @Option(names = "--all", description = "all sizes with all strengths")
    private boolean all;

    @Option(
            names = "--skip",
            split = ",",
            description = "parts to leave out: cuts, labels, training")
    private List<String> skip = List.of();

    /**
     * Runs the benchmark.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new CutBenchmark()).execute(args));
    }

    /** Prints all tables. */
    @Override
    public void run() {
        if (!skip.contains("cuts")) {
            cuts(new CutSolvers(rounds));
        }
        if (!skip.contains("labels")) {
            LabellingSpeed.measure(64, 64, 4, 20, rounds);
            LabellingSpeed.measure(120, 160, 11, 8, Math.max(1, rounds / 3));
        }
        if (!skip.contains("training")) {
            System.out.printf("%nTraining, 64x64, 4 labels, 80 images in batches of 10%n");
            for (double lambda : lambdas) {
                EpochShare.measure(lambda, threads, epochs);
            }
        }
        System.out.printf("peak resident memory: %s%n", PeakMemory.describe());
    }

    private void cuts(CutSolvers solvers) {
        if (all) {
            for (int size : new int[] {64, 128, 256}) {
                for (double lambda : new double[] {0.3, 2, 20}) {
                    solvers.measure(new CutInstance(size, lambda, false));
                    solvers.measure(new CutInstance(size, lambda, true));
                }
            }
            return;
        }
        solvers.measure(new CutInstance(64, 0.3, false));
        solvers.measure(new CutInstance(128, 0.3, false));
        solvers.measure(new CutInstance(128, 2, false));
        solvers.measure(new CutInstance(256, 2, false));
        solvers.measure(new CutInstance(128, 20, true));
        solvers.measure(new CutInstance(256, 20, true));
    }
}
