package io.github.gradkit.hyperopt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The hyperparameters of the base, by group, and the levels that tune them and each other.
 *
 * <p>One step: hypergradients are computed from the bottom up, all from the derivatives of the last
 * updates; then every level is updated from the top down, so that each uses what the level above it
 * has just chosen (paper, section 3).
 */
final class Levels {

    private final List<HyperValues> base;
    private final List<HostLevel> above;
    private final Safeguards safeguards;

    Levels(List<HyperValues> base, List<RuleSpec> specsAbove, Safeguards safeguards) {
        this.base = base;
        this.safeguards = safeguards;
        above = new ArrayList<>();
        int size = sizeOfBase();
        for (RuleSpec spec : specsAbove) {
            HostLevel level = new HostLevel(spec, size);
            above.add(level);
            size = level.hypers().learned().size();
        }
    }

    int height() {
        return above.size();
    }

    /** How many tuned hyperparameters the base has in all groups together. */
    int sizeOfBase() {
        return base.stream().mapToInt(one -> one.learned().size()).sum();
    }

    List<HyperValues> base() {
        return base;
    }

    List<HostLevel> above() {
        return above;
    }

    /** The hypergradients of one step, from the base's hyperparameters upwards. */
    List<double[]> hypergradients(double[] ofBase) {
        List<double[]> all = new ArrayList<>();
        double[] gradient = clipped(ofBase);
        all.add(gradient);
        for (HostLevel level : above) {
            gradient = clipped(level.hypergradient(gradient));
            all.add(gradient);
        }
        return all;
    }

    private double[] clipped(double[] gradient) {
        return Arrays.stream(gradient).map(safeguards::clip).toArray();
    }

    /** Updates every level, the highest first. */
    void update(List<double[]> hypergradients) {
        for (int i = above.size() - 1; i >= 0; i--) {
            List<HyperValues> below = i == 0 ? base : List.of(above.get(i - 1).hypers());
            double[] theta =
                    below.stream().map(HyperValues::raw).flatMapToDouble(Arrays::stream).toArray();
            above.get(i).update(theta, hypergradients.get(i));
            move(below, theta, i);
        }
    }

    private void move(List<HyperValues> below, double[] theta, int level) {
        int from = 0;
        for (HyperValues one : below) {
            int to = from + one.learned().size();
            double[] wanted = Arrays.copyOfRange(theta, from, to);
            requireFinite(one, wanted, level);
            one.move(wanted, safeguards.maxRelativeChange());
            forgetLimited(one, wanted, level, from);
            from = to;
        }
    }

    /** Where a number stopped at a limit, the level above had no say. */
    private void forgetLimited(HyperValues moved, double[] wanted, int level, int from) {
        double[] reached = moved.raw();
        for (int k = 0; k < wanted.length; k++) {
            if (reached[k] != wanted[k]) {
                above.get(level).forgetDirection(from + k);
            }
        }
    }

    private void requireFinite(HyperValues hypers, double[] raw, int level) {
        for (int k = 0; k < raw.length; k++) {
            Hyperparameter h = hypers.learned().get(k);
            // A value that overflows may still end at a bound.
            double value = hypers.allowed(k, raw[k], safeguards.maxRelativeChange());
            if (!Double.isFinite((float) value)) {
                throw new TowerDivergedException(
                        "The "
                                + h
                                + " of level "
                                + level
                                + " became "
                                + value
                                + ", so no update can be made with it; the weights are those"
                                + " before this step. Give the level above a smaller alpha, bound"
                                + " this hyperparameter, or use Safeguards.recommended().");
            }
        }
    }
}
