package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/** The worst perturbation found so far for each example of a batch. */
final class Worst implements AutoCloseable {

    private final boolean successFirst;
    private final double[] losses;
    private final double[] margins;
    private final boolean[] success;
    private NDArray u;

    /**
     * Starts with no perturbation.
     *
     * @param u zeros {@code (batch, features)}, owned by this object from now on
     * @param successFirst whether a broken example beats one with a higher loss
     */
    Worst(NDArray u, boolean successFirst) {
        this.u = u;
        this.successFirst = successFirst;
        int batch = Math.toIntExact(u.getShape().get(0));
        losses = new double[batch];
        margins = new double[batch];
        success = new boolean[batch];
        Arrays.fill(losses, Double.NaN);
        Arrays.fill(margins, Double.NaN);
    }

    /** Keeps what is worse than before. The perturbations stay owned by the caller. */
    void offer(AttackTask task, NDArray candidates, Evaluation evaluation) {
        offer(task, candidates, evaluation, evaluation.losses());
    }

    /** Keeps what is worse than before by other losses than those of the evaluation. */
    void offer(AttackTask task, NDArray candidates, Evaluation evaluation, double[] found) {
        int[] rows = task.rows();
        int[] labels = task.classes();
        int[] source = new int[losses.length];
        boolean[] better = new boolean[losses.length];
        int count = 0;
        for (int i = 0; i < rows.length; i++) {
            int row = rows[i];
            if (isWorse(row, evaluation.success()[i], found[i])) {
                losses[row] = found[i];
                success[row] = evaluation.success()[i];
                margins[row] = evaluation.predictions().margin(i, labels[i]);
                source[row] = i;
                better[row] = true;
                count++;
            }
        }
        if (count > 0) {
            replace(source, better, candidates);
        }
    }

    private boolean isWorse(int row, boolean broken, double loss) {
        if (successFirst && broken != success[row]) {
            return broken;
        }
        // Whatever comes first is kept; a loss that is not a number gives way to any that is.
        return Double.isNaN(losses[row]) || loss > losses[row];
    }

    private void replace(int[] source, boolean[] better, NDArray candidates) {
        NDArray next;
        try (NDArray index = Rows.index(source, u, u.getManager());
                NDArray found = Rows.take(candidates, index, u.getManager())) {
            next = PerRow.choose(better, found, u, u.getManager());
        }
        u.close();
        u = next;
    }

    /** Returns the places of the examples that still stand. */
    int[] standing() {
        return Rows.where(success, false);
    }

    NDArray u() {
        return u;
    }

    boolean[] success() {
        return success;
    }

    double[] margins() {
        return margins;
    }

    @Override
    public void close() {
        u.close();
    }
}
