package io.github.gradkit.learninit.power;

import java.util.ArrayList;
import java.util.List;

/** WMMSE on one instance. */
final class WmmseRun {

    private final Link link;
    private final double[] powers;
    private final double[] start;
    private final double startRate;
    private final List<Double> rates = new ArrayList<>();

    WmmseRun(Link link, double[] start) {
        this.link = link;
        this.start = start;
        powers = start.clone();
        startRate = link.sumRate(start);
    }

    void solve(int steps, double tolerance, double floor) {
        for (int k = 0; k < link.users; k++) {
            powers[k] = Math.max(powers[k], floor * link.maxPower);
        }
        WmmseStep step = new WmmseStep(link);
        step.fitReceivers(powers);
        double before = step.logWeights();
        for (int i = 0; i < steps; i++) {
            step.fitPowers(powers);
            // The receivers of the next iteration tell the rate of this one.
            step.fitReceivers(powers);
            double rate = step.logWeights();
            rates.add(rate);
            if (rate - before <= tolerance) {
                break;
            }
            before = rate;
        }
    }

    int steps() {
        return rates.size();
    }

    private boolean startIsBest() {
        return startRate > last();
    }

    private double last() {
        return rates.get(rates.size() - 1);
    }

    /** The best value; subtracted, since a negated rate of 0 would be -0. */
    double value() {
        return 0 - Math.max(startRate, last());
    }

    void copyBest(float[] target, int instance) {
        double[] best = startIsBest() ? start : powers;
        for (int k = 0; k < link.users; k++) {
            target[instance * link.users + k] = (float) best[k];
        }
    }

    /** The best value up to a step; that of the last one after the run has stopped. */
    private double bestUpTo(int step) {
        int last = Math.min(step, rates.size());
        return 0 - (last == 0 ? startRate : Math.max(startRate, rates.get(last - 1)));
    }

    static List<List<Double>> curve(List<WmmseRun> runs) {
        int longest = runs.stream().mapToInt(WmmseRun::steps).max().orElse(0);
        List<List<Double>> curve = new ArrayList<>();
        for (int step = 0; step <= longest; step++) {
            List<Double> values = new ArrayList<>();
            for (WmmseRun run : runs) {
                values.add(run.bestUpTo(step));
            }
            curve.add(values);
        }
        return curve;
    }
}
