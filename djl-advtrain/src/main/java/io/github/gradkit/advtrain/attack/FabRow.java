package io.github.gradkit.advtrain.attack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An example of a {@link Fab} attack: where it stands, and the smallest change that broke it. */
final class FabRow {

    private static final double NUDGE = 0.02;
    private static final double TIE = 1e-3;

    private final Norm norm;
    private final double epsilon;
    private final double[] lower;
    private final double[] upper;
    private final double cleanLead;
    private double[] at;
    private double[] best;
    private double bestNorm = Double.POSITIVE_INFINITY;
    private double bestLead;
    private double near;
    private double nearLead;
    private double far;
    private double guess;

    private FabRow(BallBox box, double[] lower, double[] upper, double cleanLead) {
        norm = box.norm();
        epsilon = box.epsilon();
        this.lower = lower;
        this.upper = upper;
        this.cleanLead = cleanLead;
        at = new double[lower.length];
        best = at;
    }

    /**
     * Makes the rows of a task.
     *
     * @param cleanLead how far each is beyond the boundary without perturbation
     */
    static List<FabRow> of(AttackTask task, double[] cleanLead) {
        BallBox box = task.region().box();
        List<double[]> lower = HostRows.of(box.lower());
        List<double[]> upper = HostRows.of(box.upper());
        List<FabRow> rows = new ArrayList<>(lower.size());
        for (int i = 0; i < lower.size(); i++) {
            rows.add(new FabRow(box, lower.get(i), upper.get(i), cleanLead[i]));
        }
        return rows;
    }

    /** Starts again from some perturbation. */
    void startAt(double[] perturbation) {
        at = perturbation;
        clip();
    }

    private void clip() {
        for (int j = 0; j < at.length; j++) {
            at[j] = Math.min(Math.max(at[j], lower[j]), upper[j]);
        }
    }

    /** Returns where the example stands; not to be changed. */
    double[] at() {
        return at;
    }

    /** Returns the smallest perturbation found that breaks the example; not to be changed. */
    double[] best() {
        return best;
    }

    /** Returns its norm, or infinity if there is none. */
    double bestNorm() {
        return bestNorm;
    }

    boolean isFound() {
        return bestNorm < Double.POSITIVE_INFINITY;
    }

    boolean isInside() {
        return bestNorm <= epsilon;
    }

    /**
     * Goes to where the boundary would be if the model were linear, and a little towards the point
     * of it that is nearest to the input.
     *
     * @param difference by how much the target is ahead of the label here
     * @param gradient the gradient of that
     * @return false if there is nowhere to go
     */
    boolean move(Fab.Pace pace, HyperplaneStep hyperplane, double difference, double[] gradient) {
        if (Double.isNaN(difference)) {
            return false;
        }
        double rise = difference == 0 ? TIE * epsilon * size(Norm.LINF, gradient) : -difference;
        // Beyond the boundary by more of a rise, not by a longer step, which the box might cut.
        double[] here = hyperplane.of(gradient, pace.overshoot() * rise, at, lower, upper);
        double fromInput = rise;
        for (int j = 0; j < at.length; j++) {
            fromInput += gradient[j] * at[j];
        }
        double[] input = new double[at.length];
        double[] direct = hyperplane.of(gradient, fromInput, input, lower, upper);
        double[] former = at;
        at = between(here, direct, bias(pace, size(norm, here), size(norm, direct)));
        clip();
        return !Arrays.equals(at, former);
    }

    private double[] between(double[] here, double[] direct, double bias) {
        double[] point = new double[at.length];
        for (int j = 0; j < at.length; j++) {
            point[j] = (1 - bias) * (at[j] + here[j]) + bias * direct[j];
        }
        return point;
    }

    private static double bias(Fab.Pace pace, double here, double direct) {
        return here + direct > 0 ? Math.min(here / (here + direct), pace.maxBias()) : 0;
    }

    /**
     * Keeps the perturbation that has just broken the example, and steps back towards the input.
     */
    void broken(Fab.Pace pace, double lead) {
        double size = size(norm, at);
        if (size < bestNorm) {
            bestNorm = size;
            best = at;
            bestLead = lead;
        }
        at = at.clone();
        for (int j = 0; j < at.length; j++) {
            at[j] *= pace.backward();
        }
    }

    /** Begins a search on the line from the input to the best perturbation. */
    void startSearch() {
        near = 0;
        nearLead = cleanLead;
        far = 1;
    }

    /** Returns the point of the line where the boundary would be if the model were linear on it. */
    double[] guess() {
        double crossing = near + (far - near) * nearLead / (nearLead - bestLead);
        double nudged = crossing + NUDGE * (far - crossing);
        guess = nudged > near && nudged < far ? nudged : (near + far) / 2;
        double[] point = new double[best.length];
        for (int j = 0; j < point.length; j++) {
            point[j] = guess * best[j];
        }
        return point;
    }

    /** Takes note of what the model says of the guess. */
    void narrow(boolean broken, double lead) {
        if (broken) {
            far = guess;
            bestLead = lead;
        } else {
            near = guess;
            nearLead = lead;
        }
    }

    /** Ends the search at the nearest point of the line that breaks the example. */
    void endSearch() {
        double[] scaled = new double[best.length];
        for (int j = 0; j < scaled.length; j++) {
            scaled[j] = far * best[j];
        }
        best = scaled;
        bestNorm = size(norm, best);
    }

    static double size(Norm norm, double[] values) {
        return RowNorms.of(norm, values, 0, values.length);
    }
}
