package io.github.gradkit.examples.gdat;

import ai.djl.util.Progress;
import io.github.gradkit.advtrain.linear.LqBall;
import io.github.gradkit.advtrain.linear.LqNorm;
import io.github.gradkit.advtrain.linear.SignedData;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where training under perturbations of different norms leads to, on three points.
 *
 * @param runs one for each ball
 */
record MixedStudy(List<Run> runs) {

    private static final List<LqBall> BALLS =
            List.of(
                    LqBall.of(LqNorm.L2, 0.2),
                    LqBall.of(LqNorm.LINF, 0.15),
                    LqBall.of(LqNorm.L1, 0.2));

    /** Steps in directions of sign vectors are longer, so half the step size. */
    private static final double STEP_SHARE = 0.5;

    static SignedData data() {
        return SignedData.ofSigned(
                new double[] {.8, .5, .1}, new double[] {.3, .8, .3}, new double[] {.7, -.1, .5});
    }

    static long cost(Settings settings) {
        return Run.cost(data(), BALLS.size() * settings.steps());
    }

    static MixedStudy run(Settings settings, Progress progress) {
        double stepSize = STEP_SHARE * settings.stepSize();
        return new MixedStudy(
                BALLS.stream()
                        .map(ball -> Run.of(data(), ball, stepSize, progress, settings.decades()))
                        .toList());
    }

    Stream<Run> all() {
        return runs.stream();
    }
}
