package io.github.gradkit.advtrain.attack;

/**
 * The Euclidean projection on the l1 ball and a box.
 *
 * <p>The solution is {@code min(max(size - threshold, 0), cap)}. Its sum falls piecewise linearly
 * with the threshold and bends at {@code size} and {@code size - cap} of every entry. The search
 * keeps two thresholds, one too small and one too large, and moves one of them to a bend between
 * them until none is left; entries without a bend in between are summed up once. That takes a few
 * passes in all, and no sorting. Not for use by two rows at once.
 */
final class L1Projection implements SizeSolver {

    private final double epsilon;
    private final int[] open;
    private int openCount;
    private double below;
    private double above;
    private double cappedSum;
    private double linearSum;
    private int linearCount;

    L1Projection(double epsilon, int features) {
        this.epsilon = epsilon;
        this.open = new int[features];
    }

    @Override
    public void solve(double[] size, double[] cap) {
        if (sum(size, cap, 0) <= epsilon) {
            CLIP.solve(size, cap);
            return;
        }
        start(size, cap);
        while (openCount > 0) {
            move(size, cap, bend(size, cap, open[openCount / 2]));
            settle(size, cap);
        }
        // Counted back from the larger threshold, where what is left of huge sizes is still exact.
        double back = (epsilon - sum(size, cap, above)) / Math.max(linearCount, 1);
        subtract(size, cap, above, Math.max(back, 0));
        shrink(size);
    }

    private void start(double[] size, double[] cap) {
        below = 0;
        above = 0;
        cappedSum = 0;
        linearSum = 0;
        linearCount = 0;
        openCount = 0;
        for (int j = 0; j < size.length; j++) {
            if (cap[j] > 0 && size[j] > 0) {
                open[openCount++] = j;
                above = Math.max(above, size[j]);
            }
        }
        settle(size, cap);
    }

    /** Sums up the entries that no longer bend between the two thresholds. */
    private void settle(double[] size, double[] cap) {
        int kept = 0;
        for (int i = 0; i < openCount; i++) {
            int j = open[i];
            double from = size[j] - cap[j];
            if (inside(size[j]) || inside(from)) {
                open[kept++] = j;
            } else if (from >= above) {
                cappedSum += cap[j];
            } else if (size[j] >= above) {
                linearSum += size[j];
                linearCount++;
            }
        }
        openCount = kept;
    }

    private boolean inside(double threshold) {
        return threshold > below && threshold < above;
    }

    private double bend(double[] size, double[] cap, int j) {
        return inside(size[j]) ? size[j] : size[j] - cap[j];
    }

    private void move(double[] size, double[] cap, double threshold) {
        double total = cappedSum + (linearSum - linearCount * threshold);
        for (int i = 0; i < openCount; i++) {
            int j = open[i];
            total += Math.min(Math.max(size[j] - threshold, 0), cap[j]);
        }
        if (total >= epsilon) {
            below = threshold;
        } else {
            above = threshold;
        }
    }

    private static double sum(double[] size, double[] cap, double threshold) {
        double total = 0;
        for (int j = 0; j < size.length; j++) {
            total += Math.min(Math.max(size[j] - threshold, 0), cap[j]);
        }
        return total;
    }

    private static void subtract(double[] size, double[] cap, double threshold, double back) {
        for (int j = 0; j < size.length; j++) {
            size[j] = Math.min(Math.max(size[j] - threshold + back, 0), cap[j]);
        }
    }

    /** Takes away what rounding left outside of the ball. */
    private void shrink(double[] size) {
        double total = 0;
        for (double value : size) {
            total += value;
        }
        if (total > epsilon) {
            for (int j = 0; j < size.length; j++) {
                size[j] *= epsilon / total;
            }
        }
    }
}
