package io.github.gradkit.examples.gdat;

import ai.djl.util.Progress;
import io.github.gradkit.advtrain.linear.GdatPoint;
import io.github.gradkit.advtrain.linear.LqBall;
import io.github.gradkit.advtrain.linear.LqNorm;
import io.github.gradkit.advtrain.linear.SignedData;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How fast training without perturbations, with a fixed radius, and with one tuned to the number of
 * steps approach the largest margin of two points.
 *
 * @param settings what the user chose
 * @param gamma the largest margin, in closed form
 * @param clean without perturbations
 * @param fixed with a radius of 0.9 gamma
 * @param tuned for each number of steps, a run with its own radius
 */
record RateStudy(Settings settings, double gamma, Run clean, Run fixed, Map<Long, Run> tuned) {

    static final double FIXED_SHARE = 0.9;

    static SignedData data() {
        double length = Math.sqrt(5);
        return SignedData.ofSigned(
                new double[] {1 / length, 2 / length}, new double[] {1 / length, -1 / length});
    }

    static long cost(Settings settings) {
        long steps = LongStream.of(settings.grid()).sum() + 2 * settings.steps();
        return Run.cost(data(), steps);
    }

    static RateStudy run(Settings settings, Progress progress) {
        SignedData data = data();
        double gamma = 1 / Math.sqrt(5);
        long[] grid = settings.grid();
        double eta = settings.stepSize();
        Run clean = Run.of(data, LqBall.none(), eta, progress, grid);
        Run fixed = Run.of(data, LqBall.of(LqNorm.L2, FIXED_SHARE * gamma), eta, progress, grid);
        Map<Long, Run> tuned = new LinkedHashMap<>();
        for (long steps : grid) {
            LqBall ball = LqBall.of(LqNorm.L2, settings.tunedRadius(gamma, steps));
            tuned.put(steps, Run.of(data, ball, eta, progress, steps));
        }
        return new RateStudy(settings, gamma, clean, fixed, tuned);
    }

    GdatPoint tunedAfter(long steps) {
        return tunedRun(steps).last();
    }

    Run tunedRun(long steps) {
        return tuned.entrySet().stream()
                .filter(entry -> entry.getKey() == steps)
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    /** Returns the slope of the logarithm of the tuned gap over that of the steps. */
    double tunedSlope() {
        long[] decades = settings.decades();
        return slope(
                decades, Arrays.stream(decades).mapToDouble(t -> tunedAfter(t).gap()).toArray());
    }

    /** Returns the same for training without perturbations. */
    double cleanSlope() {
        long[] decades = settings.decades();
        return slope(
                decades, Arrays.stream(decades).mapToDouble(t -> clean.after(t).gap()).toArray());
    }

    /** Returns the slope of the least squares line through the logarithms. */
    static double slope(long[] steps, double[] gaps) {
        double[] x = Arrays.stream(steps).mapToDouble(t -> Math.log((double) t)).toArray();
        double[] y = Arrays.stream(gaps).map(Math::log).toArray();
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double product = 0;
        double square = 0;
        for (int i = 0; i < x.length; i++) {
            product += (x[i] - meanX) * (y[i] - meanY);
            square += (x[i] - meanX) * (x[i] - meanX);
        }
        return product / square;
    }

    double cleanGapTimesLog(long steps) {
        return clean.after(steps).gap() * Math.log((double) steps);
    }

    Stream<Run> runs() {
        return Stream.concat(Stream.of(clean, fixed), tuned.values().stream());
    }
}
