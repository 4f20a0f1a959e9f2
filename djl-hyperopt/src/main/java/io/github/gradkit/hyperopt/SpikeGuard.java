package io.github.gradkit.hyperopt;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes back to a snapshot when the loss leaps. */
final class SpikeGuard implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(SpikeGuard.class);

    /** After so many in a row a larger loss is no leap any more, but where the training is now. */
    private static final int PATIENCE = 3;

    private final Safeguards safeguards;
    private final LossWatch watch;
    private @Nullable Snapshot snapshot;
    private int inARow;

    SpikeGuard(Safeguards safeguards) {
        this.safeguards = safeguards;
        this.watch = new LossWatch(safeguards.lossSpike());
    }

    /**
     * Takes the loss of the batch whose gradients come next.
     *
     * @param loss the loss
     * @param tower the tower that may go back
     * @return whether it did
     */
    boolean report(double loss, TowerParts tower) {
        OptionalInt every = safeguards.snapshotEverySteps();
        if (every.isEmpty()) {
            return false;
        }
        if (snapshot == null) {
            // Whatever this loss is, it came before any update that could be to blame.
            takeSnapshot(tower);
        }
        if (!watch.isSpike(loss)) {
            inARow = 0;
            renewSnapshot(tower, every.getAsInt());
            return false;
        }
        if (inARow >= PATIENCE) {
            return giveIn(loss, tower.counters().step);
        }
        inARow++;
        goBack(loss, tower, requireSnapshot());
        return true;
    }

    private boolean giveIn(double loss, long step) {
        if (!Double.isFinite(loss)) {
            throw new TowerDivergedException(
                    "The loss is "
                            + loss
                            + " after step "
                            + step
                            + ", though the weights went back to a snapshot "
                            + PATIENCE
                            + " times in a row, so they are not the reason. Look for bad examples"
                            + " in the data set.");
        }
        logger.warn(
                "The loss of step {} is {} again after {} returns: took as the new normal.",
                step + 1,
                loss,
                PATIENCE);
        watch.restartFrom(loss);
        inARow = 0;
        return false;
    }

    private void goBack(double loss, TowerParts tower, Snapshot to) {
        Counters counters = tower.counters();
        long step = counters.step;
        // Held gradients are those of a step that is taken back.
        tower.stepper().forgetHeld();
        to.restore(counters);
        // The last update was made with the alpha before it is halved.
        tower.stepper().recall();
        to.halveAlpha();
        tower.stepper().dropStep();
        counters.reverts++;
        logger.warn(
                "The loss of step {} is {}, a spike: went back to step {} with half the alpha.",
                step + 1,
                loss,
                counters.step);
    }

    private void renewSnapshot(TowerParts tower, int every) {
        long step = tower.counters().step;
        if (step % every == 0 && !requireSnapshot().isOf(step)) {
            takeSnapshot(tower);
        }
    }

    private void takeSnapshot(TowerParts tower) {
        close();
        snapshot = new Snapshot(tower.slots(), tower.levels(), tower.counters());
    }

    private Snapshot requireSnapshot() {
        if (snapshot == null) {
            throw new IllegalStateException("No snapshot was taken yet.");
        }
        return snapshot;
    }

    /** Takes a parameter into the snapshot that comes after it, but before its first update. */
    void add(ParameterSlot slot) {
        if (snapshot != null) {
            snapshot.add(slot);
        }
    }

    @Override
    public void close() {
        if (snapshot != null) {
            snapshot.close();
            snapshot = null;
        }
    }
}
