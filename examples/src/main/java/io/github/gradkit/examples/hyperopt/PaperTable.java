package io.github.gradkit.examples.hyperopt;

import ai.djl.training.listener.TrainingListener;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import io.github.gradkit.hyperopt.HyperTower;
import io.github.gradkit.hyperopt.LearnedValue;
import io.github.gradkit.hyperopt.UpdateRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Trains every row of the paper's Table 1, and again with the learned constants. */
final class PaperTable {

    private final Network network;
    private final TowerStyle style;
    private final int[] seeds;

    PaperTable(Network network, TowerStyle style, long seed, int runs) {
        this.network = network;
        this.style = style;
        SplittableRandom random = new SplittableRandom(seed);
        seeds = random.ints(runs).toArray();
    }

    PaperResult run(Progress progress) throws IOException, TranslateException {
        List<PaperRow> rows = PaperRow.all();
        long trainings =
                rows.stream().mapToLong(row -> row.parent() == null ? 1 : 2).sum() * seeds.length;
        List<PaperResult.Line> lines = new ArrayList<>();
        try (StepCounter counter =
                new StepCounter(progress, "Training", trainings * network.steps())) {
            for (PaperRow row : rows) {
                lines.add(line(row, counter));
            }
        }
        return new PaperResult(network, style, seeds.length, lines);
    }

    private PaperResult.Line line(PaperRow row, TrainingListener counter)
            throws IOException, TranslateException {
        List<Trained> ends = new ArrayList<>();
        List<Trained> reruns = new ArrayList<>();
        List<List<LearnedValue>> learned = new ArrayList<>();
        for (int seed : seeds) {
            List<UpdateRule> above = row.parent() == null ? List.of() : List.of(row.parent());
            try (HyperTower tower = style.tower(row.base(), above)) {
                Trained end = network.train(tower, seed, counter);
                ends.add(end);
                if (!above.isEmpty()) {
                    learned.add(tower.learned());
                    Optimizer constant = tower.rerun();
                    reruns.add(end.diverged() ? end : network.train(constant, seed, counter));
                    Grid.close(constant);
                }
            }
        }
        return new PaperResult.Line(row, ends, learned, reruns);
    }
}
