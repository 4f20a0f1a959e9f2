package io.github.gradkit.benchmarks;

import io.github.gradkit.adm.cut.AutomaticSolver;
import io.github.gradkit.adm.cut.BoykovKolmogorov;
import io.github.gradkit.adm.cut.GridGraph;
import io.github.gradkit.adm.cut.IncrementalBreadthFirst;
import io.github.gradkit.adm.cut.MinCutSolver;
import io.github.gradkit.adm.cut.Neighbourhood;
import io.github.gradkit.adm.cut.PushRelabel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jgrapht.Graph;
import org.jgrapht.graph.DefaultWeightedEdge;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Minimum cuts of images by the solvers of {@code djl-adm} and by JGraphT.
 *
 * <p>In each round every solver builds its graph and cuts it, in turn, so that a slow moment of the
 * machine hits all of them; some rounds before the first one warm up. Times are medians over the
 * rounds, and a ratio is the median of a solver's time, building included, by that of the automatic
 * choice in the same round. The program ends with an error if two solvers find different costs.
 */
@Command(name = "cut", description = "Minimum cuts by djl-adm's solvers and JGraphT")
public final class CutBenchmark implements Runnable {

    @Option(
            names = "--sizes",
            split = ",",
            description = "columns and rows of the images (default: 64,128,256)")
    private List<Integer> sizes = List.of(64, 128, 256);

    @Option(names = "--rounds", description = "rounds (default: ${DEFAULT-VALUE})")
    private int rounds = 5;

    @Option(
            names = "--library-size",
            description = "the largest image for JGraphT, 0 for none (default: ${DEFAULT-VALUE})")
    private int librarySize = 128;

    private record Time(double build, double solve) {}

    private record Contestant(String name, Function<CutInstance, Run> run) {}

    private record Run(Time time, long cost) {}

    /**
     * Runs the benchmark.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new CutBenchmark()).execute(args));
    }

    /** Prints a table for each instance. */
    @Override
    public void run() {
        for (int size : sizes) {
            for (double lambda : new double[] {0.3, 2, 20}) {
                measure(new CutInstance(size, lambda, false));
            }
            for (double lambda : new double[] {2, 20}) {
                measure(new CutInstance(size, lambda, true));
            }
        }
        System.out.printf("peak resident memory: %s%n", PeakMemory.describe());
    }

    private void measure(CutInstance instance) {
        List<Contestant> contestants = contestants(instance.size());
        int count = contestants.size();
        double[][] build = new double[count][rounds];
        double[][] solve = new double[count][rounds];
        double[][] ratio = new double[count][rounds];
        for (int round = -3; round < rounds; round++) {
            Run first = contestants.get(0).run().apply(instance);
            for (int i = 0; i < count; i++) {
                Run seen = i == 0 ? first : contestants.get(i).run().apply(instance);
                if (seen.cost() != first.cost()) {
                    throw new IllegalStateException(
                            contestants.get(i).name()
                                    + " found the cost "
                                    + seen.cost()
                                    + " and not "
                                    + first.cost());
                }
                if (round >= 0) {
                    build[i][round] = seen.time().build();
                    solve[i][round] = seen.time().solve();
                    ratio[i][round] = total(seen.time()) / total(first.time());
                }
            }
        }
        System.out.printf("%n%s%n", instance);
        System.out.printf("%-26s %9s %9s %8s%n", "", "build ms", "solve ms", "ratio");
        for (int i = 0; i < count; i++) {
            System.out.printf(
                    "%-26s %9.2f %9.2f %8.2f%n",
                    contestants.get(i).name(),
                    Paired.median(build[i]),
                    Paired.median(solve[i]),
                    Paired.median(ratio[i]));
        }
    }

    private static double total(Time time) {
        return time.build() + time.solve();
    }

    private List<Contestant> contestants(int size) {
        List<Contestant> all = new ArrayList<>();
        all.add(own("automatic", size, new AutomaticSolver()));
        all.add(own("Boykov-Kolmogorov", size, new BoykovKolmogorov()));
        all.add(own("incremental breadth first", size, new IncrementalBreadthFirst()));
        all.add(own("push-relabel", size, new PushRelabel()));
        if (size <= librarySize) {
            all.add(library("JGraphT Boykov-Kolmogorov", LibraryCut::byBoykovKolmogorov));
            all.add(library("JGraphT push-relabel", LibraryCut::byPushRelabel));
        }
        return all;
    }

    private static Contestant own(String name, int size, MinCutSolver solver) {
        GridGraph graph = new GridGraph(size, size, Neighbourhood.EIGHT);
        boolean[] side = new boolean[graph.pixels()];
        return new Contestant(
                name,
                instance -> {
                    long start = System.nanoTime();
                    instance.fill(graph);
                    long built = System.nanoTime();
                    long cost = solver.solve(graph, side);
                    return run(start, built, System.nanoTime(), cost);
                });
    }

    private static Contestant library(
            String name, BiFunction<CutInstance, Graph<Integer, DefaultWeightedEdge>, Long> cut) {
        return new Contestant(
                name,
                instance -> {
                    long start = System.nanoTime();
                    Graph<Integer, DefaultWeightedEdge> net = LibraryCut.build(instance);
                    long built = System.nanoTime();
                    long cost = cut.apply(instance, net);
                    return run(start, built, System.nanoTime(), cost);
                });
    }

    private static Run run(long start, long built, long end, long cost) {
        return new Run(new Time((built - start) / 1e6, (end - built) / 1e6), cost);
    }
}
