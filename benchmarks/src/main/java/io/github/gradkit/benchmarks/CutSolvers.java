package io.github.gradkit.benchmarks;

import io.github.gradkit.adm.cut.AutomaticSolver;
import io.github.gradkit.adm.cut.BoykovKolmogorov;
import io.github.gradkit.adm.cut.GridGraph;
import io.github.gradkit.adm.cut.IncrementalBreadthFirst;
import io.github.gradkit.adm.cut.MinCutSolver;
import io.github.gradkit.adm.cut.Neighbourhood;
import io.github.gradkit.adm.cut.OrToolsSolver;
import io.github.gradkit.adm.cut.PushRelabel;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jgrapht.Graph;
import org.jgrapht.graph.DefaultWeightedEdge;

/**
 * Single cuts by each solver and by two libraries.
 *
 * <p>In each round every solver builds its graph and cuts it, in turn, so that a slow moment of the
 * machine hits all of them. All run on the calling thread, and times are processor times of it. For
 * OR-tools the arrays that its graph is built from are there already, which is in its favour.
 * JGraphT takes part in some rounds only.
 */
final class CutSolvers {

    /** Milliseconds of work before the first round. */
    private static final double WARM_UP = 300;

    private static final int LIBRARY_ROUNDS = 5;

    /** Above this size JGraphT's push-relabel may take minutes. */
    private static final int LIBRARY_SIZE = 128;

    private final int rounds;

    private record Time(double build, double solve) {
        double total() {
            return build + solve;
        }
    }

    private record Run(Time time, long cost) {}

    private record Contestant(String name, int rounds, Function<CutInstance, Run> run) {}

    /** The times of one contestant, by round. */
    private record Series(Contestant contestant, List<Time> times) {

        double median(Function<Time, Double> part) {
            return Paired.median(times.stream().mapToDouble(part::apply).toArray());
        }

        /** The median of the ratios of the rounds in which both took part. */
        double over(Series other) {
            double[] ratios = new double[Math.min(times.size(), other.times.size())];
            Arrays.setAll(ratios, i -> times.get(i).total() / other.times.get(i).total());
            return Paired.median(ratios);
        }
    }

    CutSolvers(int rounds) {
        this.rounds = rounds;
    }

    /** Prints a table for an instance. */
    void measure(CutInstance instance) {
        List<Series> all = new ArrayList<>();
        for (Contestant contestant : contestants(instance.size())) {
            all.add(new Series(contestant, new ArrayList<>()));
        }
        all.forEach(series -> warmUp(series.contestant, instance));
        for (int round = 0; round < rounds; round++) {
            // The order changes, as each finds the caches as the one before left them.
            Collections.rotate(all, 1);
            long cost = Long.MIN_VALUE;
            for (Series series : all) {
                if (round < series.contestant.rounds()) {
                    Run run = series.contestant.run().apply(instance);
                    if (cost != Long.MIN_VALUE && run.cost() != cost) {
                        throw new IllegalStateException(
                                series.contestant.name() + " found another cost: " + run.cost());
                    }
                    cost = run.cost();
                    series.times.add(run.time());
                }
            }
        }
        Collections.rotate(all, -rounds);
        print(instance, all);
    }

    private static void warmUp(Contestant contestant, CutInstance instance) {
        double spent = 0;
        while (spent < WARM_UP) {
            spent += contestant.run().apply(instance).time().total();
        }
    }

    private static void print(CutInstance instance, List<Series> all) {
        Series automatic = all.get(0);
        System.out.printf("%n%s%n", instance);
        System.out.printf("%-26s %9s %9s %16s%n", "", "build ms", "solve ms", "over automatic");
        for (Series series : all) {
            System.out.printf(
                    "%-26s %9.2f %9.2f %16.2f%n",
                    series.contestant.name(),
                    series.median(Time::build),
                    series.median(Time::solve),
                    series.over(automatic));
        }
        double best = Double.MAX_VALUE;
        for (Series series : all) {
            best = Math.min(best, series.over(automatic));
        }
        System.out.printf("automatic over the best of all: %.2f%n", 1 / best);
    }

    private List<Contestant> contestants(int size) {
        List<Contestant> all = new ArrayList<>();
        all.add(own("automatic", size, new AutomaticSolver()));
        all.add(own("Boykov-Kolmogorov", size, new BoykovKolmogorov()));
        all.add(own("incremental breadth first", size, new IncrementalBreadthFirst()));
        all.add(own("push-relabel", size, new PushRelabel()));
        all.add(orTools(size));
        all.add(library("JGraphT Boykov-Kolmogorov", LibraryCut::byBoykovKolmogorov));
        if (size <= LIBRARY_SIZE) {
            all.add(library("JGraphT push-relabel", LibraryCut::byPushRelabel));
        }
        return all;
    }

    private Contestant own(String name, int size, MinCutSolver solver) {
        GridGraph graph = new GridGraph(size, size, Neighbourhood.EIGHT);
        boolean[] side = new boolean[graph.pixels()];
        return new Contestant(
                name,
                rounds,
                instance -> {
                    long start = clock();
                    instance.fill(graph);
                    long built = clock();
                    long cost = solver.solve(graph, side);
                    return run(start, built, clock(), cost);
                });
    }

    private Contestant orTools(int size) {
        GridGraph graph = new GridGraph(size, size, Neighbourhood.EIGHT);
        boolean[] side = new boolean[graph.pixels()];
        MinCutSolver solver = new OrToolsSolver();
        return new Contestant(
                "OR-tools",
                rounds,
                instance -> {
                    instance.fill(graph);
                    long start = clock();
                    long cost = solver.solve(graph, side);
                    return run(start, start, clock(), cost);
                });
    }

    private static Contestant library(
            String name, BiFunction<CutInstance, Graph<Integer, DefaultWeightedEdge>, Long> cut) {
        return new Contestant(
                name,
                LIBRARY_ROUNDS,
                instance -> {
                    long start = clock();
                    Graph<Integer, DefaultWeightedEdge> net = LibraryCut.build(instance);
                    long built = clock();
                    long cost = cut.apply(instance, net);
                    return run(start, built, clock(), cost);
                });
    }

    private static long clock() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Run run(long start, long built, long end, long cost) {
        return new Run(new Time((built - start) / 1e6, (end - built) / 1e6), cost);
    }
}
