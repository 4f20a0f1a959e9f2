package io.github.gradkit.examples.hyperopt;

import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import io.github.gradkit.hyperopt.HyperTower;
import io.github.gradkit.hyperopt.TowerDivergedException;
import io.github.gradkit.hyperopt.TowerListener;
import io.github.gradkit.hyperopt.UpdateRule;
import io.github.gradkit.support.trace.MemoryTrace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Trains a network that reads a text with plain optimizers and with a tower. */
final class CharRnn {

    static final int EPOCHS = 5;

    /** Characters per sequence. */
    static final int LENGTH = 64;

    static final int BATCH = 32;

    private static final int TRACED_POINTS = 400;
    private static final double SGD_RATE = 1;
    private static final double ADAM_RATE = 1e-3;
    private static final double KAPPA = 1e-5;

    private final TowerStyle style;
    private final int epochs;
    private final long seed;
    private final CharText text;

    CharRnn(TowerStyle style, int epochs, long seed, CharText text) {
        this.style = style;
        this.epochs = epochs;
        this.seed = seed;
        this.text = text;
    }

    CharResult run(Progress progress) throws IOException, TranslateException {
        List<CharResult.Line> lines = new ArrayList<>();
        MemoryTrace trace = MemoryTrace.of(TRACED_POINTS);
        UpdateRule adam = UpdateRule.adam(ADAM_RATE);
        int batches = (text.train().sequences(LENGTH) + BATCH - 1) / BATCH;
        try (StepCounter counter = new StepCounter(progress, "Training", 4L * epochs * batches);
                HyperTower plainSgd = style.tower(UpdateRule.sgd(SGD_RATE), List.of());
                HyperTower plainAdam = style.tower(adam, List.of());
                HyperTower tower = style.tower(adam, List.of(UpdateRule.sgd(KAPPA)))) {
            lines.add(line("SGD(" + Numbers.rate(SGD_RATE) + ")", plainSgd, counter));
            String name = "Adam(" + Numbers.rate(ADAM_RATE) + ")";
            lines.add(line(name, plainAdam, counter));
            String above = " / SGD(" + Numbers.rate(KAPPA) + ")";
            TowerListener tracer =
                    TowerListener.builder()
                            .setTower(tower)
                            .addTrace(trace)
                            .optMetrics(false)
                            .build();
            CharResult.Line tuned = line(name + above, tower, counter, tracer);
            lines.add(tuned.with(tower.learned()));
            Optimizer constant = tower.rerun();
            lines.add(line("Adam, learned constants", constant, counter));
            Grid.close(constant);
        }
        return new CharResult(text, style, epochs, seed, lines, trace);
    }

    private CharResult.Line line(String name, Optimizer optimizer, TrainingListener... listeners)
            throws IOException, TranslateException {
        int trainingSeed = new SplittableRandom(seed).nextInt();
        List<Double> perplexities = new ArrayList<>();
        try (CharNetwork network = new CharNetwork(text.alphabet().length(), trainingSeed)) {
            ArrayDataset train = network.dataset(text.train(), LENGTH, BATCH);
            ArrayDataset test = network.dataset(text.test(), LENGTH, BATCH);
            TrainingListener[] all = Arrays.copyOf(listeners, listeners.length + 1);
            all[listeners.length] =
                    new EpochEnd(() -> perplexities.add(Math.exp(network.loss(test))));
            network.fit(train, epochs, optimizer, all);
        } catch (TowerDivergedException e) {
            perplexities.add(Double.NaN);
        }
        return new CharResult.Line(name, perplexities, List.of());
    }
}
