package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/** Steps in the linf and l2 norm: a quarter of the last move is added, and lengths are halved. */
final class MomentumRule implements StepRule {

    private static final double FIRST_STEP = 2;
    private static final double SHARE_OF_STEP = 0.75;
    private static final double ENOUGH_CLIMBS = 0.75;

    private double[] sizes;
    private double[] bestAtCheck;
    private boolean[] halved;
    private int[] lengths = new int[0];
    private int period;
    private boolean moved;

    MomentumRule(AttackTask task) {
        sizes = new double[task.size()];
        bestAtCheck = new double[task.size()];
        halved = new boolean[task.size()];
        Arrays.fill(sizes, FIRST_STEP * task.region().box().epsilon());
        // Condition (b) compares with the checkpoint before: the first one has none.
        Arrays.fill(halved, true);
    }

    @Override
    public int[] periods(int steps) {
        lengths = Checkpoints.shrinking(steps);
        return lengths.clone();
    }

    @Override
    public NDArray next(ActiveSet active) {
        NDArray u = active.get(ApgdRun.CURRENT);
        BallBox box = active.task().region().box();
        NDArray next =
                Scratch.keep(
                        active.task().manager(),
                        () -> {
                            NDArray direction = box.steepest(active.get(ApgdRun.GRADIENT));
                            NDArray step = direction.mul(PerRow.column(sizes, u));
                            NDArray plain = box.project(u.add(step));
                            if (!moved) {
                                return plain;
                            }
                            // What a projection keeps is not among what is closed here.
                            try (plain) {
                                return box.project(withMomentum(active, plain));
                            }
                        });
        active.set(ApgdRun.PREVIOUS, u.duplicate());
        moved = true;
        return next;
    }

    private static NDArray withMomentum(ActiveSet active, NDArray plain) {
        NDArray u = active.get(ApgdRun.CURRENT);
        NDArray step = plain.sub(u).mul(SHARE_OF_STEP);
        NDArray lastMove = u.sub(active.get(ApgdRun.PREVIOUS)).mul(1 - SHARE_OF_STEP);
        return u.add(step).add(lastMove);
    }

    @Override
    public boolean[] check(ActiveSet active, Progress progress) {
        int length = lengths[period++];
        for (int i = 0; i < sizes.length; i++) {
            boolean swings = progress.climbs(i) <= ENOUGH_CLIMBS * length;
            boolean stuck = !halved[i] && progress.best(i) <= bestAtCheck[i];
            halved[i] = swings || stuck;
            sizes[i] /= halved[i] ? 2 : 1;
            bestAtCheck[i] = progress.best(i);
        }
        return halved.clone();
    }

    @Override
    public void keep(int[] places) {
        sizes = PerRow.pick(sizes, places);
        bestAtCheck = PerRow.pick(bestAtCheck, places);
        halved = PerRow.pick(halved, places);
    }
}
