package io.github.gradkit.benchmarks;

import ai.djl.training.Trainer;
import io.github.gradkit.adm.loss.PartialCrossEntropy;
import io.github.gradkit.adm.train.AdmListener;
import io.github.gradkit.adm.train.AdmLoss;
import io.github.gradkit.adm.train.LatentStep;
import io.github.gradkit.support.trace.MemoryTrace;
import java.util.Arrays;

/**
 * What labelling takes of an epoch of training by alternating directions, and what such an epoch
 * takes beside one on the scribbles alone. Both go on from the same training on the scribbles, so
 * that the network knows something.
 */
final class EpochShare {

    private static final int BEFORE = 8;

    private EpochShare() {}

    static void measure(double lambda, int threads, int rounds) {
        double[] epochs = new double[rounds];
        double[] labelling = new double[rounds];
        double[] share = new double[rounds];
        double[] ratio = new double[rounds];
        try (LatentStep step = LatentStep.builder().setLambda(lambda).optThreads(threads).build();
                MemoryTrace trace = MemoryTrace.of();
                SegmentationRun plain = trained();
                SegmentationRun alternating = trained()) {
            AdmLoss loss = AdmLoss.builder().setStep(step).build();
            try (Trainer floor = plain.trainer(new PartialCrossEntropy(), 5e-4);
                    Trainer trainer =
                            alternating.trainer(loss, 5e-4, AdmListener.of(loss, trace))) {
                // The two rounds before the first one warm up.
                for (int round = -2; round < rounds; round++) {
                    double without = plain.epoch(floor);
                    int known = trace.series().isEmpty() ? 0 : trace.values("milliseconds").length;
                    double with = alternating.epoch(trainer);
                    if (round >= 0) {
                        double[] all = trace.values("milliseconds");
                        epochs[round] = with;
                        labelling[round] = Arrays.stream(all, known, all.length).sum();
                        share[round] = labelling[round] / with;
                        ratio[round] = with / without;
                    }
                }
            }
        }
        System.out.printf(
                "lambda %.1f: epoch %7.1f ms, labelling %6.1f ms, %4.1f %% of it (%.1f to %.1f),"
                        + " %.2f x an epoch on scribbles%n",
                lambda,
                Paired.median(epochs),
                Paired.median(labelling),
                100 * Paired.median(share),
                100 * Arrays.stream(share).min().orElseThrow(),
                100 * Arrays.stream(share).max().orElseThrow(),
                Paired.median(ratio));
    }

    private static SegmentationRun trained() {
        SegmentationRun run = new SegmentationRun();
        try (Trainer trainer = run.trainer(new PartialCrossEntropy(), 1e-3)) {
            for (int epoch = 0; epoch < BEFORE; epoch++) {
                run.epoch(trainer);
            }
        }
        return run;
    }
}
