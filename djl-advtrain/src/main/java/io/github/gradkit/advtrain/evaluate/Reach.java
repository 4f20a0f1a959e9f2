package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** How large an epsilon ball is, compared with the inputs. */
final class Reach {

    /** Less than half a grey level of an image with 256 of them, spread over all features. */
    private static final double TINY_SHARE = 1.0 / 512;

    private static final double ROUNDING = 1 + 1e-6;

    private final EpsilonBall ball;
    private final double[] extents;
    private final boolean allFree;
    private final double range;
    private final boolean unbounded;

    private Reach(
            EpsilonBall ball, double[] extents, boolean allFree, double range, boolean unbounded) {
        this.ball = ball;
        this.extents = extents;
        this.allFree = allFree;
        this.range = range;
        this.unbounded = unbounded;
    }

    static Reach of(EpsilonBall ball, DataScan scan) {
        double[] lower = ball.lower();
        double[] upper = ball.upper();
        double[] extents = new double[scan.features()];
        double[] units = Units.all(ball, extents.length);
        boolean allFree = true;
        boolean unbounded = false;
        for (int j = 0; j < extents.length; j++) {
            double low = lower[Math.min(j, lower.length - 1)];
            double high = upper[Math.min(j, upper.length - 1)];
            unbounded |= Double.isInfinite(low) || Double.isInfinite(high);
            double from = Double.isInfinite(low) ? scan.smallest()[j] : low;
            double to = Double.isInfinite(high) ? scan.largest()[j] : high;
            double unit = units[j];
            allFree &= unit > 0;
            extents[j] = unit > 0 ? Math.max(0, to - from) / unit : 0;
        }
        double range = DoubleStream.of(extents).max().orElse(0);
        return new Reach(ball, extents, allFree, range, unbounded);
    }

    /** Returns a radius at which each example lies in the ball around each other. */
    double whole() {
        double size =
                switch (ball.norm()) {
                    case LINF -> range;
                    case L2 -> Math.sqrt(DoubleStream.of(extents).map(e -> e * e).sum());
                    case L1 -> DoubleStream.of(extents).sum();
                };
        return size * ROUNDING;
    }

    /** Tells whether every feature may change. */
    boolean isAllFree() {
        return allFree;
    }

    /** Returns the radii of a curve that goes down to 0. */
    double[] epsilons() {
        double main = ball.epsilon();
        double whole = whole();
        return DoubleStream.of(0, main / 4, main / 2, main, 2 * main, whole)
                .filter(e -> e <= Math.max(main, whole))
                .sorted()
                .distinct()
                .toArray();
    }

    /** Returns remarks on a radius that does not look right for its norm. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        double epsilon = ball.epsilon();
        double features = DoubleStream.of(extents).filter(e -> e > 0).count();
        if (range == 0 || epsilon == 0) {
            if (epsilon == 0) {
                notes.add("Epsilon is 0, so robust accuracy is the clean one.");
            }
            return notes;
        }
        if (epsilon >= whole() / ROUNDING) {
            notes.add(
                    text(
                            "Epsilon %s is as large as the whole range of the inputs, so every"
                                + " input can become any other and no model is robust. Check the"
                                + " units: inputs seem to span %s.",
                            number(epsilon), number(range)));
        } else {
            perFeature(notes, epsilon, features);
        }
        if (unbounded) {
            notes.add(
                    text(
                            "The ball has no bounds for some features, so perturbed inputs may be"
                                + " impossible ones. If inputs have a smallest and a largest value,"
                                + " set them with within or optBounds."));
        }
        return notes;
    }

    private void perFeature(List<String> notes, double epsilon, double features) {
        double share =
                switch (ball.norm()) {
                    case LINF -> 1;
                    case L2 -> epsilon / (range * Math.sqrt(features));
                    case L1 -> epsilon / (range * features);
                };
        if (ball.norm() == Norm.LINF && epsilon >= range / 2) {
            notes.add(
                    text(
                            "Epsilon %s is at least half of the range of the inputs, %s: every"
                                    + " input can be turned into the same grey one, so no model is"
                                    + " robust.",
                            number(epsilon), number(range)));
        }
        if (share < TINY_SHARE) {
            notes.add(
                    text(
                            "Epsilon %s allows an average change of %s of the range of a feature,"
                                    + " as %s features share it. Values such as 8/255 are meant for"
                                    + " linf; radii of other norms are larger.",
                            number(epsilon), number(share), number(features)));
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String number(double value) {
        return Numbers.digits(value);
    }
}
