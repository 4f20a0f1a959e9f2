package io.github.gradkit.learninit.descent;

import io.github.gradkit.learninit.ToyProblem;
import java.util.ArrayList;
import java.util.List;

/** Projected descent on one instance of the toy problem, as it is written in books. */
final class DescentTwin {

    private final double x;
    private final String rule;
    private final double step;
    private final double low;
    private final double high;

    double best;
    double bestValue = Double.POSITIVE_INFINITY;
    final List<Double> curve = new ArrayList<>();
    private double velocity;
    private double mean;
    private double square;

    DescentTwin(double x, String rule, double step, double low, double high) {
        this.x = x;
        this.rule = rule;
        this.step = step;
        this.low = low;
        this.high = high;
    }

    void run(double start, int steps) {
        double t = start;
        look(t);
        for (int k = 1; k <= steps; k++) {
            t -= step * direction(ToyProblem.slope(t, x), k);
            t = Math.min(high, Math.max(low, t));
            look(t);
        }
    }

    private double direction(double slope, int k) {
        switch (rule) {
            case "gradient":
                return slope;
            case "sign":
                return Math.signum(slope);
            case "momentum":
                velocity = 0.8 * velocity + slope;
                return velocity;
            default:
                mean = 0.9 * mean + 0.1 * slope;
                square = 0.999 * square + 0.001 * slope * slope;
                double top = mean / (1 - Math.pow(0.9, k));
                return top / (Math.sqrt(square / (1 - Math.pow(0.999, k))) + 1e-8);
        }
    }

    private void look(double t) {
        double value = ToyProblem.value(t, x);
        if (value < bestValue) {
            bestValue = value;
            best = t;
        }
        curve.add(bestValue);
    }
}
