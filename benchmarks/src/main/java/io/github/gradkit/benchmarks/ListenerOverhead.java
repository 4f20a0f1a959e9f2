package io.github.gradkit.benchmarks;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.Compressor;
import io.github.gradkit.adacomp.compress.Dense;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.adacomp.exchange.InProcessExchange;
import io.github.gradkit.adacomp.train.GradientCompressionListener;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** What the listener adds to a training step of one learner, who has nobody to wait for. */
final class ListenerOverhead {

    private static final int WARM_UP_STEPS = 400;

    private ListenerOverhead() {}

    static void run(int rounds, int steps) {
        System.out.printf("%nTraining steps with the listener over plain ones%n");
        for (Compressor compressor : List.of(AdaComp.ofDefaults(), new Dense())) {
            measure("MLP", BenchmarkModels.mlp(), new Shape(256, 784), compressor, rounds, steps);
            measure(
                    "CNN",
                    BenchmarkModels.cnn(),
                    new Shape(128, 1, 28, 28),
                    compressor,
                    rounds,
                    steps);
        }
    }

    private static void measure(
            String name,
            Supplier<Block> block,
            Shape input,
            Compressor compressor,
            int rounds,
            int steps) {
        try (GradientExchange alone = InProcessExchange.group(1, Duration.ofMinutes(1)).get(0);
                TrainingRun plain = new TrainingRun(block, input, sgd());
                TrainingRun compressed =
                        new TrainingRun(
                                block,
                                input,
                                sgd(),
                                (data, model) -> data,
                                GradientCompressionListener.builder()
                                        .setExchange(alone)
                                        .optCompressor(compressor)
                                        .build())) {
            // Compilers and caches need more than the round that Paired leaves out.
            plain.steps(WARM_UP_STEPS);
            compressed.steps(WARM_UP_STEPS);
            Paired paired =
                    Paired.of(
                            Paired.Clock.WALL,
                            rounds,
                            () -> plain.steps(steps),
                            () -> compressed.steps(steps));
            System.out.printf(
                    Locale.ROOT,
                    "  %s, %-8s %8.3f ms a step   plain %8.3f ms   %6.3f x%n",
                    name,
                    compressor.name(),
                    paired.time() / steps,
                    paired.floor() / steps,
                    paired.ratio());
        }
    }

    private static Optimizer sgd() {
        return Optimizer.sgd()
                .setLearningRateTracker(Tracker.fixed(0.01f))
                .optMomentum(0.9f)
                .build();
    }
}
