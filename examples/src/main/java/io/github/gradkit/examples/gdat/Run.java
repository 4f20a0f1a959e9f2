package io.github.gradkit.examples.gdat;

import ai.djl.util.Progress;
import io.github.gradkit.advtrain.linear.Gdat;
import io.github.gradkit.advtrain.linear.GdatPoint;
import io.github.gradkit.advtrain.linear.GdatTrace;
import io.github.gradkit.advtrain.linear.LqBall;
import io.github.gradkit.advtrain.linear.MarginSolver;
import io.github.gradkit.advtrain.linear.MixedMargin;
import io.github.gradkit.advtrain.linear.SignedData;

/**
 * A training and the margin it heads for.
 *
 * @param target the largest margin
 * @param trace what happened
 */
record Run(MixedMargin target, GdatTrace trace) {

    static Run of(
            SignedData data, LqBall ball, double stepSize, Progress progress, long... recorded) {
        MixedMargin target = MarginSolver.ofDefaults().mixedMargin(data, ball);
        long steps = recorded[recorded.length - 1];
        GdatTrace trace =
                Gdat.builder()
                        .setData(data)
                        .setBall(ball)
                        .setSteps(steps)
                        .optStepSize(stepSize)
                        .optTarget(target)
                        .addRecordedSteps(recorded)
                        .build()
                        .run();
        progress.increment(cost(data, steps));
        return new Run(target, trace);
    }

    /** Returns about how much work a run is. */
    static long cost(SignedData data, long steps) {
        return steps * data.size() * data.dimension();
    }

    GdatPoint last() {
        return trace.last();
    }

    /** Returns the iterate after so many steps, which must have been recorded. */
    GdatPoint after(long steps) {
        return trace.points().stream()
                .filter(point -> point.step() == steps)
                .findFirst()
                .orElseThrow();
    }
}
