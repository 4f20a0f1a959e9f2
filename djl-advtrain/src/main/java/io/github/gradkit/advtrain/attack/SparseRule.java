package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Steps in the l1 norm along a few features, whose number follows from how many the best
 * perturbation changes.
 */
final class SparseRule implements StepRule {

    private static final int FIRST_PART = 5;
    private static final double FACTOR = 1.5;
    private static final double SPARSER = 0.95;
    private static final double SMALLEST_SHARE = 0.1;

    private static final double ROUNDING = 1e-6;

    private final double firstSize;
    private double[] sizes;
    private int[] top;
    private int[] changed;

    private SparseRule(AttackTask task, int[] top, int[] changed) {
        firstSize = task.region().box().epsilon();
        sizes = new double[task.size()];
        Arrays.fill(sizes, firstSize);
        this.top = top;
        this.changed = changed;
    }

    /** Starts with a fifth of the features. */
    static SparseRule first(AttackTask task) {
        int features = Math.toIntExact(task.region().flatInputs().getShape().get(1));
        int[] top = new int[task.size()];
        int[] changed = new int[task.size()];
        Arrays.fill(top, Math.max(1, features / FIRST_PART));
        Arrays.fill(changed, features);
        return new SparseRule(task, top, changed);
    }

    /** Starts with as many features as fit perturbations found before. */
    static SparseRule goingOn(AttackTask task, NDArray u) {
        int[] changed = changedIn(u, task.region().box().epsilon());
        return new SparseRule(
                task, IntStream.of(changed).map(SparseRule::fewer).toArray(), changed);
    }

    /** Counts the features that change by more than what rounding leaves of none. */
    private static int[] changedIn(NDArray u, double epsilon) {
        return PerRow.countAbove(u, ROUNDING * epsilon);
    }

    /** Rounds down: rounded up, 2 would stay 2 and no step could go along one feature. */
    private static int fewer(int features) {
        return Math.max(1, (int) (features / FACTOR));
    }

    @Override
    public int[] periods(int steps) {
        return Checkpoints.even(steps);
    }

    @Override
    public NDArray next(ActiveSet active) {
        NDArray u = active.get(ApgdRun.CURRENT);
        NDArray gradient = active.get(ApgdRun.GRADIENT);
        BallBox box = active.task().region().box();
        return Scratch.keep(
                active.task().manager(),
                () -> {
                    NDArray direction = box.steepestTop(gradient, u, top);
                    return box.project(u.add(direction.mul(PerRow.column(sizes, u))));
                });
    }

    @Override
    public boolean[] check(ActiveSet active, Progress progress) {
        int[] now = changedIn(active.get(ApgdRun.BEST), firstSize);
        boolean[] sparser = new boolean[now.length];
        for (int i = 0; i < now.length; i++) {
            sparser[i] = now[i] < SPARSER * changed[i];
            sizes[i] =
                    sparser[i]
                            ? firstSize
                            : Math.max(sizes[i] / FACTOR, SMALLEST_SHARE * firstSize);
            top[i] = fewer(now[i]);
        }
        changed = now;
        return sparser;
    }

    @Override
    public void keep(int[] places) {
        sizes = PerRow.pick(sizes, places);
        top = PerRow.pick(top, places);
        changed = PerRow.pick(changed, places);
    }
}
