package io.github.gradkit.examples.hyperopt;

import ai.djl.training.listener.TrainingListener;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import io.github.gradkit.hyperopt.HyperTower;
import io.github.gradkit.hyperopt.TowerListener;
import io.github.gradkit.support.trace.MemoryTrace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Trains with towers of several heights, from several initial rates. */
final class Grid {

    private static final int TRACED_HEIGHT = 1;
    private static final int TRACED_POINTS = 400;

    private final GridSettings settings;
    private final Network network;
    private final int trainingSeed;
    private final Map<GridRun, MemoryTrace> traces = new LinkedHashMap<>();

    Grid(GridSettings settings, Network network) {
        this.settings = settings;
        this.network = network;
        trainingSeed = new SplittableRandom(settings.seed()).nextInt();
    }

    GridResult run(Progress progress) throws IOException, TranslateException {
        List<GridRun> runs = new ArrayList<>();
        try (StepCounter counter =
                new StepCounter(progress, "Training", trainings() * network.steps())) {
            for (BaseKind base : settings.bases()) {
                for (int height : settings.heights()) {
                    for (double rate : settings.rates()) {
                        runs.add(train(base, height, rate, counter));
                    }
                }
            }
            GridResult grid = new GridResult(settings, network, runs, List.of(), traces);
            return grid.with(reruns(grid, counter));
        }
    }

    private long trainings() {
        long tuned = settings.heights().stream().filter(height -> height > 0).count();
        long perBase = (long) settings.heights().size() * settings.rates().size() + tuned;
        return settings.bases().size() * perBase;
    }

    private GridRun train(BaseKind base, int height, double rate, TrainingListener counter)
            throws IOException, TranslateException {
        try (HyperTower tower =
                settings.style()
                        .tower(settings.base(base, rate), settings.above(base, height, rate))) {
            if (height != TRACED_HEIGHT) {
                Trained end = network.train(tower, trainingSeed, counter);
                return new GridRun(base, height, rate, end, tower);
            }
            MemoryTrace trace = MemoryTrace.of(TRACED_POINTS);
            TowerListener listener =
                    TowerListener.builder()
                            .setTower(tower)
                            .addTrace(trace)
                            .optMetrics(false)
                            .build();
            Trained end = network.train(tower, trainingSeed, counter, listener);
            GridRun run = new GridRun(base, height, rate, end, tower);
            traces.put(run, trace);
            return run;
        }
    }

    private List<Rerun> reruns(GridResult grid, TrainingListener counter)
            throws IOException, TranslateException {
        List<Rerun> reruns = new ArrayList<>();
        for (BaseKind base : settings.bases()) {
            for (int height : settings.heights()) {
                GridRun best = grid.best(base, height);
                if (height > 0 && !best.end().diverged()) {
                    Optimizer constant = best.tower().rerun();
                    reruns.add(new Rerun(best, network.train(constant, trainingSeed, counter)));
                    close(constant);
                }
            }
        }
        return reruns;
    }

    /** Frees what a tower remembers; DJL's own optimizers free it with the model. */
    static void close(Optimizer optimizer) {
        if (optimizer instanceof HyperTower tower) {
            tower.close();
        }
    }
}
